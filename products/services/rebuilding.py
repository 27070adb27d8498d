"""Documents that are written anew although their products do not change."""

from collections.abc import Sequence
from uuid import UUID

from products.documents import build
from products.services.bulk import bulk_transaction
from products.services.locking import lock_products


def rebuild_documents(product_ids: Sequence[UUID]) -> int:
    """In one transaction; answers how many were wrong."""
    with bulk_transaction():
        lock_products(product_ids)
        return build.rebuild(product_ids)
