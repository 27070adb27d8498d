"""Documents that are written anew although their products do not change."""

import hashlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection

from products.documents import build
from products.models import DocumentPrint
from products.search import entries
from products.services.bulk import bulk_transaction
from products.services.collecting import print_documents
from products.services.locking import lock_products


def rebuild_documents(product_ids: Sequence[UUID]) -> int:
    """In one transaction; answers how many were wrong."""
    with bulk_transaction():
        lock_products(product_ids)
        return print_documents(product_ids)


def rebuild_all(size: int = build.BATCH) -> Iterator[tuple[int, int]]:
    """Batch by batch: how many products it had, and how many documents of it were wrong.

    Once the last one is written, all documents count as printed by this release.
    """
    digest = _digest()
    for ids in build.product_batches(size):
        yield len(ids), rebuild_documents(ids)
    DocumentPrint.objects.update_or_create(pk=DocumentPrint.ONLY, defaults={"digest": digest})


def are_documents_outdated() -> bool:
    """Whether another release, this one with other settings, or another major version of
    PostgreSQL, whose stemmers differ, wrote the documents and search entries."""
    return not DocumentPrint.objects.filter(digest=_digest()).exists()


def _digest() -> str:
    text = f"{build.print_digest()} {entries.COMPUTE} {connection.pg_version // 10_000}"  # type: ignore[attr-defined]  # of PostgreSQL
    return hashlib.sha256(text.encode()).hexdigest()
