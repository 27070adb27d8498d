"""Feeds for Google Merchant Center (XML, TSV) and Meta (CSV): what anonymous shoppers see."""

import re
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from django.conf import settings

from products.documents.shown import shown_products
from products.models import ChannelLocale
from products.transfer.truth import Truth
from products.transfer.writers.feed_items import Item, Market, items_of
from products.transfer.writers.options import WriteOptions
from products.transfer.writers.own_csv import PART, csv_bytes

GOOGLE = (
    *("id", "title", "description", "link", "image_link", "additional_image_link"),
    *("availability", "price", "sale_price", "condition", "brand", "gtin", "mpn"),
    *("identifier_exists", "item_group_id", "product_type", "google_product_category"),
    *("color", "size", "material", "pattern", "gender", "age_group", "shipping_weight"),
)
META = tuple(name for name in GOOGLE if name not in ("identifier_exists",))
META_AVAILABILITY = {
    "in_stock": "in stock",
    "backorder": "available for order",
    "out_of_stock": "out of stock",
}
# What XML 1.0 cannot hold at all.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def google_xml(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    """RSS 2.0 with Google's namespace."""
    title = _xml(settings.PUBLIC_URL or "Catalog")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
        f"<title>{title}</title><link>{title}</link><description>Products</description>\n"
    ).encode()
    part: list[str] = []
    size = 0
    for item in _items(truth, options):
        part.append(_element(item))
        size += len(part[-1])
        if size > PART:
            yield "".join(part).encode()
            part, size = [], 0
    yield "".join([*part, "</channel></rss>\n"]).encode()


def google_tsv(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    return _table(truth, options, GOOGLE, "\t", lambda item: item)


def meta_csv(truth: Truth, options: WriteOptions) -> Iterator[bytes]:
    return _table(truth, options, META, ",", _for_meta)


def _table(
    truth: Truth,
    options: WriteOptions,
    names: tuple[str, ...],
    delimiter: str,
    worded: Callable[[Item], Item],
) -> Iterator[bytes]:
    items = map(worded, _items(truth, options))
    rows = ([_cell(item[name], delimiter) for name in names] for item in items)
    # Whoever reads a feed does not know of apostrophes before formulas.
    return csv_bytes(names, rows, delimiter=delimiter, is_guarded=False)


def _cell(value: str | list[str], delimiter: str) -> str:
    text = ",".join(value) if isinstance(value, list) else value
    # Tables between tabs have no quotes in all programs.
    return " ".join(text.split()) if delimiter == "\t" else text


def _for_meta(item: Item) -> Item:
    return {**item, "availability": META_AVAILABILITY[item["availability"]]}


def _items(truth: Truth, options: WriteOptions) -> Iterator[Item]:
    wanted = truth.wanted
    market = _market(wanted.view, options.link)
    for product in shown_products(wanted.view, wanted.ids, wanted.parameters):
        for item in items_of(product, market, truth.lacking):
            is_known = item["gtin"] or (item["brand"] and item["mpn"])
            yield {**item, "identifier_exists": "" if is_known else "no"}
        truth.done += 1


def _market(view: int, link: str) -> Market:
    pair = ChannelLocale.objects.select_related("channel").get(pk=view)
    if not link and settings.PUBLIC_URL and settings.CATALOG_STOREFRONT:
        link = f"{settings.PUBLIC_URL}/products/{{slug}}"
    return Market(pair.channel.currency or settings.CATALOG_CURRENCY, link, settings.PUBLIC_URL)


def _element(item: Item) -> str:
    pairs = [
        (name, text)
        for name in GOOGLE
        for text in (item[name] if isinstance(item[name], list) else [item[name]])
        if text
    ]
    inner = "".join(f"<g:{name}>{_xml(text)}</g:{name}>" for name, text in pairs)
    return f"<item>{inner}</item>\n"


def _xml(text: str) -> str:
    return escape(_UNWRITABLE.sub("", text))
