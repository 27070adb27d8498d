"""What operators watch: how many products there are, by status."""

from collections.abc import Iterable

from django.db import connection

from products.models.channels import DEFAULT_VIEW

Samples = Iterable[tuple[tuple[str, ...], float]]


def published_products() -> Samples:
    return [((), count) for (status,), count in products_by_status() if status == "published"]


def products_by_status() -> Samples:
    """Each status, also those that no product has now: a line in a graph should not end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, count(*) FROM products_document"
            " WHERE view_id = %s AND holds_from <= now() AND holds_until > now() GROUP BY status",
            [DEFAULT_VIEW],
        )
        counts = dict(cursor.fetchall())
    return [
        ((status,), float(counts.get(status, 0))) for status in ("draft", "published", "archived")
    ]
