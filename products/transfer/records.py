"""What a file says, whatever its format: plain records that know their lines.

A key that is absent from `values` is something the file does not speak of. Readers make
records, `importing` acts on them: neither knows the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from products.services.values import ProductValues, VariantValues


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a place in the file, and what to do about it."""

    code: str
    line: int
    message: str
    remedy: str = ""
    column: str = ""
    handle: str = ""


class FileRefused(Exception):
    """The file cannot be read to its end. Nothing of it is imported."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark


class RecordRefused(Exception):
    """One product cannot be read; the others can."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.message)
        self.remark = remark


@dataclass(slots=True)
class VariantRecord:
    line: int
    values: VariantValues
    cost: tuple[str, Decimal] | None = None  # currency and amount, for managers
    quantity: int | None = None  # how many there are


@dataclass(slots=True)
class MediaRecord:
    line: int
    url: str
    alt: str | None = None
    position: int | None = None


@dataclass(slots=True)
class ProductRecord:
    """`slug` is the identity: the same slug in the catalog is the same product."""

    slug: str
    first_line: int
    last_line: int
    values: ProductValues  # without variants, media, brand and categories
    brand: str | None = None
    category: tuple[str, ...] = ()
    variants: list[VariantRecord] = field(default_factory=list)
    media: list[MediaRecord] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)  # our field -> the file's column


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look through the whole file tells, before anything is written."""

    rows: int
    products: int  # records and refusals that `records()` will give
    remarks: tuple[Remark, ...] = ()  # about the file as a whole
    counts_stock: bool = False  # quantities are in it
    columns_left_out: tuple[str, ...] = ()  # known, and of no use to a catalog


class Reader(Protocol):
    def survey(self) -> Survey:
        """Read the file to its end. Raises FileRefused."""

    def records(self) -> Iterator[ProductRecord | Remark]:
        """The products in order; a Remark stands for one that cannot be read."""
