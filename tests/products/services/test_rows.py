"""Rows that were copied are the rows that Django would have stored."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import models
from psycopg.types.range import Range

from products.models import ExternalId, Price, Product, Variant
from products.services.rows import FEW, insert_rows, new_row
from tests.products.factories import ProductFactory

STRANGE = 'a "b" \\ {c,d}\t\n\\N NULL é'


@pytest.mark.parametrize("model", [Product, Variant, Price, ExternalId])
def test_a_new_row_is_what_the_model_makes(model: type[models.Model]) -> None:
    key = {"id": UUID(int=1)} if model is not ExternalId else {}
    given, made = new_row(model, **key), model(**key)
    assert vars(given).keys() == vars(made).keys()
    assert {**vars(given), "_state": 0} == {**vars(made), "_state": 0}
    assert vars(given._state) == vars(made._state)
    assert all(
        getattr(given, field.attname) is not getattr(new_row(model, **key), field.attname)
        for field in model._meta.concrete_fields
        if isinstance(getattr(given, field.attname), dict | list)
    )


PRODUCTS: list[dict[str, Any]] = [
    {"tags": [], "metadata": {}},
    {"tags": [STRANGE, "", "NULL", "null"], "option_names": ["Size, long"]},
    {"metadata": {"text": STRANGE, "n": [1, 2.5, None, True, 10**30]}},
    {"description": STRANGE, "publish_at": datetime(2026, 3, 1, 9, 0, 0, 5, tzinfo=UTC)},
    {"translations": {"de": {"name": STRANGE}}},
]
PRICES: list[dict[str, Any]] = [
    {"amount": Decimal("0.0001"), "compare_at": Decimal("1E+3")},
    {"amount": Decimal(7), "min_quantity": 3},
    {"amount": 12, "min_quantity": 5, "valid": Range(datetime(2026, 3, 1, tzinfo=UTC), None, "[)")},
]


@pytest.mark.django_db
def test_copied_rows_are_stored_as_django_stores_them() -> None:
    variant = Variant.objects.filter(product=ProductFactory.create()).get()
    one_by_one = _products("one") + _prices(variant, "CHF")
    for row in one_by_one:
        row.save(force_insert=True)
    for rows in (_products("all"), _prices(variant, "NOK")):
        insert_rows(rows)
        assert not any(row._state.adding for row in rows)
    assert _stored(Product, "slug", "one") == _stored(Product, "slug", "all")
    assert _stored(Price, "currency", "CHF") == _stored(Price, "currency", "NOK")


def _products(tag: str) -> list[models.Model]:
    items = PRODUCTS + [{}] * FEW  # more than few: they are copied
    return [
        new_row(Product, slug=f"{tag}-{n:02}", name=STRANGE, **item) for n, item in enumerate(items)
    ]


def _prices(variant: Variant, currency: str) -> list[models.Model]:
    lasting = [{"amount": Decimal("9.90"), "min_quantity": 10 + n} for n in range(FEW)]
    return [
        new_row(Price, variant_id=variant.pk, currency=currency, **item)
        for item in PRICES + lasting
    ]


def _stored(model: type[models.Model], name: str, tag: str) -> list[dict[str, Any]]:
    rows = model._default_manager.filter(**{f"{name}__startswith": tag})
    rows = rows.order_by("slug" if model is Product else "min_quantity")
    own = {"id", name, "created_at", "updated_at"}
    return [{key: value for key, value in row.items() if key not in own} for row in rows.values()]
