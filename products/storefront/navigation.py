"""Categories as a menu: the way to the chosen one, and what is right below it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Q, UUIDField

from products.api.in_locale import text_in
from products.documents.category_counts import count_products
from products.models import Category
from products.storefront.shop import Shop

MOST_AT_ONCE = 100  # of the categories right below one


def menu(chosen: str | None, shop: Shop) -> dict[str, Any]:
    """Two queries, whatever is chosen. A category in which shoppers find nothing is left out."""
    assert shop.view is not None, "a page without a view has no menu"
    rows = _rows(chosen)
    counts = count_products([row.pk for row in rows], view=shop.view.number)
    key = UUID(chosen) if chosen else None
    path = next((row.path for row in rows if row.pk == key), [])
    steps = sorted((row for row in rows if row.pk in path), key=lambda row: row.depth)
    below = [row for row in rows if row.parent_id == key and counts[row.pk].subtree]
    return {
        "path": [_item(row, shop, counts[row.pk].subtree) for row in steps],
        "items": [_item(row, shop, counts[row.pk].subtree) for row in below],
        "all": shop.address.changed(category=None),
    }


def _rows(chosen: str | None) -> Sequence[Category]:
    wanted = Q(parent=chosen)
    if chosen:
        steps = Func(F("path"), function="unnest", output_field=UUIDField())
        path = Category.objects.filter(pk=chosen).order_by().values_list(steps)
        wanted |= Q(pk__in=path)
    return list(Category.objects.filter(wanted)[:MOST_AT_ONCE])


def _item(row: Category, shop: Shop, number: int) -> dict[str, Any]:
    chain = shop.view.chain if shop.view else ()
    return {
        "name": text_in(row.translations, "name", chain, row.name),
        "count": shop.number(str(number)),
        "url": shop.address.without("q", "correct").changed(category=str(row.pk)),
    }
