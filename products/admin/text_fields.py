"""Lists, options, prices and JSON as one line or box of text.

Each field shows what it holds so that reading the text back gives the same again; where the short
form could not do that, it shows the long one.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from catalog_project.api.parsers import parse_json
from catalog_project.api.refusals import MalformedBody

PRICE = re.compile(r"([A-Za-z]{3})\s+([\d.]+)(?:\s*/\s*([\d.]+))?(?:\s*x\s*([1-9]\d{0,9}))?")


def plain_text(text: str) -> str:
    """Browsers send line ends as CR LF, whatever they were given."""
    return text.replace("\r\n", "\n").strip()


def money(amount: Decimal) -> str:
    """At least two decimals, and no zeros beyond what the amount needs."""
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return f"{short:.2f}" if not isinstance(exponent, int) or exponent > -2 else f"{short:f}"


class ParsedField(forms.CharField):
    """Text that stands for a value. A subclass says how to read and how to show it."""

    widget = UnfoldAdminTextInputWidget
    empty: Any = None

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def show(self, value: Any) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        text = plain_text(super().to_python(value) or "")
        if "\x00" in text:
            raise forms.ValidationError("Null characters are not allowed.")
        return self.parse(text) if text else self.empty

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Those of CharField look at text; parse() is the judge here."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.show(value or self.empty)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or self.empty))
        except forms.ValidationError:
            return True


class CommaListField(ParsedField):
    """red, blue, "a, with comma"."""

    empty: Sequence[str] = []

    def __init__(self, **options: Any) -> None:
        self.most_characters = options.pop("most_characters", 100)
        super().__init__(**options)

    def parse(self, text: str) -> list[str]:
        try:
            rows = list(csv.reader(io.StringIO(text), skipinitialspace=True, strict=True))
        except csv.Error:
            raise forms.ValidationError("A quotation mark is not closed.") from None
        items = [item.strip() for row in rows for item in row if item.strip()]
        for item in items:
            if len(item) > self.most_characters:
                raise forms.ValidationError(
                    f"{item[:20]}… has more than {self.most_characters} characters."
                )
        return items

    def show(self, value: Sequence[str]) -> str:
        return ", ".join(self._quoted(item) for item in value)

    def _quoted(self, item: str) -> str:
        escaped = item.replace('"', '""')
        return f'"{escaped}"' if re.search(r'[",\r\n]', item) else item


class JSONObjectField(ParsedField):
    """A JSON object, read as strictly as the API reads it."""

    widget = UnfoldAdminTextareaWidget
    empty: Mapping[str, Any] = {}

    def parse(self, text: str) -> dict[str, Any]:
        try:
            value = parse_json(text.encode(), most_depth=settings.JSON_MAX_DEPTH)
        except MalformedBody as error:
            raise forms.ValidationError(str(error.detail)) from None
        if not isinstance(value, dict):
            raise forms.ValidationError('Give a JSON object: {"name": "value"}.')
        return value

    def show(self, value: Mapping[str, Any]) -> str:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if value else ""


class JSONLineField(JSONObjectField):
    """The same in one line."""

    widget = UnfoldAdminTextInputWidget

    def show(self, value: Mapping[str, Any]) -> str:
        return json.dumps(value, ensure_ascii=False) if value else ""


class OptionsField(JSONObjectField):
    """Color: Red; Size: M. As JSON where a name or value holds what separates them."""

    widget = UnfoldAdminTextInputWidget

    def parse(self, text: str) -> dict[str, str]:
        options = super().parse(text) if text.startswith("{") else self._pairs(text)
        if not all(isinstance(value, str) for value in options.values()):
            raise forms.ValidationError("The value of an option is text.")
        return options

    def show(self, value: Mapping[str, Any]) -> str:
        text = "; ".join(f"{name}: {option}" for name, option in value.items())
        try:
            if not text.startswith("{") and self._pairs(text) == value:
                return text
        except forms.ValidationError:
            pass
        return orjson.dumps(value).decode() if value else ""

    def _pairs(self, text: str) -> dict[str, str]:
        options: dict[str, str] = {}
        for part in filter(str.strip, text.split(";")):
            name, colon, value = part.partition(":")
            if not colon or not name.strip() or not value.strip():
                raise forms.ValidationError("Write options as Color: Red; Size: M.")
            if name.strip() in options:
                raise forms.ValidationError(f"{name.strip()} is given twice.")
            options[name.strip()] = value.strip()
        return options


class PricesField(ParsedField):
    """EUR 19.90 / 24.90, GBP 17.00 x10: amount, the former price behind a slash, and how many
    must be bought at once."""

    empty: Sequence[Mapping[str, Any]] = []

    def parse(self, text: str) -> list[dict[str, Any]]:
        return [self._price(part) for part in text.split(",") if part.strip()]

    def show(self, value: Sequence[Mapping[str, Any]]) -> str:
        return ", ".join(
            f"{price['currency']} {money(price['amount'])}"
            + (f" / {money(price['compare_at'])}" if price["compare_at"] is not None else "")
            + (f" x{price['min_quantity']}" if price.get("min_quantity", 1) > 1 else "")
            for price in value
        )

    def _price(self, part: str) -> dict[str, Any]:
        match = PRICE.fullmatch(part.strip())
        try:
            currency, amount, compare_at, quantity = match.groups() if match else [""] * 4
            tier = {"min_quantity": int(quantity)} if quantity else {}
            return {
                **tier,
                "currency": currency.upper(),
                "amount": Decimal(amount),
                "compare_at": Decimal(compare_at) if compare_at else None,
            }
        except InvalidOperation:
            raise forms.ValidationError(
                "Write prices as EUR 19.90 / 24.90, GBP 17.00 x10."
            ) from None
