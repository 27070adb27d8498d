"""One entry of any file, asked for by the targets of a mapping."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from products.services.rich_text import cleaned
from products.transfer.mapping_fields import Target
from products.transfer.readers import amounts, cells
from products.transfer.readers.amounts import Money
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.entries import Entry
from products.transfer.records import RecordRefused, Remark

Value = TypeVar("Value")
# A whole number as a spreadsheet's export writes it, where it has become a float.
FLOAT = re.compile(r"-?[0-9]{1,15}\.0", re.ASCII)
# 19.990000000000002: what is left of 19.99 after some arithmetic.
NOISE = re.compile(r"[0-9]+\.[0-9]{5,20}", re.ASCII)
STATUSES = {
    **dict.fromkeys(("published", "active", "visible", "enabled", "true", "1", "yes"), "published"),
    **dict.fromkeys(("draft", "hidden", "inactive", "disabled", "false", "0", "no"), "draft"),
    "archived": "archived",
}


class Line:
    """An entry; what is odd about its cells goes to `warnings`."""

    def __init__(self, entry: Entry, warnings: list[Remark]) -> None:
        self._entry = entry
        self._warnings = warnings

    @property
    def number(self) -> int:
        return self._entry.line

    @property
    def last_line(self) -> int:
        return self._entry.last_line

    def texts(self, target: Target) -> list[str]:
        """What the cell means, or each value of a list; blank ones left out."""
        given = self._given(target)
        texts = given if isinstance(given, list) else [given]
        return [found for text in texts if (found := self._meant(text.strip(), target))]

    def several(self, target: Target) -> list[str]:
        """Each value of a list, or what stands between separators in a cell."""
        given = self._given(target)
        texts = given if isinstance(given, list) else given.split(target.list_separator)
        found = [meant for text in texts if (meant := self._meant(text.strip(), target))]
        return list(dict.fromkeys(found or filter(None, [target.default])))

    def cell(self, target: Target) -> str:
        """The cell without blanks around it; the first value of a list."""
        given = self._given(target)
        if isinstance(given, str):
            return self._meant(given.strip(), target) or target.default
        return next(iter(self.texts(target)), target.default)

    def _given(self, target: Target) -> str | list[str]:
        return self._entry.cells.get(target.column, "") if target.column else ""

    def _meant(self, text: str, target: Target) -> str:
        if not text:
            return ""
        if target.map:
            text = target.map.get(text.casefold(), text)
        return target.prefix + text if text else text

    def read(self, target: Target, parse: Callable[..., Value], *arguments: Any) -> Value:
        """Raises RecordRefused that names line and column."""
        try:
            return parse(*arguments)
        except CellRefused as error:
            remark = self.remark(target, error.code, error.message, error.remedy)
            raise RecordRefused(remark) from error

    def warn(self, target: Target, code: str, message: str, remedy: str) -> None:
        self._warnings.append(self.remark(target, code, message, remedy))

    def remark(self, target: Target, code: str, message: str, remedy: str) -> Remark:
        return Remark(code, self.number, message, remedy, target.column)

    def plain(self, target: Target) -> str:
        """A text that is no number, although a spreadsheet may have taken it for one."""
        text = self.cell(target)
        if FLOAT.fullmatch(text):
            if target.whole:
                return text.removesuffix(".0")
            said = f"{text!r} is how a spreadsheet writes {text.removesuffix('.0')}."
            self.warn(target, "number-as-float", said, 'If so, add "whole": true to the mapping.')
        elif cells.SCIENTIFIC.fullmatch(text) and "." in text:
            said = f"{text!r} is what a spreadsheet makes of a long number: digits are lost."
            self.warn(target, "spreadsheet-number", said, "Export this column as text.")
        return text

    def prose(self, target: Target) -> str:
        """A longer text: with the blanks around it, where it is kept as it is."""
        if target.html == "text":
            return cells.words_of_html(self.cell(target))
        if target.html == "sanitize":
            return cleaned(self.cell(target))
        given = self._given(target)
        if isinstance(given, str) and given.strip() and not target.map:
            return target.prefix + given
        return self.cell(target)

    def money(self, target: Target, currency: str) -> Money | None:
        """None for a blank cell."""
        text = self.cell(target)
        if not text:
            return None
        if target.decimal == "." and NOISE.fullmatch(text):
            text = self._without_noise(target, text)
        found = self.read(target, amounts.money, text, currency, target.decimal)
        if target.divide_by == 1:
            return found
        return Money(found.currency, self.read(target, _divided, found.amount, target.divide_by))

    def _without_noise(self, target: Target, text: str) -> str:
        exact = Decimal(text)
        near = exact.quantize(Decimal("0.0001"))
        if abs(exact - near) > Decimal("0.0000001"):
            return text
        shown = f"{near.normalize():f}"
        said = f"{text!r} is what is left of {shown} in a float; {shown} is imported."
        self.warn(target, "price-as-float", said, "Keep prices as texts or decimals.")
        return shown

    def instant(self, target: Target) -> datetime | None:
        text = self.cell(target)
        return self.read(target, _instant, text, target.date) if text else None

    def status(self, target: Target) -> str:
        return self.read(target, _status, self.cell(target))


def _divided(amount: Decimal, by: int) -> Decimal:
    value = amount / by
    if not amounts.AMOUNT.fullmatch(f"{value:f}"):
        raise CellRefused(
            "invalid-amount", f"{amount} / {by} has more than 4 decimals.", "Correct divide_by."
        )
    return value


def _instant(text: str, form: str) -> datetime:
    if not form:
        return cells.instant(text)
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the shop's
    except ValueError as error:
        raise CellRefused(
            "invalid-date", f"{text[:40]!r} is no date like {form}.", "Correct it, or the mapping."
        ) from error
    return cells.instant(moment.isoformat())


def _status(text: str) -> str:
    status = STATUSES.get(text.casefold())
    if status is None:
        raise CellRefused(
            "invalid-status",
            f"{text[:40]!r} is no status.",
            'Say what it means: "map": {"...": "published"}.',
        )
    return status
