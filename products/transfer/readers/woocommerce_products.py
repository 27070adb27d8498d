"""The lines of one WooCommerce product, its variations included -> one record."""

import re
from collections.abc import Callable, Sequence

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft, day, end_of_day
from products.transfer.readers.sheets import Columns, Line, Member, numbered
from products.transfer.readers.shop import Shop
from products.transfer.readers.woocommerce_stock import add_stock
from products.transfer.records import ProductRecord

TYPES = {"simple", "variable", "grouped", "external", "variation"}
STATUSES = {"1": "published", "0": "draft", "-1": "draft"}
# Guards against formulas that WooCommerce puts before a cell, and takes away when it reads it.
GUARD = re.compile(r"^'(?=[=+\-@\t\r])")
# Of products whose SKU is none of a variant.
SKU_SYSTEM = "woocommerce-sku"
TYPE_SLUG, TYPE_NAME = "woocommerce", "WooCommerce"


def build_product(
    shop: Shop, lines: Sequence[Line], columns: Columns, *, is_parent: Callable[[str], bool]
) -> ProductRecord:
    """`is_parent` says whether an SKU is that of a product with variations or parts.

    Raises RecordRefused.
    """
    own = [line for line in lines if _kind(line) != "variation"]
    if not own:
        raise lines[0].refused(
            "parent-missing",
            f"The file has no product {lines[0].cell('parent')[:60]!r}.",
            "Export the parent as well, or correct its SKU or id.",
            "parent",
        )
    first = own[0]
    children = [line for line in lines if line is not first]
    draft = Draft(shop, [first, *children], columns)
    draft.named(first.cell("sku") or first.cell("id"))
    _add_product(draft)
    kind = _kind(first)
    if kind == "variable" or children:
        _add_parent(draft, children)
    elif kind == "grouped":
        _group(draft, is_parent)
    else:
        _add_variant(draft, first)
    _add_attributes(draft)
    _add_relations(draft, is_parent)
    return draft.finish()


def _kind(line: Line) -> str:
    words = [word.strip() for word in line.cell("type").casefold().split(",")]
    return next((word for word in words if word in TYPES), words[0])


def _add_product(draft: Draft) -> None:
    first = draft.first
    draft.name(first)
    draft.slug(first, "slug")
    draft.description(lines_of(GUARD.sub("", first.raw("description"))))
    if short := lines_of(first.cell("short_description")):
        draft.kept["short_description"] = short
    _add_status(draft)
    draft.external_id(first.cell("id"))
    if first.cell("tags"):
        tags = first.read("tags", cells.tags, first.cell("tags"))
        draft.values["tags"] = tags
    if first.cell("tags_spaced"):
        spaced = first.read("tags_spaced", cells.tags, first.cell("tags_spaced"), " ")
        draft.values["tags"] = [*draft.values.get("tags", []), *spaced]
    brands = split_cell(first.cell("brands"))
    if brands:
        draft.record.brand = first.read("brands", cells.text, "brand", brands[0])
        if brands[1:]:
            draft.kept["brands"] = brands
    paths = [
        first.read("categories", cells.category_path, cell)
        for cell in split_cell(first.cell("categories"))
    ]
    if paths:
        draft.record.category, *draft.record.categories = dict.fromkeys(paths)
    for address in split_cell(first.cell("images")):
        draft.picture(first, address, "images")
    _add_tax(draft, first, None)
    draft.keep(first, "shipping_class", "external_url", "button_text", "low_stock_amount")
    for key in ("featured", "sold_individually"):
        if first.cell(key) not in {"", "0"}:
            draft.keep(first, key)
    if first.cell("position") not in {"", "0"}:
        draft.keep(first, "position")
    kind = first.cell("type").casefold()
    if kind not in {"simple", "variable"}:
        draft.kept["type"] = kind
    for member, cell in first.family("meta"):
        assert member.match is not None
        draft.kept.setdefault("meta", {})[member.match["name"].strip()] = cell


def _add_status(draft: Draft) -> None:
    first = draft.first
    published = first.cell("published").casefold()
    if published:
        status = STATUSES.get(published)
        if status is None:
            status = "published" if first.read("published", cells.flag, published) else "draft"
        draft.values["status"] = status
    visibility = first.cell("visibility").casefold()
    if visibility not in {"", "visible"}:
        draft.kept["visibility"] = visibility
    if visibility == "hidden" and draft.values.get("status") == "published":
        draft.values["status"] = "draft"
        draft.warn(
            first,
            "unlisted",
            "It is in no list of the shop: it is imported as a draft.",
            "Publish it if you wish.",
            "visibility",
        )


def _add_tax(draft: Draft, line: Line, variant: VariantDraft | None) -> None:
    name = line.cell("tax_class")
    if name and name.casefold() != "parent":
        draft.tax_class(name, variant)
    status = line.cell("tax_status")
    if status and status.casefold() != "taxable":
        draft.keep(line, "tax_status", into=variant.kept if variant else None)


def _add_variant(draft: Draft, line: Line) -> VariantDraft:
    variant = draft.variant(line)
    draft.sku(variant)
    draft.gtin(variant, "gtin")
    draft.sale(
        variant,
        draft.money(line, "price"),
        draft.money(line, "sale_price"),
        (day(line, "sale_starts"), end_of_day(line, "sale_ends")),
    )
    draft.cost(variant)
    add_stock(draft, variant)
    _add_measures(draft, variant)
    return variant


