"""Plain values as records of a file, and records written as one chunk."""

from typing import Any

from products.services.bulk_items import Outcomes
from products.transfer.importing.chunks import Chunk
from products.transfer.importing.intents import Staged
from products.transfer.importing.policies import Policy
from products.transfer.records import MediaRecord, ProductRecord, VariantRecord
from tests.products.factories import SYSTEM


def record(values: dict[str, Any]) -> ProductRecord:
    plain: Any = {**values}
    return ProductRecord(
        slug=plain.pop("slug", None),
        first_line=1,
        last_line=1,
        variants=[VariantRecord(1, each) for each in plain.pop("variants", [])],
        media=[MediaRecord(1, each["url"], each.get("alt")) for each in plain.pop("media", [])],
        values=plain,
    )


def write(*records: ProductRecord) -> Outcomes:
    """The outcome of each, by its number from 0."""
    chunk = Chunk(Policy(), SYSTEM, None, lambda _: {})
    return chunk.work([Staged(n, n + 1, n + 1, "", b"", each) for n, each in enumerate(records)])
