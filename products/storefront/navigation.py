"""Categories as a menu: the way to the chosen one, and what is right below it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Q, UUIDField

from products.api.in_locale import text_in
from products.models import Category
from products.storefront.shop import Shop

MOST_AT_ONCE = 100  # of the categories right below one


def menu(chosen: str | None, facet: Mapping[str, Any] | None, shop: Shop) -> dict[str, Any]:
    """One query, whatever is chosen. A category in which the list would find nothing is left out,
    as far as the facet knows."""
    rows = _rows(chosen)
    key = UUID(chosen) if chosen else None
    path = next((row.path for row in rows if row.pk == key), [])
    counts = {each["value"]: each["count"] for each in facet["values"]} if facet else {}
    knows_all = facet is None or (facet["exact"] and not facet["has_more"])
    more = "" if facet is None or facet["exact"] else "+"
    return {
        "path": [_item(row, None, shop) for row in rows if row.pk in path],
        "items": [
            _item(row, f"{shop.number(str(count))}{more}" if count else None, shop)
            for row in rows
            if row.parent_id == key and ((count := counts.get(str(row.pk))) or not knows_all)
        ],
        "all": shop.address.changed(category=None),
    }


def _rows(chosen: str | None) -> Sequence[Category]:
    wanted = Q(parent=chosen)
    if chosen:
        steps = Func(F("path"), function="unnest", output_field=UUIDField())
        path = Category.objects.filter(pk=chosen).order_by().values_list(steps)
        wanted |= Q(pk__in=path)
    in_order = Category.objects.filter(wanted).order_by("path__len", "position", "name", "id")
    return list(in_order[:MOST_AT_ONCE])


def _item(row: Category, count: str | None, shop: Shop) -> dict[str, Any]:
    chain = shop.view.chain if shop.view else ()
    return {
        "name": text_in(row.translations, "name", chain, row.name),
        "count": count,
        "url": shop.address.changed(category=str(row.pk)),
    }