def _add_measures(draft: Draft, variant: VariantDraft) -> None:
    """A variation without its own weighs what its parent weighs."""
    parent = draft.first
    for member, cell in _measured(variant.line, parent, "weight"):
        unit = ((member.match and member.match["unit"]) or "").strip()
        draft.weight_of(variant, cell, unit, "weight", column=member.name)
    sides = {
        name: (member, cell)
        for name in ("length", "width", "height")
        for member, cell in _measured(variant.line, parent, name)
    }
    if sides:
        member = next(iter(sides.values()))[0]
        unit = ((member.match and member.match["unit"]) or "").strip()
        draft.size_of(
            variant, {name: cell for name, (_, cell) in sides.items()}, unit, column=member.name
        )


def _measured(line: Line, parent: Line, name: str) -> list[tuple[Member, str]]:
    return list(line.family(name)) or list(parent.family(name))


def _add_parent(draft: Draft, children: Sequence[Line]) -> None:
    """What belongs to a variant, and stands at the parent: its SKU, a price, what is in stock."""
    first = draft.first
    draft.keep(first, "sku", "gtin", "price", "sale_price")
    draft.external_id(first.cell("sku"), system=SKU_SYSTEM)
    if first.cell("stock"):
        draft.keep(first, "stock")
        draft.warn(
            first,
            "stock-of-parent",
            "Stock is counted for all variations together: it is kept in the metadata.",
            "Count it for each variation.",
            "stock",
        )
    names: dict[str, None] = {}
    for line in sorted(children, key=lambda each: (_position(each), each.number)):
        variant = _add_variant(draft, line)
        draft.external_id(line.cell("id"), variant)
        for each in numbered(line.family("attribute")).values():
            if each.get("name") and each.get("value"):
                name = each["name"]
                draft.option(variant, name, unescaped(each["value"]), column=each["column"])
                names.setdefault(name)
        _add_variation(draft, variant)
    if names:
        draft.values["option_names"] = list(names)


def _add_variation(draft: Draft, variant: VariantDraft) -> None:
    line, first = variant.line, draft.first
    for address in split_cell(line.cell("images")):
        draft.picture(line, address, "images", variant=variant)
    _add_tax(draft, line, variant)
    name, parents = line.cell("name"), first.cell("name")
    if name and not name.startswith(parents):
        variant.kept["name"] = name
    if description := lines_of(line.cell("description")):
        variant.kept["description"] = description
    draft.keep(line, "low_stock_amount", into=variant.kept)
    if line.cell("shipping_class") not in {"", first.cell("shipping_class")}:
        draft.keep(line, "shipping_class", into=variant.kept)
    if line.cell("published") in {"0", "-1"}:
        variant.values["status"] = "draft"
    for member, cell in line.family("meta"):
        assert member.match is not None
        variant.kept.setdefault("meta", {})[member.match["name"].strip()] = cell


def _position(line: Line) -> int:
    return cells.position(line.cell("position")) or 0


def _add_attributes(draft: Draft) -> None:
    """Those of the parent that its variations do not say already, as choices of many."""
    said: dict[str, set[str]] = {}
    for variant in draft.variants:
        for name, value in variant.values.get("options", {}).items():
            said.setdefault(name, set()).add(value)
    for each in numbered(draft.first.family("attribute")).values():
        name, values = each.get("name", ""), split_cell(each.get("value", ""))
        if name and each.get("default"):
            draft.kept.setdefault("default_attributes", {})[name] = each["default"]
        if not name or not values or set(values) <= said.get(name, set()):
            continue
        code = draft.shop.finds.attribute(name, kind="multi_choice", separator=SEPARATOR)
        draft.record.product_type = draft.shop.finds.product_type(TYPE_SLUG, TYPE_NAME)
        draft.attribute(draft.first, code, SEPARATOR.join(values), each["column"])


SEPARATOR = "\x1f"


def _group(draft: Draft, is_parent: Callable[[str], bool]) -> None:
    """A page for several products, which has no price of its own."""
    kind = draft.shop.finds.relation_kind("grouped", "Grouped products", is_bundle=True)
    draft.keep(draft.first, "sku")
    draft.external_id(draft.first.cell("sku"), system=SKU_SYSTEM)
    for sku in split_cell(draft.first.cell("grouped")):
        _relate(draft, kind, sku, is_parent)


def _add_relations(draft: Draft, is_parent: Callable[[str], bool]) -> None:
    finds = draft.shop.finds
    for key, code, name in (
        ("upsells", "up-sell", "Up-sell"),
        ("cross_sells", "cross-sell", "Cross-sell"),
    ):
        for sku in split_cell(draft.first.cell(key)):
            _relate(draft, finds.relation_kind(code, name), sku, is_parent)


def _relate(draft: Draft, kind: str, named: str, is_parent: Callable[[str], bool]) -> None:
    external_id = None
    if named.casefold().startswith("id:"):
        external_id = (draft.shop.system, named[3:].strip())
    elif is_parent(named):
        external_id = (SKU_SYSTEM, named)
    draft.relate(draft.first, kind, named, external_id=external_id)


def split_cell(cell: str) -> list[str]:
    """Values between commas; a comma inside of one stands behind a backslash."""
    found = (unescaped(part.strip()) for part in re.split(r"(?<!\\),", cell))
    return list(dict.fromkeys(part for part in found if part))


def unescaped(value: str) -> str:
    return GUARD.sub("", value.replace("\\,", ","))


def lines_of(text: str) -> str:
    """Line breaks are written as \\n, and a written \\n as \\\\n."""
    return re.sub(r"(?<!\\)\\n", "\n", text).replace("\\\\n", "\\n")
