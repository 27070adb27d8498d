"""Our own format for programs: definitions, a product per line, and how many there were."""

from collections.abc import Iterator

import orjson

from products.transfer.own.heading import heading
from products.transfer.truth import Truth
from products.transfer.writers.options import WriteOptions


def write(truth: Truth, _: WriteOptions) -> Iterator[bytes]:
    """The file, some hundred kilobytes at a time. Bytes travel from the database as they are."""
    yield orjson.dumps(heading(truth.definitions())) + b"\n"
    count = 0
    for texts in truth.lines():
        count += len(texts)
        yield ("\n".join(texts) + "\n").encode()
    yield orjson.dumps({"count": count}) + b"\n"
