"""Where bytes come from: a file as readers see it, and how it was recognised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from products.transfer.records import Reader


class Source(Protocol):
    """A file, unpacked. Each `open()` starts at its first byte; the caller closes it."""

    @property
    def name(self) -> str: ...

    def open(self) -> BinaryIO: ...


@dataclass(frozen=True, eq=False)
class FileSource:
    name: str
    path: Path

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True, eq=False)
class BytesSource:
    name: str
    content: bytes = field(repr=False)

    def open(self) -> BinaryIO:
        return BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was handed in: one file, or several that belong together (a folder, an archive)."""

    main: Source
    others: Mapping[str, Source] = field(default_factory=dict)  # by name


@dataclass(frozen=True, slots=True)
class ReadOptions:
    currency: str  # of prices that do not say theirs
    locale: str = ""  # of texts that do not say theirs; "" is the shop's own
    mapping: Mapping[str, Any] | None = None  # columns -> fields, where the format asks for one
    media_base: str = ""  # where pictures lie that the file names by their path alone
    weight_unit: str = ""  # of weights in files that do not say it: kg
    length_unit: str = ""  # of sizes in files that do not say it: cm


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a file is thought to be of a format."""

    certainty: int  # 0 to 100
    reason: str  # a sentence for people


@dataclass(frozen=True, slots=True)
class Format:
    """One format of files: each is a module of `readers` that has one of these."""

    code: str  # shopify
    label: str  # Shopify CSV
    recognise: Callable[[Bundle], Evidence | None]
    open: Callable[[Bundle, ReadOptions], Reader]
