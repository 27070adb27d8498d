"""What shoppers see of many products: documents with all their variants, in bounded memory."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from psycopg import RawServerCursor

from products.documents.build import VIEWS
from products.documents.prices import prices_of
from products.documents.publication import visible
from products.documents.stock import AVAILABILITY
from products.documents.variants import SHOWN, first_variants

ROWS = 50  # fetched at once: a document is bounded
_OTHERS = f"""
    SELECT {first_variants(prices_of(at="now()"), AVAILABILITY, rows=f"OFFSET {SHOWN}")}::text
      FROM products_product p, {VIEWS} view WHERE p.id = %(product)s AND view.id = %(view)s
"""


def shown_products(
    view: int, ids: str = "", parameters: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """The bodies of those that shoppers of the view see now, in the order of their ids. `ids` is a
    query for ids with `$1` placeholders. Within a transaction of the caller's."""
    condition = f"AND product_id IN ({ids})" if ids else ""
    with (
        connection.wrap_database_errors,
        RawServerCursor(connection.connection, "catalog_shown") as cursor,
    ):
        cursor.itersize = ROWS
        cursor.execute(
            f"SELECT body FROM products_document WHERE {visible(view)} {condition}"
            " ORDER BY product_id",
            parameters,
        )
        for (body,) in cursor:
            product = orjson.loads(body)
            if product["more_variants"]:
                product["variants"] += _other_variants(UUID(product["id"]), view)
            yield product


def _other_variants(product: UUID, view: int) -> list[dict[str, Any]]:
    """Those that the document has no room for."""
    parameters: dict[str, UUID | int | str] = {
        "product": product,
        "view": view,
        "currency": settings.CATALOG_CURRENCY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, parameters)
        found: list[dict[str, Any]] = orjson.loads(cursor.fetchone()[0])
    return found
