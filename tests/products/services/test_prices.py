"""Prices are written whole, keep apart, and leave a history that nobody can bend."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_project.errors import DomainError
from products.documents import build
from products.documents.price_answers import (
    Shopper,
    Step,
    lowest,
    lowest_before,
    steps_of,
)
from products.errors import (
    CodeTaken,
    CurrencyTwice,
    InvalidValue,
    PricesOverlap,
    StillInUse,
    TooManyPeriods,
)
from products.models import (
    Change,
    Channel,
    Cost,
    Document,
    Price,
    PriceList,
    PriceListRecord,
    PriceRecord,
    Product,
    Variant,
)
from products.models.price_history import OPEN
from products.services.catalog_check import check_products, check_shared
from products.services.costs import set_costs
from products.services.periods import MAX_BOUNDARIES
from products.services.price_lists import delete_price_list, update_price_list
from products.services.products import delete_product, update_product
from products.services.single_prices import create_price, delete_price, update_price
from products.services.tax_classes import delete_tax_class, update_tax_class
from products.services.unit_of_work import unit_of_work
from products.services.variants import update_variant
from tests.products.factories import (
    SYSTEM,
    PriceListFactory,
    ProductFactory,
    TaxClassFactory,
    price,
)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def in_days(number: float) -> datetime:
    return NOW + number * DAY


def a_variant(*prices: dict[str, Any]) -> Variant:
    return ProductFactory.create(variants=[{"sku": "A", "prices": list(prices)}]).variants.get()


def write(variant: Variant, *prices: dict[str, Any]) -> None:
    update_variant(
        variant.product_id,
        variant.pk,
        values={"prices": [*prices]},  # type: ignore[list-item]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )


def add(variant: Variant, **values: Any) -> Price:
    return create_price(
        variant.pk,
        values={"currency": "USD", **values},  # type: ignore[typeddict-item]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )


def change_list(row: PriceList, **values: Any) -> PriceList:
    return update_price_list(row.pk, values=values, expected_version=None, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


def stored(variant: Variant) -> list[str]:
    rows = Price.objects.filter(variant=variant).order_by("min_quantity", "valid")
    return [f"{row.min_quantity}: {row.amount.normalize():f}" for row in rows]


def test_the_list_names_the_lasting_base_prices_and_leaves_the_others() -> None:
    PriceListFactory.create(code="sale")
    variant = a_variant(
        price("20"),
        price("18", min_quantity=10),
        price("15", valid_from=in_days(1), valid_until=in_days(2)),
        price("12", price_list="sale"),
    )
    write(variant, price("21"))
    assert sorted(stored(variant)) == ["1: 12", "1: 15", "1: 21"]
    write(variant)
    assert sorted(stored(variant)) == ["1: 12", "1: 15"]


def test_what_was_read_during_a_sale_and_is_sent_back_changes_nothing(editor: Any) -> None:
    PriceListFactory.create(code="sale")
    variant = a_variant(
        price("20"),
        price("18", min_quantity=10),
        price("15", valid_from=in_days(-1), valid_until=in_days(1)),
        price("9", "EUR"),
    )
    path = f"/api/v1/products/{variant.product_id}/variants/{variant.pk}"
    read = editor.get(path).json()
    assert [each["amount"] for each in read["prices"]] == ["9.00", "15.00", "18.00"]
    answer = editor.patch(path, {"prices": read["prices"]}, format="json")
    assert answer.status_code == 200, answer.content
    assert Product.objects.get().version == 1
    assert sorted(stored(variant)) == ["10: 18", "1: 15", "1: 20", "1: 9"]


def test_a_slot_has_one_lasting_price() -> None:
    variant = a_variant(price("20"))
    with pytest.raises(CurrencyTwice):
        add(variant, amount=Decimal(1))
    with pytest.raises(CurrencyTwice):
        write(variant, price("1"), price("2"))
    assert stored(variant) == ["1: 20"]


@pytest.mark.parametrize(
    ("start", "end"),
    [(2, 3), (1, 4), (0, 1.5), (2.5, 9), (None, 2), (2, None), (None, None)],
)
def test_two_periods_of_a_slot_never_overlap(start: float | None, end: float | None) -> None:
    variant = a_variant(price("15", valid_from=in_days(1), valid_until=in_days(3)))
    period: dict[str, Any] = {
        "valid_from": None if start is None else in_days(start),
        "valid_until": None if end is None else in_days(end),
    }
    if start is end is None:
        add(variant, amount=Decimal(1), **period)  # the lasting one
        return
    with pytest.raises(PricesOverlap) as refusal:
        add(variant, amount=Decimal(1), **period)
    assert refusal.value.other == f"from {in_days(1).isoformat()} until {in_days(3).isoformat()}"
    with pytest.raises(PricesOverlap):
        write(variant, price("1", **period))
    with pytest.raises(PricesOverlap) as refusal, unit_of_work(SYSTEM):
        by_hand(Price(variant=variant, currency="USD"), period)
    assert "2" in refusal.value.other
    assert stored(variant) == ["1: 15"]


def by_hand(row: Price, period: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_price (id, created_at, updated_at, variant_id, currency, amount,"
            " valid) VALUES (gen_random_uuid(), now(), now(), %s, %s, 1, tstzrange(%s, %s))",
            [row.variant_id, row.currency, period["valid_from"], period["valid_until"]],
        )


def test_periods_of_other_slots_and_periods_that_touch_are_taken() -> None:
    PriceListFactory.create(code="sale")
    period: dict[str, Any] = {"valid_from": in_days(1), "valid_until": in_days(3)}
    variant = a_variant(price("15", **period))
    add(variant, amount=Decimal(1), valid_from=in_days(3), valid_until=in_days(4))
    add(variant, amount=Decimal(1), valid_from=None, valid_until=in_days(1))
    add(variant, amount=Decimal(2), min_quantity=2, **period)
    add(variant, amount=Decimal(3), price_list="sale", **period)
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.update(valid=Price.objects.filter(amount=15).values("valid")[:1])
    assert len(stored(variant)) == 5


def test_a_period_is_changed_in_place() -> None:
    variant = a_variant(price("15", valid_from=in_days(1), valid_until=in_days(3)))
    other = add(variant, amount=Decimal(9), valid_from=in_days(5), valid_until=in_days(6))
    with pytest.raises(PricesOverlap):
        update_price(
            other.pk, values={"valid_from": in_days(2)}, expected_version=None, actor=SYSTEM
        )
    with pytest.raises(InvalidValue, match="later than"):
        update_price(
            other.pk, values={"valid_until": in_days(5)}, expected_version=None, actor=SYSTEM
        )
    update_price(other.pk, values={"valid_from": in_days(3)}, expected_version=2, actor=SYSTEM)
    assert Price.objects.get(pk=other.pk).valid_from == in_days(3)
    delete_price(other.pk, expected_version=3, actor=SYSTEM)
    assert (stored(variant), Product.objects.get().version) == (["1: 15"], 4)
    assert list(check_products([variant.product_id])) == []


def test_a_price_has_the_currency_of_its_list() -> None:
    row = PriceListFactory.create(code="sale", currency="EUR")
    variant = a_variant(price("20"))
    with pytest.raises(InvalidValue, match="in EUR"):
        add(variant, amount=Decimal(1), price_list="sale")
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.update(price_list=row)
    with pytest.raises(InvalidValue, match="no price list 'none'"):
        write(variant, price("1", price_list="none"))
    with pytest.raises(InvalidValue, match="stays"):
        update_price_list(row.pk, values={"currency": "USD"}, expected_version=1, actor=SYSTEM)
    add(variant, amount=Decimal(1), currency="EUR", price_list="sale")
    with pytest.raises(StillInUse):
        delete_price_list(row.pk, expected_version=None, actor=SYSTEM)
    Price.objects.filter(price_list=row).delete()
    delete_price_list(row.pk, expected_version=None, actor=SYSTEM)


def test_a_price_list_has_a_code_of_its_own() -> None:
    PriceListFactory.create(code="sale")
    for code, refusal in (("sale", CodeTaken), ("base", InvalidValue), ("a b", InvalidValue)):
        with pytest.raises(refusal):
            PriceListFactory.create(code=code)
    with pytest.raises(InvalidValue, match="no channel"):
        PriceListFactory.create(channel="nowhere")
    with pytest.raises(InvalidValue):
        PriceListFactory.create(currency="ZZZ")
    assert list(check_shared()) == []


def test_the_number_of_periods_ahead_is_bounded() -> None:
    variant = a_variant(price("20"))
    edges = [in_days(n) for n in range(1, MAX_BOUNDARIES + 3)]
    periods = [
        price("1", valid_from=start, valid_until=end)
        for start, end in pairwise(edges[: MAX_BOUNDARIES + 1])
    ]
    write(variant, price("20"), *periods[:-1])
    assert Document.objects.filter(product=variant.product_id).count() == MAX_BOUNDARIES + 1
    with pytest.raises(TooManyPeriods):
        write(variant, price("20"), *periods)


def test_periods_of_lists_count_whoever_writes_them() -> None:
    """A price in the list, the list's dates, and switching it on lead to the same limit."""
    variant = a_variant(price("20"))
    edges = [in_days(n) for n in range(1, MAX_BOUNDARIES)]
    periods = [price("1", valid_from=start, valid_until=end) for start, end in pairwise(edges)]
    write(variant, *periods)
    late = {"valid_from": in_days(300), "valid_until": in_days(301)}
    dated = PriceListFactory.create(code="dated", **late)
    slug = re.escape(repr(variant.product.slug))
    with pytest.raises(TooManyPeriods, match=f"{slug} would change at 101 instants"):
        add(variant, amount=Decimal(1), price_list="dated")
    plain = PriceListFactory.create(code="plain")
    add(variant, amount=Decimal(1), price_list="plain")
    off = PriceListFactory.create(code="off", is_active=False, **late)
    add(variant, amount=Decimal(1), price_list="off")
    for row, values in ((plain, late), (off, {"is_active": True})):
        with pytest.raises(TooManyPeriods, match=slug):
            change_list(row, **values)
    assert change_list(plain, valid_from=in_days(300)).version == 2, "one instant more is the last"
    assert change_list(dated, name="Late").version == 2, "a list without prices of it is free"
    assert Document.objects.filter(product=variant.product_id).count() == MAX_BOUNDARIES + 1
    assert list(check_shared()) == []


