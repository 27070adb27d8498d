"""Weights and sizes as text fields: "1.5 kg", "10 x 20 x 5 cm"."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from products.admin.text_fields import ParsedField
from products.models.measured import DECIMALS, GRAMS, MILLIMETRES

NUMBER = rf"[0-9]{{1,9}}(?:\.[0-9]{{1,{DECIMALS}}})?"
WEIGHT = re.compile(rf"({NUMBER})\s*([a-z]+)", re.ASCII)
SIZE = re.compile(
    rf"({NUMBER})\s*[x\u00d7]\s*({NUMBER})\s*[x\u00d7]\s*({NUMBER})\s*([a-z]+)", re.ASCII
)


class MeasureField(ParsedField):
    empty: Mapping[str, Any] = {}
    names: tuple[str, ...]
    form: re.Pattern[str]
    units: Mapping[str, Decimal]
    example: str

    def parse(self, text: str) -> dict[str, Any]:
        if not text.strip():
            return {}
        match = self.form.fullmatch(text.strip())
        if match is None or match.groups()[-1] not in self.units:
            raise forms.ValidationError(f"Write it as {self.example}, in {', '.join(self.units)}.")
        *numbers, unit = match.groups()
        values = {name: Decimal(number) for name, number in zip(self.names, numbers, strict=True)}
        return {**values, "unit": unit}

    def show(self, value: Mapping[str, Any]) -> str:
        if not value:
            return ""
        numbers = [f"{value[name].normalize():f}" for name in self.names]
        return f"{' x '.join(numbers)} {value['unit']}"


class WeightField(MeasureField):
    names = ("value",)
    form = WEIGHT
    units = GRAMS
    example = "1.5 kg"


class DimensionsField(MeasureField):
    names = ("length", "width", "height")
    form = SIZE
    units = MILLIMETRES
    example = "10 x 20 x 5 cm"
