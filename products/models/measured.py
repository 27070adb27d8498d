"""Weights and sizes: the number as it was given, its unit, and the same in grams or millimetres."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from django.db import models
from django.db.models import Case, F, Q, Value, When

DIGITS, DECIMALS = 15, 6  # of what is given: 999,999,999.999999
# A unit has at most nine decimals in grams or millimetres: the product is exact.
EXACT_DIGITS, EXACT_DECIMALS = 36, 15
TOO_MUCH = Decimal(10) ** (DIGITS - DECIMALS)
UNIT_LENGTH = 3

GRAMS: Mapping[str, Decimal] = MappingProxyType(
    {
        "mg": Decimal("0.001"),
        "g": Decimal(1),
        "kg": Decimal(1_000),
        "t": Decimal(1_000_000),
        "oz": Decimal("28.349523125"),
        "lb": Decimal("453.59237"),
        "st": Decimal("6350.29318"),
    }
)
MILLIMETRES: Mapping[str, Decimal] = MappingProxyType(
    {
        "mm": Decimal(1),
        "cm": Decimal(10),
        "dm": Decimal(100),
        "m": Decimal(1_000),
        "in": Decimal("25.4"),
        "ft": Decimal("304.8"),
        "yd": Decimal("914.4"),
    }
)


def given_field() -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        max_digits=DIGITS, decimal_places=DECIMALS, null=True, blank=True, editable=False
    )


def exact_field() -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        max_digits=EXACT_DIGITS, decimal_places=EXACT_DECIMALS, null=True, editable=False
    )


def unit_field() -> "models.CharField[str, str]":
    return models.CharField(
        max_length=UNIT_LENGTH, blank=True, default="", db_default="", editable=False
    )


def measured(
    name: str, unit: str, factors: Mapping[str, Decimal], pairs: Sequence[tuple[str, str]]
) -> models.CheckConstraint:
    """Either nothing is given, or each number with a known unit and what it is exactly."""
    factor = Case(
        *(When(**{unit: each}, then=Value(number)) for each, number in factors.items()),
        output_field=models.DecimalField(max_digits=EXACT_DIGITS, decimal_places=EXACT_DECIMALS),
    )
    empty, given = Q(**{unit: ""}), Q(**{f"{unit}__in": list(factors)})
    for column, exact in pairs:
        empty &= Q(**{f"{column}__isnull": True, f"{exact}__isnull": True})
        given &= Q(
            **{
                f"{column}__gte": 0,
                # A numeric column takes NaN, which PostgreSQL sorts above every number.
                f"{column}__lt": TOO_MUCH,
                f"{column}__isnull": False,
                f"{exact}__isnull": False,
                exact: F(column) * factor,
            }
        )
    return models.CheckConstraint(condition=empty | given, name=name)
