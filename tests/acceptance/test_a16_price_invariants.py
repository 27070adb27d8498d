"""A wrong price cannot be stored: not by the API, the services, the ORM or a hand on the SQL."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from catalog_project.errors import DomainError
from products.models import Price, Product, Variant
from products.services.variants import update_variant
from tests.products.factories import SYSTEM, ProductFactory, price

pytestmark = pytest.mark.django_db
GOOD = {"currency": "USD", "amount": "19.90", "compare_at": "25.00"}

# What is wrong -> the members of the price that make it so.
WRONG: dict[str, dict[str, str]] = {
    "negative": {"amount": "-0.01"},
    "compare-at below the amount": {"compare_at": "19.89"},
    "not a number": {"amount": "NaN"},
    "compare-at not a number": {"compare_at": "NaN"},
    "infinite": {"amount": "Infinity"},
    "a currency in lower case": {"currency": "usd"},
    "a currency of two letters": {"currency": "US"},
    "too many digits": {"amount": "100000000000000", "compare_at": "200000000000000"},
}
# What the column would round away or take for granted; only the services can refuse it.
WRONG_FOR_SERVICES = {
    **WRONG,
    "a currency that nobody has": {"currency": "ZZZ"},
    "a fifth decimal": {"amount": "19.90001"},
}


@pytest.fixture
def variant() -> Variant:
    return ProductFactory.create(variants=[{"sku": "A", "prices": [price("1")]}]).variants.get()


def stored() -> list[tuple[str, Decimal]]:
    return list(Price.objects.values_list("currency", "amount"))


def by_sql(variant: Variant, values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products_price SET currency = %(currency)s, amount = %(amount)s::numeric,"
            " compare_at = %(compare_at)s::numeric WHERE variant_id = %(variant)s",
            {**values, "variant": variant.pk},
        )


def row(variant: Variant, values: dict[str, str]) -> Price:
    return Price(
        variant=variant,
        currency=values["currency"],
        amount=Decimal(values["amount"]),
        compare_at=Decimal(values["compare_at"]),
    )


def by_bulk_create(variant: Variant, values: dict[str, str]) -> None:
    Price.objects.all().delete()
    Price.objects.bulk_create([row(variant, values)])


def by_save(variant: Variant, values: dict[str, str]) -> None:
    Price.objects.all().delete()
    row(variant, values).save()


def by_update(variant: Variant, values: dict[str, str]) -> None:
    Price.objects.update(
        currency=values["currency"], amount=values["amount"], compare_at=values["compare_at"]
    )


def by_service(variant: Variant, values: dict[str, str]) -> None:
    numbers = {name: Decimal(values[name]) for name in ("amount", "compare_at")}
    prices: Any = [{"currency": values["currency"], **numbers}]
    update_variant(
        variant.product_id,
        variant.pk,
        values={"prices": prices},
        expected_version=None,
        actor=SYSTEM,
    )


Way = Callable[[Variant, dict[str, str]], None]
# Django refuses an infinity and too many digits before the database sees them.
REFUSALS = (IntegrityError, DataError, DomainError, ValidationError, ArithmeticError)


def assert_refused(way: Way, variant: Variant, values: dict[str, str]) -> None:
    before = stored()
    with pytest.raises(REFUSALS), transaction.atomic():
        way(variant, values)
    assert stored() == before


@pytest.mark.parametrize("way", [by_sql, by_bulk_create, by_save, by_update])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_the_database_refuses_it(way: Way, wrong: dict[str, str], variant: Variant) -> None:
    assert_refused(way, variant, {**GOOD, **wrong})


@pytest.mark.parametrize("wrong", WRONG_FOR_SERVICES.values(), ids=WRONG_FOR_SERVICES.keys())
def test_the_services_refuse_it(wrong: dict[str, str], variant: Variant) -> None:
    assert_refused(by_service, variant, {**GOOD, **wrong})


@pytest.mark.parametrize("way", [by_sql, by_bulk_create, by_save, by_update, by_service])
def test_a_right_price_is_taken(way: Way, variant: Variant) -> None:
    way(variant, GOOD)
    assert stored() == [("USD", Decimal("19.90"))]


@pytest.mark.parametrize("wrong", WRONG_FOR_SERVICES.values(), ids=WRONG_FOR_SERVICES.keys())
def test_the_api_refuses_it_and_points_at_it(
    editor: Any, wrong: dict[str, str], variant: Variant
) -> None:
    before = stored()
    prices = [{**GOOD, **wrong}]
    path = f"/api/v1/products/{variant.product_id}"
    bodies = {
        path: {"variants": [{"sku": "A", "prices": prices}]},
        f"{path}/variants/{variant.pk}": {"prices": prices},
    }
    for address, body in bodies.items():
        answer = editor.patch(address, body, format="json")
        assert answer.status_code == 400, answer.content
        place = "/variants/0" if address == path else ""
        pointers = {error["pointer"] for error in answer.json()["errors"]}
        assert pointers <= {f"{place}/prices/0/{name}" for name in GOOD}
    answer = editor.post(
        "/api/v1/products", {"name": "New", "variants": [{"prices": prices}]}, format="json"
    )
    assert answer.status_code == 400
    assert (stored(), Product.objects.count()) == (before, 1)


def test_a_variant_has_one_price_per_currency(editor: Any, variant: Variant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(variant=variant, currency="USD", amount=Decimal(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.bulk_create(
            Price(variant=variant, currency="EUR", amount=Decimal(n)) for n in (1, 2)
        )
    answer = editor.patch(
        f"/api/v1/products/{variant.product_id}/variants/{variant.pk}",
        {"prices": [GOOD, {**GOOD, "amount": "5"}]},
        format="json",
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "currency-twice")
    assert stored() == [("USD", Decimal("1.0000"))]
