"""From the samples of a column: how its cells are written, and whether they fit its name."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from products.services.prices import CURRENCIES
from products.transfer.readers import amounts, cells
from products.transfer.readers.amounts import DecimalMark
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.entries import Cell
from products.transfer.readers.mapped_cells import FLOAT, NOISE, STATUSES
from products.transfer.readers.synonyms import normal

HTML = re.compile(r"</?[a-z][^<>]*>|&[a-z]{2,8};", re.IGNORECASE)
SEPARATORS = (">", "->", "|", "/", ";")
MOST = 0.8  # of the samples must fit


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    cells: Sequence[Cell]  # those that say something
    filled: float = 1.0  # share of the lines that say something
    rank: int = 0  # of its name among those of its field
    is_of_variant: bool = False  # of a list of variants

    @property
    def texts(self) -> list[str]:
        return [
            text.strip()
            for cell in self.cells
            for text in (cell if isinstance(cell, list) else [cell])
            if text.strip()
        ]

    @property
    def is_list(self) -> bool:
        return any(isinstance(cell, list) for cell in self.cells)

    def is_distinct(self) -> bool:
        return len(set(self.texts)) == len(self.texts)

    def share(self, fits: Callable[[str], object]) -> float:
        texts = self.texts
        return sum(bool(fits(each)) for each in texts) / len(texts) if texts else 0.0


@dataclass(frozen=True, slots=True)
class Guess:
    target: Mapping[str, Any]  # as in a mapping file; {} leaves the column out
    remark: str
    certainty: float = 0.0  # of several for one field, the highest


def contains(part: str, text: str) -> bool:
    return part in text


def kept(column: Column, why: str) -> Guess:
    """In the metadata, so that nothing is lost; what is nested more deeply is left out."""
    if column.is_list and "." in column.name:
        return Guess({}, "")
    key = normal(column.name).replace(" ", "_")
    target: dict[str, Any] = {"field": "metadata", "key": key}
    if column.is_of_variant:
        target["on"] = "variant"
    if column.share(FLOAT.fullmatch) == 1:
        target["whole"] = True
        why += " Its whole numbers were written as floats (2008.0)."
    return Guess(target, f"{why} It is kept in the metadata.")


def _plain(column: Column, name: str, _: str) -> Guess:
    target: dict[str, Any] = {"field": name}
    said = f"The header says {name.replace('_', ' ')}."
    if name in {"sku", "mpn"} and column.share(FLOAT.fullmatch) > 0:
        target["whole"] = True
        said += " Whole numbers were written as floats (1001.0)."
    if name == "sku" and column.share(cells.SCIENTIFIC.fullmatch) > 0:
        said += " Some are 9.78E+12: a spreadsheet has lost their last digits."
    if name == "sku" and not column.is_distinct():
        said += " It comes several times: check it."
    if column.share(HTML.search) > 0.2:
        said += ' It holds HTML, which is kept: "html": "text" or "sanitize" change that.'
    return Guess(target, said)


def _price(column: Column, name: str, _: str) -> Guess:
    target: dict[str, Any] = {"field": name}
    mark, said = _mark(column.texts)
    if mark is None:
        return kept(column, f"The header says {name}, but {said}")
    if mark == ",":
        target["decimal"] = mark
    words = normal(column.name).upper().split()
    if currency := next((word for word in words if word in CURRENCIES), ""):
        target["currency"] = currency
        said += f" The header says {currency}."
    elif column.share(re.compile(r"[^0-9.,' -]").search) > MOST:
        said += " Its cells name their currency."
    else:
        said += " No currency is said: that of the import is meant."
    if column.share(str.isdigit) == 1:
        said += ' All are whole numbers: if they are cents, add "divide_by": 100.'
    if column.share(NOISE.fullmatch) > 0:
        said += " Some are floats that do not end; they are rounded with a warning."
    return Guess(target, said)


def _mark(texts: Sequence[str]) -> tuple[DecimalMark | None, str]:
    """The decimal mark that all, or nearly all, of the numbers allow."""
    fits: Counter[str] = Counter()
    clear: Counter[str] = Counter()
    for text in texts:
        digits = re.sub(r"^[^0-9-]+|[^0-9]+$", "", text)
        allowed = [mark for mark in (".", ",") if _is_number(digits, mark)]
        fits.update(allowed)
        if len(allowed) == 1:
            clear.update(allowed)
    marks: tuple[DecimalMark, DecimalMark] = (".", ",")
    best = max(marks, key=lambda mark: fits[mark])
    if fits[best] < MOST * len(texts):
        return None, "its cells are no numbers."
    name = {".": "point", ",": "comma"}[best]
    if clear[best]:
        return best, f"The decimal mark is a {name}: {clear[best]:,} samples allow no other."
    if any(re.search(r"[0-9][.,][0-9]{3}$", text) for text in texts):
        return best, f"The decimal mark may be a {name}; 1,385 is either: check it."
    return best, "They are whole numbers."


def _is_number(text: str, mark: str) -> bool:
    try:
        amounts.number(text, "," if mark == "," else ".")
    except CellRefused:
        return False
    return True


def _measure(column: Column, name: str, _: str) -> Guess:
    units = amounts.WEIGHT_UNITS if name == "weight" else amounts.LENGTH_UNITS
    mark, said = _mark(column.texts)
    if mark is None:
        return kept(column, f"The header says {name}, but {said}")
    target: dict[str, Any] = {"field": name} | ({"decimal": mark} if mark == "," else {})
    words = normal(column.name).split()
    if unit := next((units[word] for word in words if word in units), ""):
        target["unit"] = unit
        said += f" The header says {unit}."
    elif column.share(re.compile(r"[^\W\d_]").search) < MOST:
        said += ' Neither the header nor the cells say a unit: add "unit".'
    return Guess(target, said)


def _quantity(column: Column, name: str, _: str) -> Guess:
    if column.share(cells.QUANTITY.fullmatch) < MOST:
        return kept(column, "The header says quantity, but its cells are no whole numbers.")
    return Guess({"field": name}, "The header says quantity, its cells are whole numbers.")


def _gtin(column: Column, name: str, _: str) -> Guess:
    texts = column.texts
    right = column.share(cells.is_gtin)
    padded = column.share(lambda text: cells.is_gtin(text) or cells.with_zeros(text))
    damaged = column.share(cells.SCIENTIFIC.fullmatch)
    target: dict[str, Any] = {"field": name}
    said = f"{right:.0%} of {len(texts):,} samples are right."
    if damaged > 0:
        said += f" {damaged:.0%} are 9.78E+12: a spreadsheet has lost their last digits."
    if padded > max(right, MOST):
        target["restore_zeros"] = True
        said += f" {padded:.0%} are, with the leading zeros that spreadsheets drop."
    return Guess(target, said, 100 * padded)


def _category(column: Column, name: str, _: str) -> Guess:
    if column.is_list:
        return Guess({"field": name}, "A list of names is taken for a path from the root down.")
    found = {each: column.share(partial(contains, each)) for each in SEPARATORS}
    separator = max(found, key=found.__getitem__)
    if found["->"] and found["->"] == found[">"]:
        separator = "->"
    if found[separator] < 0.2:
        return Guess({"field": name}, "The header says category; no path is in it.")
    said = f"{separator!r} stands in {found[separator]:.0%} of the samples: it separates a path."
    return Guess({"field": name, "separator": separator}, said)


def _tags(column: Column, name: str, _: str) -> Guess:
    separator = _separator(column)
    target: dict[str, Any] = {"field": name} | ({"list_separator": separator} if separator else {})
    return Guess(target, "The header says tags.")


def _separator(column: Column) -> str:
    """Between the values of a cell; "" where that is a comma, or the cells are lists."""
    if column.is_list:
        return ""
    shares = {each: column.share(partial(contains, each)) for each in ";|,"}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] and best != "," else ""


def _image(column: Column, name: str, _: str) -> Guess:
    separator = _separator(column)
    target: dict[str, Any] = {"field": name} | ({"list_separator": separator} if separator else {})
    said = "The header says image."
    if column.share(partial(contains, "://")) < MOST:
        said += ' Its cells are no whole addresses: add "prefix" with where they lie.'
    return Guess(target, said)


def _status(column: Column, name: str, _: str) -> Guess:
    if column.share(lambda text: text.casefold() in STATUSES) < 1:
        return kept(column, 'Its words are no status of ours: "map" may say what they mean.')
    return Guess({"field": name}, "The header says status, and its words are known.")


def _slug(column: Column, name: str, _: str) -> Guess:
    if column.share(_is_slug) < 1 or not column.is_distinct():
        return kept(column, "Not all of its cells can stand in an address.")
    return Guess({"field": name}, "The header says slug; all samples can stand in an address.")


def _is_slug(text: str) -> bool:
    try:
        cells.handle(text)
    except CellRefused:
        return False
    return True


def _currency(column: Column, name: str, _: str) -> Guess:
    if column.share(lambda text: text.upper() in CURRENCIES) < 1:
        return kept(column, "Not all of its cells are currencies.")
    return Guess({"field": name}, "The currency of the line's prices.")


def _option(_: Column, name: str, option: str) -> Guess:
    said = f"The header says {option.lower()}: it tells variants apart."
    return Guess({"field": name, "name": option}, said)


GUESSES: Mapping[str, Callable[[Column, str, str], Guess]] = {
    **dict.fromkeys(("name", "description", "sku", "mpn", "brand"), _plain),
    **dict.fromkeys(("seo_title", "seo_description"), _plain),
    **dict.fromkeys(("price", "sale_price", "compare_at", "cost"), _price),
    **dict.fromkeys(("weight", "length", "width", "height"), _measure),
    "quantity": _quantity,
    "gtin": _gtin,
    "category": _category,
    "tags": _tags,
    "image": _image,
    "status": _status,
    "slug": _slug,
    "currency": _currency,
    "option": _option,
}
