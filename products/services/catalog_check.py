"""Is everything that is derived what the truth gives, and is the truth whole? Reads only.

Each check compares within one statement, so it sees one instant: writers at work beside it
cause no false alarm. Memory does not grow with the catalog.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction

from products.changes.compare import still_tells
from products.changes.record import SNAPSHOTS
from products.changes.states import STATE
from products.documents import build
from products.models import Media, Rendition
from products.search import entries
from products.services.attribute_check import strange_values
from products.services.collection_check import strange_memberships, strange_rules
from products.services.redirects import LIVING
from products.services.stock_bounds import LOWEST

# The first of each is there before anybody could have made it.
MADE_BY_MIGRATE = ("locale", "channel", "relation_kind")
BAD_ROWS = 20  # named per broken constraint
SNAPSHOTS_AT_ONCE = 20
# Members of snapshots that may be another now: what was once part of them and is derived, and
# the products of a collection or curation, which go when a product is deleted.
FORMER = {"category": ("path",), "collection": ("products",), "curation": ("products",)}
# What media said of a variant, variants now say of media.
FORMER_OF_MEDIA = "variant_id"


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as it must be, and how to mend it."""

    check: str
    subject: str
    detail: str


def check_products(product_ids: list[UUID]) -> Iterator[Drift]:
    """Documents, search entries, versions and variants of a batch of products."""
    wrong = set(build.drifted(product_ids))
    for key in sorted(wrong):
        yield Drift("document", f"product {key}", "Not what its truth gives: rebuild_documents.")
    for key in entries.drifted([key for key in product_ids if key not in wrong]):
        detail = "Search knows something else of it than its documents say: rebuild_documents."
        yield Drift("search-entry", f"product {key}", detail)
    yield from check_log("product", product_ids)
    yield from _archived_parts(product_ids)
    for subject, detail in strange_values(product_ids):
        yield Drift("attribute-value", subject, detail)
    for subject, detail in strange_memberships(product_ids):
        yield Drift("collection-product", subject, detail)


def check_log(aggregate: str, ids: list[UUID]) -> Iterator[Drift]:
    """The last change row of each has its version, and the snapshot of what it is now.

    The snapshot may be that of an older release: then it is compared in what it says.
    """
    table, snapshot = SNAPSHOTS[aggregate]
    # Snapshots of older releases may have what is left out now, because it is derived.
    state = STATE if aggregate == "product" else "last.snapshot"
    last = " - ".join([f"({state})", *(f"'{name}'" for name in FORMER.get(aggregate, ()))])
    query = f"""
        SELECT p.id, p.version, last.version, ({last})::text, ({snapshot})::text
          FROM {table} p
          LEFT JOIN LATERAL (
              SELECT change.* FROM products_change change
               WHERE change.aggregate_id = p.id ORDER BY change.version DESC LIMIT 1
          ) last ON true
         WHERE p.id = ANY(%s)
           AND (last.version IS DISTINCT FROM p.version
                OR {last} IS DISTINCT FROM {snapshot})
    """  # noqa: S608 - of our own names
    # A cursor of the server's: after an upgrade, every snapshot of the batch comes over.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, [ids])
        while rows := cursor.fetchmany(SNAPSHOTS_AT_ONCE):
            for row in rows:
                if row[1:3] == (1, None) and aggregate in MADE_BY_MIGRATE:
                    continue
                if detail := _log_drift(*row[1:]):
                    yield Drift("change-log", f"{aggregate} {row[0]}", detail)


def _log_drift(version: int, recorded: int | None, old: str, now: str) -> str:
    """What is wrong with the last change row; nothing if it is right."""
    if recorded is None:
        return "It has no change row."
    if recorded != version:
        return f"Its version is {version}, the change log ends at {recorded}."
    if not still_tells(_facts(old), _facts(now)):
        return f"It is not what the change log says of version {version}."
    return ""


