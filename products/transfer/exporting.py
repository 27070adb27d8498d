"""Products out of the catalog: which formats there are, and how a file of one is made."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from products.transfer.truth import Truth
from products.transfer.writers import ndjson, own_csv, own_zip, shopify, woocommerce
from products.transfer.writers.options import WriteOptions


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that products are written in: a module of `writers`."""

    code: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Truth, WriteOptions], Iterator[bytes]]


CSV = "text/csv; charset=utf-8"
WRITERS: Mapping[str, Writer] = {
    each.code: each
    for each in (
        Writer("ndjson", "Catalog NDJSON", ".ndjson", "application/x-ndjson", ndjson.write),
        Writer("csv", "Catalog CSV", ".csv", CSV, own_csv.write),
        Writer("zip", "Catalog CSV and definitions", ".zip", "application/zip", own_zip.write),
        Writer("shopify", "Shopify CSV", ".csv", CSV, shopify.write),
        Writer("woocommerce", "WooCommerce CSV", ".csv", CSV, woocommerce.write),
    )
}


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is there when the block has ended well, whole; else what was there before."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            yield part  # type: ignore[misc]  # it is a wrapper that does the same
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(part.name).unlink()
            raise
