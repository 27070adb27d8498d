"""At every instant a document shows the price that holds, with nobody writing anything."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.api.answers import PriceResponse
from products.documents import build
from products.documents.price_answers import with_prices_of
from products.models import Document, PriceList, Product
from products.services.price_lists import update_price_list
from products.services.products import create_product, update_product
from tests.products.factories import SYSTEM, PriceListFactory, ProductFactory, price
from tests.products.naive_prices import chosen_price, shown_prices

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
relaxed = settings(
    deadline=None,
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LISTS: list[dict[str, Any]] = [
    {"code": "weekend", "priority": 5, "valid_from": NOW + timedelta(hours=30)},
    {"code": "clearance", "priority": 9, "valid_until": NOW + timedelta(hours=50)},
    {"code": "resellers", "priority": 99, "customer_group": "resellers"},
    {"code": "Also", "priority": 5},
]
hours = st.integers(-60, 60).map(lambda n: NOW + timedelta(hours=n))
amounts = st.integers(0, 9_999).map(lambda cents: Decimal(cents) / 100)


@st.composite
def slots(draw: Any) -> list[dict[str, Any]]:
    """Prices of one variant: a lasting one, and periods that do not overlap, in some slots."""
    found = []
    names = st.sampled_from([None, *(each["code"] for each in LISTS)])
    places = draw(st.sets(st.tuples(names, st.sampled_from([1, 3, 10])), max_size=5))
    for code, quantity in sorted(places, key=str):
        edges = sorted(draw(st.sets(hours, max_size=5)))
        periods: list[Any] = list(zip(edges[::2], edges[1::2], strict=False))
        if draw(st.booleans()) or not periods:
            periods.append((None, None))  # the lasting one
        for start, end in periods:
            found.append(
                {
                    "currency": "USD",
                    "amount": draw(amounts),
                    "price_list": code,
                    "min_quantity": quantity,
                    "valid_from": start,
                    "valid_until": end,
                }
            )
    return found


@pytest.fixture
def lists(db: None) -> list[PriceList]:
    return [PriceListFactory.create(**each) for each in LISTS]


def as_printed(prices: list[dict[str, Any]]) -> Any:
    return json.loads(json.dumps([PriceResponse(each).data for each in prices]))


def document_at(product: Product, at: datetime) -> Document:
    return Document.objects.get(product=product, holds_from__lte=at, holds_until__gt=at)


@relaxed
@given(values=st.lists(slots(), min_size=1, max_size=3), instants=st.lists(hours, max_size=8))
def test_the_document_of_any_instant_ahead_shows_what_the_rule_says(
    lists: list[PriceList], values: list[Any], instants: list[datetime]
) -> None:
    variants = [{"options": {"n": str(n)}, "prices": each} for n, each in enumerate(values)]
    product = Product.objects.get(
        pk=create_product(values={"name": "P", "variants": variants}, actor=SYSTEM)  # type: ignore[typeddict-item]  # plain
    )
    assert build.drifted([product.pk]) == []
    edges = set(Document.objects.filter(product=product).values_list("holds_from", flat=True))
    for at in [each for each in {*instants, *edges} if each >= product.updated_at]:
        document = document_at(product, at)
        body = json.loads(document.body)
        rows = list(product.variants.all())
        chosen = [chosen_price(row, project.CATALOG_CURRENCY, at) for row in rows]
        found = [each.amount for each in chosen if each]
        assert [each["prices"] for each in body["variants"]] == [
            as_printed(shown_prices(row, at)) for row in rows
        ]
        assert (document.price_min, document.price_max) == (
            min(found, default=None),
            max(found, default=None),
        )
        again: Any = {**body, "variants": [{**each, "prices": []} for each in body["variants"]]}
        with_prices_of([again], at)
        assert again == body


def a_sale(start: datetime, end: datetime) -> Product:
    prices = [price("20"), price("15", valid_from=start, valid_until=end)]
    return ProductFactory.create(variants=[{"sku": "S", "prices": prices}])


def test_a_sale_begins_and_ends_without_a_write() -> None:
    start, end = NOW + timedelta(days=1), NOW + timedelta(days=2)
    product = a_sale(start, end)
    rows = Document.objects.filter(product=product).order_by("holds_from")
    assert [(row.holds_from.year, row.holds_until, row.price_min) for row in rows] == [
        (1, start, Decimal(20)),
        (start.year, end, Decimal(15)),
        (end.year, datetime(9999, 12, 31, tzinfo=UTC), Decimal(20)),
    ]
    assert [(row.visible_from, row.visible_until) for row in rows] == [
        (row.holds_from, row.holds_until) for row in rows
    ]
    shown = json.loads(document_at(product, start).body)["variants"][0]["prices"]
    assert shown == [
        {
            "currency": "USD",
            "amount": "15.00",
            "compare_at": None,
            "min_quantity": 1,
            "price_list": None,
            "valid_from": start.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "valid_until": end.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
    ]


def shift_the_clock(product: Product, by: timedelta) -> None:
    """As if so much time had passed since the product was written: the rows go back instead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products_price SET valid = tstzrange(lower(valid) - %s::interval,"
            " upper(valid) - %s::interval)"
            " WHERE NOT lower_inf(valid)",
            [str(by), str(by)],
        )
        cursor.execute(
            "UPDATE products_product SET updated_at = updated_at - %s::interval WHERE id = %s",
            [str(by), product.pk],
        )
    build.rebuild([product.pk])


