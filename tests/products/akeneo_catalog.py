"""Akeneo's demo catalog of 2015: its files, and their cells in our words."""

import csv
import gzip
import io
from functools import cache
from typing import Any

from products.models import Attribute
from tests.products.real_catalogs import plain, sample

Cells = dict[str, str]
TYPES = {
    "pim_catalog_text": "text",
    "pim_catalog_textarea": "text",
    "pim_catalog_metric": "measurement",
    "pim_catalog_boolean": "boolean",
    "pim_catalog_number": "decimal",
    "pim_catalog_simpleselect": "choice",
    "pim_catalog_multiselect": "multi_choice",
    "pim_catalog_date": "date",
}
# What stands in columns of our own: SKU, name, prices, media. No product has a PDF.
ELSEWHERE = {"sku", "name", "price", "picture", "pdf_description"}
UNITS = {"KILOGRAM": "kg", "GRAM": "g", "MILLIMETER": "mm", "CENTIMETER": "cm", "INCH": "in"}
DIMENSIONS = {"Weight": "mass", "Length": "length"}
LOCALES = {"de_DE": "de-DE", "en_US": "en-US", "fr_FR": "fr-FR"}
CHANNELS = ("ecommerce", "mobile", "print")
CURRENCIES = ("EUR", "USD")
MEDIA = "https://akeneo.example/"


@cache
def association_kinds() -> list[str]:
    return [row["code"] for row in read("association_types.csv")]


def read(name: str) -> list[Cells]:
    path = sample("akeneo-icecat", "v1_2015", name)
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def labels(row: Cells, name: str) -> dict[str, dict[str, str]]:
    return {
        locale: {name: row[f"label-{code}"]}
        for code, locale in LOCALES.items()
        if row[f"label-{code}"]
    }


def listed(cell: str) -> list[str]:
    return [each for each in cell.split(",") if each]


def slug_of(sku: str) -> str:
    return sku.lower().replace(".", "-")


def prices_of(row: Cells) -> dict[str, str]:
    return {code: row[f"price-{code}"] for code in CURRENCIES if row[f"price-{code}"]}


def associations_of(row: Cells) -> list[tuple[str, str]]:
    """(kind, SKU) of the products; the file also names groups, which are no products of ours."""
    return [
        (kind.lower(), sku)
        for kind in association_kinds()
        for sku in listed(row[f"{kind}-products"])
    ]


def values_of(row: Cells, attributes: dict[str, Attribute]) -> dict[str, Any]:
    """The cells of a product: attr, attr-locale, attr-channel or attr-locale-channel."""
    values: dict[str, Any] = {}
    for column, cell in row.items():
        code, *places = column.split("-")
        attribute = attributes.get(code)
        if attribute is None or not cell.strip() or places == ["unit"]:
            continue
        value = _value(attribute, cell, row)
        if attribute.is_per_channel:
            inner = values.setdefault(code, {})
            if attribute.is_localizable:
                inner.setdefault(places[1], {})[LOCALES[places[0]]] = value
            else:
                inner[places[0]] = value
        elif attribute.is_localizable:
            values.setdefault(code, {})[LOCALES[places[0]]] = value
        else:
            values[code] = value
    return values


def _value(attribute: Attribute, cell: str, row: Cells) -> Any:
    if attribute.type == "boolean":
        return {"1": True, "0": False}[cell]
    if attribute.type == "multi_choice":
        return sorted(listed(cell))
    if attribute.type == "decimal":
        return plain(cell)
    if attribute.type == "measurement":
        return {"value": plain(cell), "unit": UNITS[row[f"{attribute.code}-unit"]]}
    return cell


def shown_in(
    values: dict[str, Any], attributes: dict[str, Attribute], channel: str, locale: str
) -> dict[str, Any]:
    """What of these values a reader of the channel and the locale sees. No locale has another one
    to fall back to but the shop's own, in which there is nothing."""
    shown = {}
    for code, stored in values.items():
        attribute = attributes[code]
        of_channel = stored.get(channel) if attribute.is_per_channel else stored
        is_split = attribute.is_localizable and of_channel is not None
        value = of_channel.get(locale) if is_split else of_channel
        if value is not None:
            shown[code] = value
    return shown