def _facts(snapshot: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(snapshot, parse_float=Decimal)
    for media in facts.get("media", ()):
        media.pop(FORMER_OF_MEDIA, None)
    return facts


def _archived_parts(product_ids: list[UUID]) -> Iterator[Drift]:
    for noun, table in (("variant", "products_variant"), ("external-id", "products_externalid")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT part.id, part.is_archived FROM {table} part
                  JOIN products_product p ON p.id = part.product_id
                 WHERE p.id = ANY(%s) AND part.is_archived <> (p.status = 'archived')
                """,  # noqa: S608 - of our own names
                [product_ids],
            )
            for key, is_archived in cursor.fetchall():
                word = "archived" if is_archived else "not archived"
                detail = f"It is {word}, its product is not so."
                yield Drift(f"{noun}-archived", f"{noun} {key}", detail)


def check_shared() -> Iterator[Drift]:
    """The category tree, and the change log of everything that is no product."""
    yield from _category_paths()
    yield from _stock_bounds()
    for subject, detail in strange_rules():
        yield Drift("collection-rule", subject, detail)
    yield from _redirects()
    for aggregate in sorted(SNAPSHOTS.keys() - {"product"}):
        for batch in _batches(SNAPSHOTS[aggregate][0]):
            yield from check_log(aggregate, batch)


def _stock_bounds() -> Iterator[Drift]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT level.id FROM products_stocklevel level
              JOIN products_variant v ON v.id = level.variant_id
             WHERE level.lowest IS DISTINCT FROM {LOWEST} LIMIT {BAD_ROWS}
            """  # noqa: S608 - of our own words
        )
        for (key,) in cursor.fetchall():
            detail = "What it may fall to is not what the backorder policy says."
            yield Drift("stock-bound", f"stock {key}", detail)


def _category_paths() -> Iterator[Drift]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE walked (id, path) AS (
                SELECT id, ARRAY[id] FROM products_category WHERE parent_id IS NULL
                UNION ALL
                SELECT c.id, walked.path || c.id
                  FROM products_category c JOIN walked ON c.parent_id = walked.id
            )
            SELECT c.id, walked.id IS NULL
              FROM products_category c LEFT JOIN walked ON walked.id = c.id
             WHERE c.path IS DISTINCT FROM walked.path
            """
        )
        for key, is_lost in cursor.fetchall():
            detail = "No root leads to it." if is_lost else "Its path is not that of its parents."
            yield Drift("category-path", f"category {key}", detail)


def _redirects() -> Iterator[Drift]:
    """An old slug leads to a row that is there, and is nobody's slug of today."""
    for noun, (table, lives) in LIVING.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT known.slug, target.id IS NULL
                  FROM products_slugredirect known
                  LEFT JOIN {table} target ON target.id = known.target_id
                 WHERE known.noun = %s
                   AND (target.id IS NULL OR known.locale_id IS NULL AND EXISTS (
                        SELECT FROM {table} row WHERE row.slug = known.slug AND {lives}))
                 ORDER BY 1
                """,  # noqa: S608 - of our own names
                [noun],
            )
            for slug, is_lost in cursor.fetchall():
                detail = "It leads to nothing." if is_lost else "A live row has this slug."
                yield Drift("redirect", f"{noun} {slug}", f"{detail} Delete the redirect.")


def _batches(table: str) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    query = f"SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT {build.BATCH}"  # noqa: S608 - of our own names
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [last])
            batch = [row[0] for row in cursor.fetchall()]
        if not batch:
            return
        yield batch
        last = batch[-1]


def check_files() -> Iterator[Drift]:
    """Every file that a picture names is there."""
    names = Media.objects.exclude(file="").order_by().values_list("file", flat=True).distinct()
    for name in names.iterator(chunk_size=build.BATCH):
        if not default_storage.exists(name):
            yield Drift("media-file", f"file {name}", "It is gone: upload the picture again.")
    copies = Rendition.objects.order_by().values_list("file", flat=True)
    for name in copies.iterator(chunk_size=build.BATCH):
        if not default_storage.exists(name):
            yield Drift("media-file", f"file {name}", "It is gone: run make_renditions.")


def check_constraints() -> Iterator[Drift]:
    """The database enforces its rules, and no row got past them while it did not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, conname, convalidated, contype = 'c',
                   pg_get_expr(conbin, conrelid)
              FROM pg_constraint
             WHERE starts_with(conrelid::regclass::text, 'products_') AND contype IN ('c', 'f')
             ORDER BY 1, 2
            """
        )
        for table, name, is_valid, is_check, expression in cursor.fetchall():
            if not is_valid:
                yield Drift("constraint", f"{table} {name}", "NOT VALID: validate it.")
            if is_check:
                yield from _rows_against(table, name, expression)
        cursor.execute(
            """
            SELECT indexrelid::regclass::text FROM pg_index
             WHERE NOT indisvalid AND starts_with(indrelid::regclass::text, 'products_')
            """
        )
        for (name,) in cursor.fetchall():
            yield Drift("index", name, "It was not built to the end: REINDEX it.")
    yield from _dangling_references()


def _rows_against(table: str, name: str, expression: str) -> Iterator[Drift]:
    # Table and expression come from PostgreSQL's own catalog. A CHECK holds when it is NULL.
    query = f"SELECT {table}::text FROM {table} WHERE NOT ({expression}) LIMIT {BAD_ROWS}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query.replace("%", "%%"), [])
        for (row,) in cursor.fetchall():
            yield Drift("constraint", f"{table} {name}", f"A row breaks it: {row[:200]}")


def _dangling_references() -> Iterator[Drift]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, c.conname,
                   quote_ident(near.attname), quote_ident(far.attname)
              FROM pg_constraint c
              JOIN pg_attribute near ON near.attrelid = c.conrelid AND near.attnum = c.conkey[1]
              JOIN pg_attribute far ON far.attrelid = c.confrelid AND far.attnum = c.confkey[1]
             WHERE c.contype = 'f' AND starts_with(c.conrelid::regclass::text, 'products_')
             ORDER BY 1, 3
            """
        )
        for table, other, name, near, far in cursor.fetchall():
            cursor.execute(
                f"SELECT a.{near}::text FROM {table} a LEFT JOIN {other} b ON b.{far} = a.{near}"  # noqa: S608 - from PostgreSQL's catalog
                f" WHERE a.{near} IS NOT NULL AND b.{far} IS NULL LIMIT {BAD_ROWS}"
            )
            for (key,) in cursor.fetchall():
                yield Drift("reference", f"{table} {name}", f"No row of {other} has {near} {key}.")
