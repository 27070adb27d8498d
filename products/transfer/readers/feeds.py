"""Product feeds as Google Merchant Center and Meta's catalogs take them: TSV, CSV, RSS, Atom."""

from collections.abc import Iterator
from itertools import islice

from products.transfer.readers.entries import Entries, Entry, FileOptions, kind_of, open_entries
from products.transfer.readers.feed_items import FeedItem, normal
from products.transfer.readers.feed_products import build_product
from products.transfer.readers.feed_variants import counts_stock
from products.transfer.readers.groups import Groups
from products.transfer.records import FileRefused, ProductRecord, Remark, Survey
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

NEEDED = ("id", "title", "price")
TYPICAL = {"availability", "image_link", "link", "condition", "item_group_id", "description"}
META = {
    "fb_product_category",
    "quantity_to_sell_on_facebook",
    "internal_label",
    "commerce_tax_category",
    "additional_variant_attribute",
    "rich_text_description",
    "applink.@property",
}
GOOGLE = {"identifier_exists", "excluded_destination", "shipping_label", "product_detail"}
GOOGLE |= {"is_bundle", "energy_efficiency_class", "promotion_id", "product_highlight"}
NAMESPACE = "g:"  # as everybody writes Google's
LOOKED_AT = 20  # items of XML, whose elements may differ
LIKELY, CERTAIN, POSSIBLE = 85, 95, 60


class FeedReader:
    def __init__(self, entries: Entries, system: str, currency: str) -> None:
        self._groups = Groups(entries.read, _group)
        self._system = system
        self._currency = currency

    def survey(self) -> Survey:
        """Raises FileRefused."""
        rows = 0
        is_counting = False
        for group in self._groups.look():
            rows += len(group)
            is_counting = is_counting or any(counts_stock(FeedItem(each, [])) for each in group)
        if not rows:
            raise FileRefused(Remark("no-rows", 1, "There is no item in it.", "Export it again."))
        return Survey(rows, self._groups.count, counts_stock=is_counting)

    def records(self) -> Iterator[ProductRecord | Remark]:
        """Call survey() first."""
        for group in self._groups.whole():
            yield build_product(group, self._system, self._currency)


def _group(entry: Entry) -> str:
    return FeedItem(entry, []).cell("item_group_id")


def _recognise(bundle: Bundle, *, is_meta: bool) -> Evidence | None:
    try:
        names = _names(bundle)
    except FileRefused:
        return None
    known = {normal(name): name for name in names}
    is_xml = kind_of(bundle.main) == "elements"
    is_theirs = is_xml and any(name.startswith(NAMESPACE) for name in names)
    needed = [known[each] for each in NEEDED if each in known]
    is_whole = len(needed) == len(NEEDED) and len(TYPICAL & known.keys()) >= 2
    if "id" not in known or not (is_theirs or is_whole):
        return None
    signs = [known[each] for each in META if each in known]
    signs += [name for name in names if "[0]" in name]
    others = [known[each] for each in GOOGLE if each in known]
    mine, theirs = (signs, others) if is_meta else (others, signs)
    whose = "Meta" if is_meta else "Google"
    certainty = CERTAIN if mine and not theirs else POSSIBLE
    if (not mine and not theirs and not is_meta) or (mine and theirs and is_meta):
        certainty = LIKELY
    said = f", and {sorted(mine)[0]!r}, which is {whose}'s own" if mine else ""
    form = "It is XML whose items have" if is_xml else "It has the columns"
    return Evidence(certainty, f"{form} {', '.join(needed)}{said}.")


def _names(bundle: Bundle) -> list[str]:
    entries = open_entries(bundle.main, FileOptions())
    if entries.kind == "table":
        return [*entries.names]
    if entries.kind == "items":
        return []
    groups = islice(entries.read(), LOOKED_AT)
    return list(dict.fromkeys(name for group in groups for each in group for name in each.cells))


def _format(code: str, label: str, *, is_meta: bool) -> Format:
    def recognise(bundle: Bundle) -> Evidence | None:
        return _recognise(bundle, is_meta=is_meta)

    def open_feed(bundle: Bundle, options: ReadOptions) -> FeedReader:
        return FeedReader(open_entries(bundle.main, FileOptions()), code, options.currency)

    return Format(code, label, recognise, open_feed)


GOOGLE_FORMAT = _format("google", "Google Merchant feed (TSV, CSV, XML)", is_meta=False)
META_FORMAT = _format("meta", "Meta catalog feed (CSV, TSV, XML)", is_meta=True)
