"""Small product files, written line by line in the tests."""

import csv
import io
from pathlib import Path
from typing import Any

from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.records import FileRefused, Remark
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM

HEADER = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Variant SKU",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Variant Image",
    "Status",
)


def lines(*rows: dict[str, str], header: tuple[str, ...] = HEADER, end: str = "\n") -> str:
    """CSV text. Cells that a row does not name are blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def product(handle: str = "oak-stool", **cells: str) -> dict[str, str]:
    """The first line of a product without options, at 49.00."""
    return {
        "Handle": handle,
        "Title": handle.replace("-", " ").capitalize(),
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant Price": "49.00",
        "Status": "active",
        **{NAMES.get(name, name): value for name, value in cells.items()},
    }


def variant(value: str, handle: str = "oak-stool", **cells: str) -> dict[str, str]:
    """A line of a product's further variant."""
    return {
        "Handle": handle,
        "Option1 Value": value,
        "Variant Price": "49.00",
        **{NAMES.get(name, name): value for name, value in cells.items()},
    }


NAMES = {
    "title": "Title",
    "body": "Body (HTML)",
    "vendor": "Vendor",
    "type": "Type",
    "tags": "Tags",
    "published": "Published",
    "status": "Status",
    "option": "Option1 Name",
    "value": "Option1 Value",
    "option2": "Option2 Name",
    "value2": "Option2 Value",
    "sku": "Variant SKU",
    "price": "Variant Price",
    "compare_at": "Variant Compare At Price",
    "barcode": "Variant Barcode",
    "image": "Image Src",
    "position": "Image Position",
    "alt": "Image Alt Text",
    "variant_image": "Variant Image",
}


def import_text(folder: Path, text: str | bytes, **policy: Any) -> ImportReport:
    path = folder / "shop.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_path(path, **policy)


def import_path(
    path: Path, *, is_dry_run: bool = False, is_all_or_nothing: bool = False, **policy: Any
) -> ImportReport:
    job = import_file(
        path,
        file_format="shopify",
        reading=Reading(currency="USD"),
        policy=Policy(refusals="all_or_nothing" if is_all_or_nothing else "skip", **policy),
        is_dry_run=is_dry_run,
        actor=SYSTEM,
    )
    if job.error:
        error = job.error
        raise FileRefused(Remark(error["code"], error["line"], error["message"], error["remedy"]))
    return ImportReport(job)


def counts(report: ImportReport) -> dict[str, int]:
    return {name: number for name, number in report.products.items() if number}


def codes(report: ImportReport) -> list[tuple[str, int]]:
    return [(remark.code, remark.line) for remark in report.refusals]
