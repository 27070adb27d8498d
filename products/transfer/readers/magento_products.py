"""The lines of one Magento product, its variants and store views included -> one record."""

from collections.abc import Callable, Mapping, Sequence

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft
from products.transfer.readers.finds import Finds, code_of
from products.transfer.readers.magento_columns import linked, pairs, variations
from products.transfer.readers.magento_lines import add_attributes, add_pictures, keep
from products.transfer.readers.magento_variants import LONELY, UNTAXED, add_variant, add_variants
from products.transfer.readers.sheets import Columns, Line
from products.transfer.readers.shop import Shop
from products.transfer.records import ProductRecord

EVERYWHERE = {"catalog, search", "catalog,search"}
TRANSLATED = (
    ("name", "name"),
    ("description", "description"),
    ("url_key", "slug"),
    ("meta_title", "seo_title"),
    ("meta_description", "seo_description"),
)
LINKS = (
    ("related_skus", "related", "Related products"),
    ("crosssell_skus", "cross-sell", "Cross-sell"),
    ("upsell_skus", "up-sell", "Up-sell"),
)


class Views:
    """Store views: a line of one holds the texts of its language."""

    def __init__(self, finds: Finds) -> None:
        self._finds = finds

    def code(self, line: Line) -> str:
        """ "" of a line that is about the product itself."""
        code = line.cell("store_view_code")
        return "" if code.casefold() in {"", "default", "admin", "all"} else code

    def locale(self, line: Line) -> str | None:
        return self._finds.locale(self.code(line))


def build_product(
    shop: Shop,
    lines: Sequence[Line],
    columns: Columns,
    *,
    views: Views,
    labels: Mapping[str, str],
    owner: Callable[[str], str],
    is_of_another: Callable[[str, str], bool],
) -> ProductRecord:
    """`labels` of attributes by code; `owner` says of which product an SKU is a variant.

    Raises RecordRefused.
    """
    sku = owner(lines[0].cell("sku"))
    own = [line for line in lines if line.cell("sku") == sku and not views.code(line)]
    if not own:
        raise lines[0].refused(
            "product-missing",
            f"The file has lines of store views of {sku[:60]!r}, and none of the product.",
            "Export all store views.",
            "store_view_code",
        )
    first = own[0]
    draft = Draft(shop, [first, *(line for line in lines if line is not first)], columns)
    draft.named(sku)
    seen: dict[str, int] = {}
    for line in lines:
        earlier = seen.setdefault(line.cell("sku"), line.number)
        if earlier != line.number and not views.code(line):
            draft.warn(
                line,
                "line-repeated",
                f"Line {earlier} is about the same SKU, and that counts.",
                "Leave one of them out.",
                "sku",
            )
    _Product(draft, first, labels, owner).fill()
    children = {
        line.cell("sku"): line
        for line in reversed(lines)
        if line.cell("sku") != sku and not views.code(line)
    }
    if variants := list(variations(first.cell("configurable_variations"))):
        own_children = [pair for pair in variants if not is_of_another(pair[0], sku)]
        for child, _ in variants:
            if is_of_another(child, sku):
                _say_taken(draft, first, child, owner(child))
        add_variants(draft, own_children, children, labels)
    elif _kind(first) in {"simple", "virtual", "downloadable"} or first.cell("price"):
        add_variant(draft, first)
    _add_views(draft, [line for line in lines if views.code(line)], views, sku)
    return draft.finish()


def _kind(line: Line) -> str:
    return line.cell("product_type").casefold()


def _say_taken(draft: Draft, line: Line, child: str, parent: str) -> None:
    draft.warn(
        line,
        "variant-of-another",
        f"{child!r} is a variant of {parent!r} already, and stays one of it alone.",
        "Give each product variants of its own.",
        "configurable_variations",
    )


