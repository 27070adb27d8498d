"""Documents, rule-based memberships and search entries of products, written together.

Rules read the price from the documents, and documents show the collections: so documents are
printed, the rules look, and whatever came or went is printed once more. Search reads the words of
what was printed.
"""

from collections.abc import Sequence
from uuid import UUID

from products.documents import build, memberships
from products.search.entries import write_entries


def print_documents(product_ids: Sequence[UUID]) -> int:
    """Answers how many documents and search entries were not right before. The products must be
    locked."""
    wrong = 0
    # A category near the root has most of the catalog below it: memory stays bounded.
    for start in range(0, len(product_ids), build.BATCH):
        batch = product_ids[start : start + build.BATCH]
        wrong += build.rebuild(batch)
        build.rebuild(memberships.evaluate(batch))
        wrong += write_entries(batch)
    return wrong
