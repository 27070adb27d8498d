"""Documents and rule-based memberships of products, written together.

Rules read the price from the documents, and documents show the collections: so documents are
printed, the rules look, and whatever came or went is printed once more.
"""

from collections.abc import Sequence
from uuid import UUID

from products.documents import build, memberships


def print_documents(product_ids: Sequence[UUID]) -> int:
    """Answers how many documents were not right before. The products must be locked."""
    wrong = 0
    # A category near the root has most of the catalog below it: memory stays bounded.
    for start in range(0, len(product_ids), build.BATCH):
        batch = product_ids[start : start + build.BATCH]
        wrong += build.rebuild(batch)
        build.rebuild(memberships.evaluate(batch))
    return wrong