@pytest.mark.parametrize(
    ("hours_later", "amount"), [(0, "20.00"), (25, "15.00"), (47, "15.00"), (49, "20.00")]
)
def test_lists_filters_orders_and_details_are_right_at_every_instant(
    anonymous: Any, hours_later: int, amount: str
) -> None:
    product = a_sale(NOW + timedelta(days=1), NOW + timedelta(days=2))
    other = ProductFactory.create(variants=[{"sku": "O", "prices": [price("17")]}])
    shift_the_clock(product, timedelta(hours=hours_later))
    detail = anonymous.get(f"/api/v1/products/{product.pk}").json()
    assert detail["price_range"] == {"currency": "USD", "min": amount, "max": amount}
    one = anonymous.get(f"/api/v1/products/{product.pk}/variants").json()["items"][0]
    assert [each["amount"] for each in one["prices"]] == [amount]
    by_price = anonymous.get("/api/v1/products?ordering=price").json()["items"]
    cheap_first = [product, other] if amount == "15.00" else [other, product]
    assert [each["id"] for each in by_price] == [str(each.pk) for each in cheap_first]
    cheap = anonymous.get("/api/v1/products?price_max=16&total=true").json()
    assert cheap["total"]["value"] == (1 if amount == "15.00" else 0)
    assert build.drifted([product.pk]) == []


def test_segments_that_have_passed_go_with_the_next_write() -> None:
    product = a_sale(NOW + timedelta(days=1), NOW + timedelta(days=2))
    shift_the_clock(product, timedelta(days=3))
    assert Document.objects.filter(product=product).count() == 3
    assert build.drifted([product.pk]) == []
    update_product(
        product.pk, values={"name": "New"}, expected_version=None, may_publish=True, actor=SYSTEM
    )
    assert Document.objects.filter(product=product).count() == 1


def test_a_product_that_is_published_during_a_sale_shows_from_then_on(anonymous: Any) -> None:
    start, end = NOW + timedelta(days=1), NOW + timedelta(days=2)
    product = a_sale(start, end)
    update_product(
        product.pk,
        values={"publish_at": start + timedelta(hours=1)},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    rows = Document.objects.filter(product=product).order_by("holds_from")
    assert [row.visible_from < row.visible_until for row in rows] == [False, True, True]
    assert rows[1].visible_from == start + timedelta(hours=1)


def test_a_change_of_a_price_list_reaches_the_documents_of_its_products(anonymous: Any) -> None:
    row = PriceListFactory.create(code="sale", is_active=False)
    product = ProductFactory.create(
        variants=[{"sku": "A", "prices": [price("20"), price("12", price_list="sale")]}]
    )
    path = f"/api/v1/products/{product.pk}?fields=price_range"
    assert anonymous.get(path).json()["price_range"]["min"] == "20.00"
    update_price_list(row.pk, values={"is_active": True}, expected_version=1, actor=SYSTEM)
    assert anonymous.get(path).json()["price_range"]["min"] == "12.00"
    assert Product.objects.get().version == 1
    tomorrow = NOW + timedelta(days=1)
    update_price_list(row.pk, values={"valid_until": tomorrow}, expected_version=2, actor=SYSTEM)
    assert document_at(product, tomorrow).price_min == Decimal(20)
    assert build.drifted([product.pk]) == []
    update_price_list(row.pk, values={"customer_group": "vip"}, expected_version=None, actor=SYSTEM)
    assert anonymous.get(path).json()["price_range"]["min"] == "20.00"
    assert Document.objects.filter(product=product).count() == 1
