"""The variants of a product: those that its document prints, and those behind them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from catalog_project.api.pagination import KeysetPagination
from products.api.answers import VariantResponse
from products.api.variants import shown_variants
from products.documents.variants import SHOWN
from products.models import Variant
from products.storefront.cards import availability
from products.storefront.shop import Shop
from products.storefront.structured import unit_price

Document = Mapping[str, Any]


def variant_context(document: Document, shop: Shop, behind: str | None) -> dict[str, Any]:
    """The rows of the table, and where the others are. Raises BadCursor."""
    more = document["more_variants"]
    variants = document["variants"]
    cursor = parse_qs(urlsplit(more).query)["cursor"][0] if more else None
    if behind and more:
        variants, cursor = _behind(behind, document, shop)
    else:
        behind = None
    count = document["variant_count"]
    links = {
        "more_variants": shop.address.product(document["slug"], variants=cursor) if cursor else "",
        "first_variants": shop.address.product(document["slug"]) if behind else "",
    }
    return {
        "rows": _rows(variants, document, shop),
        "variants_shown": shop.words.filled("variants_shown", len(variants), count) if more else "",
        **links,
    }


def _behind(cursor: str, document: Document, shop: Shop) -> tuple[list[Any], str | None]:
    """What the API's list of variants answers behind this cursor, and the next one."""
    assert shop.view is not None, "a page without a view shows no product"
    rows = shown_variants(UUID(document["id"]), view=shop.view.number)
    active = rows.filter(status=Variant.Status.ACTIVE)
    page = KeysetPagination()
    found = page.page_of(active, ("position", "id"), limit=SHOWN, cursor=cursor)
    return list(VariantResponse(found, many=True).data), page.next_cursor()


def _rows(variants: Sequence[Document], document: Document, shop: Shop) -> list[dict[str, Any]]:
    """A row for each, with the labels of its options in the product's order."""
    labels = [
        (each["name"], dict(zip(each["values"], each["labels"], strict=True)))
        for each in document["options"]
    ]
    return [
        {
            "sku": variant["sku"],
            "options": [_value(variant, name, known) for name, known in labels],
            "price": variant_price(variant, document, shop),
            "availability": availability(variant["availability"], shop),
        }
        for variant in variants
    ]


def _value(variant: Document, name: str, labels: Mapping[str, str]) -> str:
    value = variant["options"].get(name, "")
    return labels.get(value, value)


def variant_price(variant: Document, document: Document, shop: Shop) -> dict[str, str] | None:
    """That of one piece in the currency of the channel, and what it was compared with."""
    currency = (document["price_range"] or {}).get("currency")
    found = unit_price(variant, currency)
    if found is None:
        return None
    before = found["compare_at"]
    return {
        "text": shop.money(found["amount"], found["currency"]),
        "was": shop.money(before, found["currency"]) if before else "",
    }
