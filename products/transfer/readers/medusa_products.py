"""The lines of one Medusa product -> one record."""

import json
from collections.abc import Sequence

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import code_of
from products.transfer.readers.sheets import Columns, Line, numbered
from products.transfer.readers.shop import Shop
from products.transfer.records import ProductRecord

STATUSES = {"published": "published", "draft": "draft", "proposed": "draft", "rejected": "draft"}
KEPT = (
    "product_subtitle",
    "product_hs_code",
    "product_mid_code",
    "product_origin_country",
    "product_material",
    "product_collection_id",
    "product_type_id",
    "product_created_at",
    "product_updated_at",
)
OF_VARIANT = (
    "variant_hs_code",
    "variant_mid_code",
    "variant_origin_country",
    "variant_material",
    "variant_created_at",
    "variant_updated_at",
)
SIZES = ("length", "width", "height")


def build_product(shop: Shop, lines: Sequence[Line], columns: Columns) -> ProductRecord:
    """Raises RecordRefused."""
    draft = Draft(shop, lines, columns)
    draft.named(draft.line_of("product_handle").cell("product_handle"))
    draft.ensure_same("product_title", "product_description", "product_status", "product_id")
    _add_product(draft)
    for line in lines:
        _add_variant(draft, line)
    names = dict.fromkeys(
        name for each in draft.variants for name in each.values.get("options", {})
    )
    if names:
        draft.values["option_names"] = list(names)
    return draft.finish()


def _add_product(draft: Draft) -> None:
    draft.name(draft.line_of("product_title"), "product_title")
    draft.slug(draft.line_of("product_handle"), "product_handle")
    draft.description(draft.line_of("product_description").raw("product_description"))
    draft.external_id(draft.line_of("product_id").cell("product_id"))
    external = draft.line_of("product_external_id").cell("product_external_id")
    draft.external_id(external, system="medusa-external")
    _add_status(draft)
    for key in KEPT:
        if cell := draft.line_of(key).cell(key):
            draft.kept[key.removeprefix("product_")] = cell
    _add_flags(draft)
    _add_names(draft)
    _add_categories(draft)
    for line in draft.lines:
        for member, address in line.family("image"):
            draft.picture(line, address, column=member.name)
        draft.picture(line, line.cell("product_thumbnail"), "product_thumbnail")


def _add_status(draft: Draft) -> None:
    line = draft.line_of("product_status")
    if word := line.cell("product_status").casefold():
        if word not in STATUSES:
            raise line.refused(
                "invalid-status",
                f"{word[:40]!r} is no status.",
                "Use draft, proposed, published or rejected.",
                "product_status",
            )
        draft.values["status"] = STATUSES[word]
        if word not in {"draft", "published"}:
            draft.kept["status"] = word
    gone = draft.line_of("product_deleted_at")
    if gone.cell("product_deleted_at"):
        draft.values["status"] = "archived"
        draft.kept["deleted_at"] = gone.cell("product_deleted_at")


def _add_flags(draft: Draft) -> None:
    """Those that say something else than usual."""
    for key, usual in (("product_discountable", True), ("product_is_giftcard", False)):
        line = draft.line_of(key)
        if (cell := line.cell(key)) and line.read(key, cells.flag, cell) is not usual:
            draft.kept[key.removeprefix("product_")] = not usual


def _add_names(draft: Draft) -> None:
    """Tags, the type, which is a label like them, and the collection."""
    tags: list[str] = []
    for line in draft.lines:
        tags += line.read("product_tags", cells.tags, line.cell("product_tags"))
        for member, cell in line.family("tag"):
            tags += line.parse(member.name, cells.tags, cell, "\0")
    kind = draft.line_of("product_type")
    if kind.cell("product_type"):
        tags += kind.read("product_type", cells.tags, kind.cell("product_type"), "\0")
    if tags:
        draft.values["tags"] = list(dict.fromkeys(tags))
    title = draft.line_of("product_collection_title").cell("product_collection_title")
    handle = draft.line_of("product_collection_handle").cell("product_collection_handle")
    if title or handle:
        draft.record.collections = [(title or handle)[:200]]
    if title and handle:
        draft.kept["collection_handle"] = handle


