"""Files of shops as records, without a database."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from products.transfer.formats import choose
from products.transfer.records import ProductRecord, Remark, Survey, VariantRecord
from products.transfer.sources import Bundle, BytesSource, ReadOptions

PICTURES = "https://pictures.example"


@dataclass
class Reading:
    format: str
    survey: Survey
    products: list[ProductRecord]
    refused: list[Remark]

    def named(self, name: str) -> ProductRecord:
        (found,) = [each for each in self.products if each.values.get("name") == name]
        return found

    @property
    def variants(self) -> list[VariantRecord]:
        return [variant for product in self.products for variant in product.variants]

    @property
    def warnings(self) -> list[tuple[str, int, str]]:
        return [
            (each.code, each.line, each.column)
            for product in self.products
            for each in product.warnings
        ]

    def counts(self) -> dict[str, int]:
        paths = {
            path[: n + 1]
            for each in self.products
            for path in (each.category, *each.categories)
            for n in range(len(path))
        }
        return {
            "rows": self.survey.rows,
            "products": len(self.products),
            "refused": len(self.refused),
            "variants": len(self.variants),
            "prices": sum(len(each.values.get("prices", [])) for each in self.variants),
            "images": sum(len(each.media) for each in self.products),
            "categories": len(paths),
        }


def read(
    main: str | bytes | Path,
    *others: Path | tuple[str, str],
    code: str | None = None,
    **options: Any,
) -> Reading:
    """`others`: further files of the bundle, by path or as name and text."""
    bundle = Bundle(_source(main), {each.name: each for each in map(_source, others)})
    chosen, _ = choose(bundle, code)
    reader = chosen.open(
        bundle, ReadOptions(**{"currency": "USD", "media_base": PICTURES, **options})
    )
    survey = reader.survey()
    found = list(reader.records())
    assert len(found) == survey.products
    return Reading(
        chosen.code,
        survey,
        [each for each in found if isinstance(each, ProductRecord)],
        [each for each in found if isinstance(each, Remark)],
    )


def _source(given: str | bytes | Path | tuple[str, str]) -> BytesSource:
    if isinstance(given, Path):
        content = given.read_bytes()
        name = given.name.removesuffix(".gz")
        return BytesSource(name, gzip.decompress(content) if name != given.name else content)
    if isinstance(given, tuple):
        return BytesSource(given[0], given[1].encode())
    return BytesSource("shop.csv", given if isinstance(given, bytes) else given.encode())


def table(header: Sequence[str], *rows: dict[str, str], separator: str = ",") -> str:
    """CSV text. Cells that a row does not name are blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def header_of(rows: Iterable[dict[str, str]]) -> list[str]:
    """All columns of the rows, in the order in which they first appear."""
    return list(dict.fromkeys(name for row in rows for name in row))


def file(*rows: dict[str, str], separator: str = ",") -> str:
    return table(header_of(rows), *rows, separator=separator)


def prices(variant: VariantRecord) -> list[tuple[str, str]]:
    return [(str(each["amount"]), each["currency"]) for each in variant.values.get("prices", [])]


def attributes(holder: ProductRecord | VariantRecord) -> dict[str, Any]:
    """Code, or code@locale@channel -> the value; texts as they are written."""
    found = {}
    for cell in holder.attributes:
        place = "@".join(part for part in (cell.code, cell.locale, cell.channel) if part)
        value = cell.value
        found[place] = (
            value if isinstance(value, str | list) else f"{value.text} {value.unit}".strip()
        )
    return found


def rows_of(path: Path, separator: str = ",") -> list[dict[str, str]]:
    """A second opinion: the csv module alone."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