class _Product:
    """What the product's own line says."""

    def __init__(
        self, draft: Draft, line: Line, names: Mapping[str, str], owner: Callable[[str], str]
    ) -> None:
        self.draft, self.line, self.names, self.owner = draft, line, names, owner

    def fill(self) -> None:
        draft, line = self.draft, self.line
        draft.external_id(line.cell("sku"))
        draft.name(line)
        draft.slug(line, "url_key")
        draft.description(line.raw("description"))
        draft.seo(line, "meta_title", "meta_description")
        draft.keep(line, "short_description")
        keep(line, draft.kept)
        self._status()
        if name := line.cell("attribute_set_code"):
            draft.record.product_type = draft.shop.finds.product_type(code_of(name), name)
        if (tax := line.cell("tax_class_name")) and tax.casefold() not in UNTAXED:
            draft.tax_class(tax)
        paths = [
            line.read("categories", cells.category_path, cell, "/")
            for cell in cells.parts(line.cell("categories"), ",")
        ]
        if paths:
            draft.record.category, *draft.record.categories = dict.fromkeys(paths)
        add_pictures(draft, line)
        add_attributes(draft, line, self.names)
        self._relations()

    def _status(self) -> None:
        draft, line = self.draft, self.line
        if online := line.cell("product_online"):
            draft.values["status"] = "published" if online == "1" else "draft"
        visibility = line.cell("visibility")
        if visibility and visibility.casefold() not in EVERYWHERE:
            draft.kept["visibility"] = visibility
        if visibility.casefold() == LONELY and draft.values.get("status") == "published":
            draft.values["status"] = "draft"
            draft.warn(
                line,
                "unlisted",
                "It is in no list of the shop: it is imported as a draft.",
                "Publish it if you wish.",
                "visibility",
            )
        if _kind(line) not in {"simple", "configurable"}:
            draft.kept["product_type"] = _kind(line)

    def _relations(self) -> None:
        draft, line, finds = self.draft, self.line, self.draft.shop.finds
        for key, code, name in LINKS:
            for sku, _ in linked(line.cell(key)):
                kind = finds.relation_kind(code, name)
                draft.relate(line, kind, sku, external_id=self._target(sku))
        for sku, count in linked(line.cell("associated_skus")):
            kind = finds.relation_kind("grouped", "Grouped products", is_bundle=True)
            draft.relate(line, kind, sku, quantity=count, external_id=self._target(sku))
        for part in line.cell("bundle_values").split("|"):
            found = dict(pairs(part))
            if sku := found.get("sku", ""):
                kind = finds.relation_kind("bundle", "Bundle", is_bundle=True)
                count = next(iter(linked(f"x={found.get('default_qty', '1')}")))[1]
                draft.relate(line, kind, sku, quantity=count, external_id=self._target(sku))

    def _target(self, sku: str) -> tuple[str, str]:
        return self.draft.shop.system, self.owner(sku)


def _said_otherwise(draft: Draft, line: Line) -> dict[str, str]:
    """The cells of a store view that differ from those of the product or variant itself."""
    own = [each for each in draft.lines if each.cell("sku") == line.cell("sku")]
    texts = {key: line.raw(key).strip() for key, _ in TRANSLATED if line.cell(key)}
    for key in ("price", "special_price", "product_online", "visibility", "additional_attributes"):
        if line.cell(key) and line.cell(key) not in {each.cell(key) for each in own[:1]}:
            texts[key] = line.cell(key)
    return texts


def _add_views(draft: Draft, lines: Sequence[Line], views: Views, sku: str) -> None:
    """Texts in other languages; a view that names none is kept beside."""
    for line in lines:
        locale = views.locale(line)
        texts = _said_otherwise(draft, line)
        if line.cell("sku") == sku and locale:
            for key, name in TRANSLATED:
                draft.translate(locale, name, line.raw(key).strip())
                texts.pop(key, None)
        if not texts:
            continue
        view = draft.kept.setdefault("store_views", {}).setdefault(views.code(line), {})
        view[line.cell("sku")] = texts
        if not locale:
            draft.warn(
                line,
                "store-view-unknown",
                f"{views.code(line)[:40]!r} names no language: its texts are kept in the metadata.",
                "Rename the store view's code to that of a locale, such as de or de_DE.",
                "store_view_code",
            )
