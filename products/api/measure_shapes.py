"""Weights and sizes as callers send them."""

from typing import Any

from catalog_project.api.serializers import Choice, Money, StrictSerializer
from products.models.measured import DECIMALS, DIGITS, GRAMS, MILLIMETRES


class Measured(Money):
    """An exact number, as exact as an amount of money."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(max_digits=DIGITS, decimal_places=DECIMALS, **kwargs)


class WeightInput(StrictSerializer):
    value = Measured()
    unit = Choice(choices=list(GRAMS))


class DimensionsInput(StrictSerializer):
    length = Measured()
    width = Measured()
    height = Measured()
    unit = Choice(choices=list(MILLIMETRES))