def test_a_tax_class_is_shown_where_it_is_named() -> None:
    tax = TaxClassFactory.create(code="books", name="Books")
    product = ProductFactory.create(
        tax_class="books", variants=[{"sku": "A", "tax_class": "books"}, {"options": {"a": "b"}}]
    )
    update_tax_class(tax.pk, values={"name": "Printed"}, expected_version=1, actor=SYSTEM)
    body = Document.objects.get(product=product).body
    assert body.count('"tax_class":{"code":"books","name":"Printed"}') == 2
    assert body.count('"tax_class":null') == 1
    with pytest.raises(StillInUse):
        delete_tax_class(tax.pk, expected_version=None, actor=SYSTEM)
    with pytest.raises(InvalidValue, match="stays"):
        update_tax_class(tax.pk, values={"code": "b"}, expected_version=None, actor=SYSTEM)
    with pytest.raises(InvalidValue, match="no tax class"):
        update_product(
            product.pk,
            values={"tax_class": "none"},
            expected_version=None,
            may_publish=True,
            actor=SYSTEM,
        )


def test_costs_stand_in_no_snapshot_and_no_document_of_the_product() -> None:
    variant = a_variant(price("20"))
    costs: Any = [{"currency": "USD", "amount": Decimal("11.2233")}]
    assert set_costs(variant.product_id, variant.pk, costs=costs, actor=SYSTEM)
    assert not set_costs(variant.product_id, variant.pk, costs=costs, actor=SYSTEM)
    write(variant, price("21"))
    of_product = Change.objects.filter(aggregate="product")
    assert not any("11.2233" in str(change.snapshot) for change in of_product)
    assert "11.2233" not in Document.objects.get().body
    costs[0]["amount"] = Decimal("12")
    set_costs(variant.product_id, variant.pk, costs=costs, actor=SYSTEM)
    assert list(check_shared()) == []
    set_costs(variant.product_id, variant.pk, costs=[], actor=SYSTEM)
    events = Change.objects.filter(aggregate="cost").order_by("version")
    assert [change.event for change in events] == ["cost.created", "cost.updated", "cost.deleted"]
    assert not Cost.objects.exists()
    with pytest.raises(CurrencyTwice):
        set_costs(variant.product_id, variant.pk, costs=costs * 2, actor=SYSTEM)


