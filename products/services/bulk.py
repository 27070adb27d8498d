"""Transactions of many rows: what commands need beyond a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

STATEMENT_LIMIT = "10min"
GROWING = (
    "products_product",
    "products_variant",
    "products_price",
    "products_pricerecord",
    "products_media",
    "products_variantmedia",
    "products_productcategory",
    "products_externalid",
    "products_relation",
    "products_document",
    "products_searchentry",
)


@contextmanager
def bulk_transaction() -> Iterator[None]:
    """A transaction whose statements may last longer than a request's."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_LIMIT}'")
        yield


def keep_plans_fresh(chunk: int) -> None:
    """Let the planner see how the tables grew, after chunks 1, 2, 4, 8, ...

    Autovacuum comes by once a minute: until then a table that was empty counts as empty, and
    what took 0.1 s an hour ago scans it once for each product.
    """
    if chunk > 0 and chunk & (chunk - 1) == 0:
        with bulk_transaction(), connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(GROWING)}")


@contextmanager
def patient_session() -> Iterator[None]:
    """Statements outside of a transaction that may last longer than a request's."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_LIMIT}'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