def _add_categories(draft: Draft) -> None:
    """Categories and sales channels by name, else by handle; an id names nothing, and is kept."""
    for kind in ("category", "channel"):
        ids: dict[str, None] = {}
        for line in draft.lines:
            for each in numbered(line.family(kind)).values():
                bare = each.get("", "")
                is_id = bare.startswith(("pcat_", "sc_"))
                name = each.get("name") or each.get("handle") or ("" if is_id else bare)
                if own_id := each.get("id") or (bare if is_id else ""):
                    ids.setdefault(own_id)
                if name and kind == "category":
                    _add_category(draft, line, name, each["column"])
                elif name:
                    _add_listing(draft, name)
        if ids:
            draft.kept[f"{kind}_ids"] = list(ids)


def _add_category(draft: Draft, line: Line, name: str, column: str) -> None:
    path = line.parse(column, cells.category_path, name)
    if not draft.record.category:
        draft.record.category = path
    elif path != draft.record.category and path not in draft.record.categories:
        draft.record.categories.append(path)


def _add_listing(draft: Draft, name: str) -> None:
    channel = draft.shop.finds.channel(code_of(name), name, "")
    if channel not in [each["channel"] for each in draft.record.listings]:
        draft.record.listings.append({"channel": channel, "is_listed": True})


def _add_variant(draft: Draft, line: Line) -> None:
    options = [each for each in numbered(line.family("option")).values() if each.get("value")]
    if not options and not any(line.cell(f"variant_{key}") for key in ("id", "title", "sku")):
        return  # the line is about the product alone
    variant = draft.variant(line)
    for each in options:
        if not each.get("name"):
            raise line.refused(
                "option-name-missing",
                f"{each['value'][:40]!r} is the value of an option without a name.",
                "Name the option on each line.",
            )
        draft.option(variant, each["name"], each["value"], column=each["column"])
    draft.external_id(line.cell("variant_id"), variant)
    draft.sku(variant, "variant_sku")
    draft.gtin(variant, "variant_barcode", "variant_ean", "variant_upc")
    title = line.cell("variant_title")
    values = [each["value"] for each in options]
    if title and title not in {*values, " / ".join(values)}:
        variant.kept["title"] = title
    for key in OF_VARIANT:
        if cell := line.cell(key):
            variant.kept[key.removeprefix("variant_")] = cell
    if cell := line.cell("variant_metadata"):
        variant.kept["metadata"] = _json(cell)
    if (rank := cells.position(line.cell("variant_variant_rank"))) is not None:
        variant.values["position"] = rank
    _add_measures(draft, variant)
    _add_stock(draft, variant)
    _add_prices(draft, variant)


def _json(cell: str) -> object:
    """What it is, or the text when it is no JSON."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _add_measures(draft: Draft, variant: VariantDraft) -> None:
    """Its own, else those of the product."""
    line = variant.line
    own = next((f"{noun}_weight" for noun in NOUNS if line.cell(f"{noun}_weight")), "")
    if own:
        draft.weight(variant, own)
    for noun in NOUNS:
        if any(line.cell(f"{noun}_{side}") for side in SIZES):
            draft.size(variant, (f"{noun}_length", f"{noun}_width", f"{noun}_height"))
            return


NOUNS = ("variant", "product")


def _add_stock(draft: Draft, variant: VariantDraft) -> None:
    line = variant.line
    key = "variant_manage_inventory"
    if cell := line.cell(key):
        variant.values["track_inventory"] = line.read(key, cells.flag, cell)
    key, sells_on = "variant_allow_backorder", False
    if cell := line.cell(key):
        sells_on = line.read(key, cells.flag, cell)
        draft.backorders(variant, sells_on)
    draft.stock(variant, "variant_inventory_quantity", sells_on=sells_on)


def _add_prices(draft: Draft, variant: VariantDraft) -> None:
    """Of a currency, or of a region: that is a channel with a price list."""
    finds = draft.shop.finds
    for member, cell in variant.line.family("price"):
        assert member.match is not None
        currency = (member.match["currency"] or member.match["code"]).upper()
        asked = draft.money_of(variant.line, cell, currency, column=member.name)
        if asked is None:
            continue
        region = member.match["region"]
        if region is None:
            variant.price({"currency": asked.currency, "amount": asked.amount})
            continue
        channel = finds.channel(code_of(region), region, currency)
        code = code_of(f"{region} {currency}")
        name = f"{region} {currency}"
        finds.price_list(code, name, currency, channel=channel)
        variant.price({"currency": currency, "amount": asked.amount, "price_list": code})