# The history.


def test_the_history_outlives_edits_and_deletions() -> None:
    variant = a_variant(price("20"))
    write(variant, price("18"))
    write(variant, price("18", compare_at="20"))
    delete_product(variant.product_id, expected_version=None, actor=SYSTEM)
    records = list(PriceRecord.objects.order_by("recorded_from"))
    assert [record.amount for record in records] == [20, 18, 18]
    for before, after in pairwise(records):
        assert before.recorded_until == after.recorded_from < after.recorded_until
    assert records[-1].recorded_until < OPEN


def test_what_did_not_change_gets_no_record() -> None:
    row = PriceListFactory.create(code="sale")
    variant = a_variant(price("20"), price("9", price_list="sale"))
    write(variant, price("20"))
    update_product(
        variant.product_id,
        values={"name": "New"},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    update_price_list(row.pk, values={"name": "New"}, expected_version=None, actor=SYSTEM)
    assert PriceRecord.objects.count() == 2
    assert PriceListRecord.objects.count() == 1
    update_price_list(row.pk, values={"priority": 3}, expected_version=None, actor=SYSTEM)
    assert PriceListRecord.objects.filter(recorded_until=OPEN).count() == 1
    assert PriceListRecord.objects.count() == 2


def shopper(**values: Any) -> Shopper:
    return Shopper(Channel.objects.get(slug="default").pk, "USD", **values)


def back_date(days: float) -> None:
    """As if everything that is recorded had been written earlier."""
    for model in (PriceRecord, PriceListRecord):
        for record in model._default_manager.all():
            record.recorded_from -= days * DAY
            if record.recorded_until < OPEN:
                record.recorded_until -= days * DAY
            record.save()


def amounts_of(steps: Sequence[Step]) -> list[Decimal | None]:
    return [step.amount for step in steps]


def test_the_lowest_price_of_30_days_counts_what_was_edited_and_deleted() -> None:
    """Directive 98/6/EC, article 6a: 100, then 80 for a week, then 100 again, then the sale."""
    variant = a_variant(price("100"))
    back_date(20)
    write(variant, price("80"))
    back_date(7)
    write(variant, price("100"))
    back_date(13)
    write(variant, price("90"))
    at = datetime.now(UTC)
    steps = steps_of([variant.pk], shopper(), at)[variant.pk]
    assert amounts_of(steps) == [None, 100, 80, 100, 90]
    assert lowest_before(steps) == 80
    assert lowest(steps, at - 30 * DAY, at) == 80
    assert lowest(steps, at - 5 * DAY, at) == 90
    assert lowest(steps, at - 900 * DAY, at - 600 * DAY) is None


def test_the_price_before_a_sale_of_a_period_is_the_lasting_one() -> None:
    variant = a_variant(price("100"), price("70", valid_from=in_days(-3), valid_until=in_days(3)))
    back_date(10)
    steps = steps_of([variant.pk], shopper(), datetime.now(UTC))[variant.pk]
    assert amounts_of(steps) == [None, 100, 70]
    assert steps[-1].start == in_days(-3)
    assert lowest_before(steps) == 100
    later = steps_of([variant.pk], shopper(), in_days(4))[variant.pk]
    assert amounts_of(later) == [None, 100, 70, 100]


def test_a_price_list_that_was_on_for_a_week_is_in_the_history() -> None:
    row = PriceListFactory.create(code="sale")
    variant = a_variant(price("100"), price("60", price_list="sale"), price("50", min_quantity=5))
    back_date(7)
    update_price_list(row.pk, values={"is_active": False}, expected_version=None, actor=SYSTEM)
    back_date(3)
    at = datetime.now(UTC)
    steps = steps_of([variant.pk], shopper(), at)[variant.pk]
    assert [(step.amount, step.price_list) for step in steps] == [
        (None, None),
        (60, "sale"),
        (100, None),
    ]
    assert amounts_of(steps_of([variant.pk], shopper(quantity=5), at)[variant.pk]) == [None, 60, 50]


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amount=st.decimals(0, Decimal("99999999999999.9999"), places=4),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    quantity=st.integers(1, 1_000_000_000),
)
def test_money_never_changes_on_its_way(amount: Decimal, currency: str, quantity: int) -> None:
    prices: Any = [
        {"currency": currency, "amount": amount, "compare_at": amount, "min_quantity": quantity}
    ]
    variant = ProductFactory.create(variants=[{"prices": prices}]).variants.get()
    row, record = variant.prices.get(), PriceRecord.objects.get(variant_id=variant.pk)
    assert row.amount == row.compare_at == record.amount == amount
    steps = steps_of(
        [variant.pk],
        Shopper(shopper().channel_id, currency, quantity=quantity),
        datetime.now(UTC),
    )
    assert steps[variant.pk][-1].amount == amount
    assert f'"amount":"{_printed(amount)}"' in Document.objects.get(product=variant.product_id).body


