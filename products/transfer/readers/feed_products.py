"""The items of one group of a feed -> one record."""

from collections.abc import Sequence
from typing import Any

from products.transfer.readers import cells
from products.transfer.readers.entries import Entry
from products.transfer.readers.feed_items import FeedItem
from products.transfer.readers.feed_variants import build_variant
from products.transfer.records import (
    MediaRecord,
    ProductRecord,
    RecordRefused,
    Remark,
    VariantRecord,
)

# What may tell the variants of a group apart, in the order of the options.
OPTIONS = ("color", "size", "material", "pattern", "gender", "age_group", "condition")
GOOGLE_CATEGORY = "google_product_category"
STATUSES = {"active": "published", "archived": "archived", "staging": "draft"}


def build_product(entries: Sequence[Entry], system: str, currency: str) -> ProductRecord | Remark:
    """`system` names the feed in external ids and metadata. A Remark for what cannot be read."""
    if refusal := next((each.refusal for each in entries if each.refusal), None):
        return refusal
    record = ProductRecord(None, entries[0].line, max(each.last_line for each in entries), {})
    items = [FeedItem(entry, record.warnings) for entry in entries]
    record.columns = {
        ours: items[0].columns().get(theirs, theirs)
        for ours, theirs in (("title", "title"), ("sku", "id"), ("price", "price"))
    } | {"gtin": items[0].columns().get("gtin", "gtin")}
    try:
        _set_product(record, items, system)
        _add_variants(record, items, system, currency)
    except RecordRefused as error:
        return error.remark
    return record


def _set_product(record: ProductRecord, items: Sequence[FeedItem], system: str) -> None:
    """The first item that says something says it for the product."""
    first = items[0]
    if group := first.cell("item_group_id"):
        record.values["external_ids"] = [{"system": system, "id": group}]
    title = next((each for each in items if each.cell("title")), first)
    if name := title.read("title", cells.text, "title", title.cell("title")):
        record.values["name"] = name
    description = _first(items, "rich_text_description") or _first(items, "description")
    if description:
        record.values["description"] = description
    branded = next((each for each in items if each.cell("brand")), first)
    record.brand = branded.read("brand", cells.text, "brand", branded.cell("brand")) or None
    _set_categories(record, first)
    tags = list(dict.fromkeys(tag for each in items for tag in each.several("product_tags")))
    if tags:
        record.values["tags"] = first.read("product_tags", cells.tags, "\0".join(tags), "\0")
    if status := STATUSES.get(first.cell("status").casefold()):
        record.values["status"] = status


def _first(items: Sequence[FeedItem], name: str) -> str:
    return next(filter(None, [each.cell(name) for each in items]), "")


def _set_categories(record: ProductRecord, item: FeedItem) -> None:
    """The shop's own tree; else that of Google, where it is a path and not a number."""
    paths = item.texts("product_type")
    google = item.cell(GOOGLE_CATEGORY)
    if not paths and google and not google.isdigit():
        paths = [google]
    name = "product_type" if item.cell("product_type") else GOOGLE_CATEGORY
    found = [path for text in paths if (path := item.read(name, cells.category_path, text))]
    if found:
        record.category, record.categories = found[0], found[1:]


def _add_variants(
    record: ProductRecord, items: Sequence[FeedItem], system: str, currency: str
) -> None:
    names = _option_names(items) if len(items) > 1 else []
    kept = [_kept(item, record, names) for item in items]
    same = {
        key: value for key, value in kept[0].items() if all(each.get(key) == value for each in kept)
    }
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for item, own in zip(items, kept, strict=True):
        own_metadata = {key: value for key, value in own.items() if key not in same}
        variant = build_variant(item, own_metadata, currency)
        options = {name: value for name in names if (value := _option(item, name))}
        _ensure_apart(item, options, seen)
        if options:
            variant.values["options"] = options
        if own_metadata:
            variant.values["metadata"] = {system: own_metadata}
        _add_media(record, item, variant)
        record.variants.append(variant)
    if names:
        record.values["option_names"] = names
    if same:
        record.values["metadata"] = {system: same}


# What a record says elsewhere.
SAID = frozenset(
    {
        *("id", "title", "description", "rich_text_description", "brand", "item_group_id", "mpn"),
        *("gtin", "price", "sale_price", "sale_price_effective_date", "cost_of_goods_sold"),
        *("image_link", "additional_image_link", "product_type", "status", "product_tags"),
        *("shipping_weight", "product_weight", "product_length", "product_width"),
        *("product_height", "quantity", "inventory", "quantity_to_sell_on_facebook"),
        "sell_on_google_quantity",
    }
)
TOLD = ("image[", "video[", "product_tags[", "additional_image_link[")


def _kept(item: FeedItem, record: ProductRecord, options: Sequence[str]) -> dict[str, Any]:
    """What has no place of its own here."""
    category = item.read(GOOGLE_CATEGORY, cells.category_path, item.cell(GOOGLE_CATEGORY))
    is_told = category in {record.category, *record.categories}

    def said(name: str) -> bool:
        if name == GOOGLE_CATEGORY:
            return is_told
        return name in SAID or name in options or name.startswith(TOLD)

    found = item.rest(said)
    shared = {"title": record.values.get("name"), "description": record.values.get("description")}
    found |= {key: own for key, ours in shared.items() if (own := item.cell(key)) not in {"", ours}}
    return found


def _option_names(items: Sequence[FeedItem]) -> list[str]:
    """What differs within the group."""
    names = [name for name in OPTIONS if len({_option(each, name) for each in items}) > 1]
    own = [name for each in items for name in _own_options(each)]
    return list(dict.fromkeys([*names, *own]))


def _option(item: FeedItem, name: str) -> str:
    return item.cell(name) or _own_options(item).get(name, "")


def _own_options(item: FeedItem) -> dict[str, str]:
    """Meta's further ones: Scent:Fruity,Style:Classic."""
    found: dict[str, str] = {}
    for text in item.several("additional_variant_attribute"):
        name, colon, value = text.partition(":")
        if colon and name.strip() and value.strip():
            found[name.strip()] = value.strip()
    return found


def _ensure_apart(
    item: FeedItem, options: dict[str, str], seen: dict[tuple[tuple[str, str], ...], int]
) -> None:
    for name, value in options.items():
        item.read(name, cells.option, name, value)
    earlier = seen.setdefault(tuple(options.items()), item.line)
    if options and earlier != item.line:
        message = f"Line {earlier} of the same group has the same options."
        remedy = "Tell them apart by color, size, material or pattern."
        raise RecordRefused(item.remark("item_group_id", "options-taken", message, remedy))


def _add_media(record: ProductRecord, item: FeedItem, variant: VariantRecord) -> None:
    known = {media.url for media in record.media}
    shown: list[str] = []
    pictures = [item.cell("image_link"), *item.several("additional_image_link")]
    pictures += [url for _, url in item.numbered("image", ".url")]
    videos = [*item.texts("video_link"), *(url for _, url in item.numbered("video", ".url"))]
    for url in dict.fromkeys(filter(None, [*pictures, *videos])):
        if not cells.is_url(url):
            said = f"{url[:80]!r} is no http or https address: it is left out."
            item.warn("image_link", "invalid-image-url", said, "Give its full address.")
            continue
        if url not in known:
            known.add(url)
            kind = "video" if url in videos else None
            record.media.append(MediaRecord(item.line, url, kind=kind))
        if url not in videos:
            shown.append(url)
    if shown:
        variant.values["media"] = [*shown]
