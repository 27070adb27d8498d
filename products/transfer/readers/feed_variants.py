"""What one item of a feed says of a variant: identity, price, stock, sizes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from products.services.values import PriceValues
from products.transfer.readers import amounts, cells
from products.transfer.readers.amounts import Money
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.feed_items import FeedItem
from products.transfer.records import VariantRecord

QUANTITIES = ("quantity", "inventory", "quantity_to_sell_on_facebook", "sell_on_google_quantity")
AVAILABILITIES = {
    "in stock",
    "out of stock",
    "preorder",
    "backorder",
    "available for order",
    "discontinued",
    "limited availability",
}
ORDERABLE = {"preorder", "backorder", "available for order"}
SIDES = ("length", "width", "height")


def build_variant(item: FeedItem, kept: dict[str, Any], currency: str) -> VariantRecord:
    """What cannot be read of it goes to `kept`. Raises RecordRefused."""
    variant = VariantRecord(item.line, {})
    sku = item.cell("id")
    if not sku:
        raise item.read("id", _missing_id)
    variant.values["sku"] = item.read("id", cells.text, "sku", sku)
    if mpn := item.cell("mpn"):
        variant.values["mpn"] = item.read("mpn", cells.text, "mpn", mpn)
    _add_gtin(item, variant, kept)
    if prices := _prices(item, kept, currency):
        variant.values["prices"] = prices
    if (paid := item.cell("cost_of_goods_sold")) and (
        cost := _lenient(item, "cost_of_goods_sold", kept, _money, paid, currency)
    ):
        variant.costs[cost.currency] = cost.amount
    _add_stock(item, variant)
    _add_sizes(item, variant, kept)
    return variant


def _missing_id() -> Any:
    raise CellRefused("id-missing", "The item has no id.", "Give each item an id of its own.")


def _lenient(item: FeedItem, name: str, kept: dict[str, Any], parse: Any, *arguments: Any) -> Any:
    """None, with a warning, for a cell that cannot be read: it is kept as it is."""
    try:
        return parse(*arguments)
    except CellRefused as error:
        kept[name] = item.cell(name)
        item.warn(name, error.code, f"{error.message} It is kept in the metadata.", error.remedy)
        return None


def _add_gtin(item: FeedItem, variant: VariantRecord, kept: dict[str, Any]) -> None:
    if not (text := item.cell("gtin")):
        return
    if gtin := _lenient(item, "gtin", kept, cells.gtin, text):
        variant.values["gtin"] = gtin


def _prices(item: FeedItem, kept: dict[str, Any], currency: str) -> list[PriceValues]:
    """The lasting price, and a sale: a former price, or with dates a price of its own."""
    text, period = item.cell("price"), item.cell("sale_price_effective_date")
    if not text:
        return []
    regular = item.read("price", _money, text, currency)
    lasting = PriceValues(currency=regular.currency, amount=regular.amount, compare_at=None)
    sale = _sale(item, kept, regular)
    if sale is None:
        return [lasting]
    reduced = PriceValues(currency=sale.currency, amount=sale.amount, compare_at=regular.amount)
    if not period:
        return [reduced]
    times = _lenient(item, "sale_price_effective_date", kept, _period, period)
    if times is None:
        return [lasting]
    reduced["valid_from"], reduced["valid_until"] = times
    return [lasting, reduced]


def _sale(item: FeedItem, kept: dict[str, Any], regular: Money) -> Money | None:
    """A price that is lower than the regular one. Without a currency it has that one's."""
    text = item.cell("sale_price")
    if not text:
        return None
    sale = item.read("sale_price", _money, text, regular.currency)
    if sale.currency == regular.currency and sale.amount < regular.amount:
        return sale
    if sale != regular:
        kept["sale_price"] = text
        said = f"The sale price {text} is not below the price {regular.amount}; it is kept."
        item.warn("sale_price", "sale-price-not-lower", said, "Give a lower one, or none.")
    return None


def _money(text: str, currency: str) -> Money:
    """With a point, as is asked for; 9,99 cannot be read so, and is what it seems to be."""
    try:
        return amounts.money(text, currency)
    except CellRefused as error:
        if error.code != "invalid-number":
            raise
        return amounts.money(text, currency, ",")


def _period(text: str) -> tuple[datetime, datetime]:
    start, slash, end = text.partition("/")
    if not slash:
        raise CellRefused("invalid-period", f"{text[:60]!r} is no period.", "Write start/end.")
    found = cells.instant(start.strip()), cells.instant(end.strip())
    if found[0] >= found[1]:
        raise CellRefused("invalid-period", f"{text[:60]!r} ends before it starts.", "Correct it.")
    return found


def _add_stock(item: FeedItem, variant: VariantRecord) -> None:
    """Without a number, out of stock is none, and in stock is as many as somebody asks for."""
    name = next((each for each in QUANTITIES if item.cell(each)), "")
    if name:
        variant.quantity = max(0, item.read(name, cells.quantity, item.cell(name)))
    word = item.cell("availability").replace("_", " ").casefold()
    if not word:
        return
    if word not in AVAILABILITIES:
        item.warn(
            "availability",
            "unknown-availability",
            f"{word[:40]!r} is no availability: it is passed over.",
            "Use in_stock, out_of_stock, preorder or backorder.",
        )
        return
    if word == "discontinued":
        variant.values["status"] = "discontinued"
        return
    if word in ORDERABLE:
        variant.values["backorder_policy"] = "allow"
        variant.values["backorder_limit"] = 0
    if word == "out of stock":
        variant.quantity = 0
    variant.values["track_inventory"] = variant.quantity is not None


def counts_stock(item: FeedItem) -> bool:
    is_out = item.cell("availability").replace("_", " ").casefold() == "out of stock"
    return is_out or any(item.cell(each) for each in QUANTITIES)


def _add_sizes(item: FeedItem, variant: VariantRecord, kept: dict[str, Any]) -> None:
    name = "product_weight" if item.cell("product_weight") else "shipping_weight"
    if (text := item.cell(name)) and (weight := _lenient(item, name, kept, amounts.weight, text)):
        variant.values["weight"] = weight
    said = {side: item.cell(f"product_{side}") for side in SIDES}
    if not all(said.values()):
        kept.update({f"product_{side}": text for side, text in said.items() if text})
        return
    found: dict[str, tuple[Decimal, str]] = {}
    for side, text in said.items():
        key = f"product_{side}"
        if measure := _lenient(item, key, kept, amounts.measure, text, amounts.LENGTH_UNITS):
            found[side] = measure
    units = {unit for _, unit in found.values()}
    if len(found) == len(SIDES) and len(units) == 1:
        variant.values["dimensions"] = {
            "length": found["length"][0],
            "width": found["width"][0],
            "height": found["height"][0],
            "unit": units.pop(),
        }
    else:
        kept.update({f"product_{side}": text for side, text in said.items()})