def _printed(amount: Decimal) -> str:
    text = f"{amount:.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0") if text[-1] == "0" else text


@pytest.mark.django_db(transaction=True)
def test_periods_never_overlap_under_eight_writers_at_once() -> None:
    variant = a_variant(price("100"))
    start = Barrier(8)

    def writer(seed: int) -> int:
        random, written = Random(seed), 0
        start.wait(timeout=20)
        try:
            for _ in range(8):
                day = random.randint(1, 30)
                period: dict[str, Any] = {
                    "valid_from": in_days(day),
                    "valid_until": in_days(day + 4),
                }
                try:
                    if seed % 2:
                        add(variant, amount=Decimal(day), **period)
                    else:
                        with transaction.atomic():
                            by_hand(Price(variant=variant, currency="USD"), period)
                    written += 1
                except (DomainError, IntegrityError):
                    pass
        finally:
            connection.close()
        return written

    with ThreadPoolExecutor(8) as pool:
        written = sum(pool.map(writer, range(8)))
    rows = list(Price.objects.exclude(valid__lower_inf=True).order_by("valid"))
    assert len(rows) == written >= 2
    for before, after in pairwise(rows):
        assert before.valid_until is not None
        assert after.valid_from is not None
        assert before.valid_until <= after.valid_from
    write(variant, price("101"))
    assert build.drifted([variant.product_id]) == []
    assert PriceRecord.objects.filter(recorded_until=OPEN).count() == len(rows) + 1
