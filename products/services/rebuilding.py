"""Documents that are written anew although their products do not change."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from products.documents import build
from products.models import DocumentPrint
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
    digest = build.print_digest()
    for ids in build.product_batches(size):
        yield len(ids), rebuild_documents(ids)
    DocumentPrint.objects.update_or_create(pk=DocumentPrint.ONLY, defaults={"digest": digest})


def are_documents_outdated() -> bool:
    """Whether another release, or this one with other settings, printed the documents."""
    return not DocumentPrint.objects.filter(digest=build.print_digest()).exists()
