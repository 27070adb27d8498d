"""What product an imported item is about: by external id, by slug, or by an old slug."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.documents import build
from products.models import Change, ExternalId, Product, SlugRedirect, Variant
from products.services.bulk_items import BulkOutcome
from products.services.products import archive_product, create_product, update_product
from tests.products.factories import SYSTEM
from tests.products.transfer.records import record, write

pytestmark = pytest.mark.django_db


def pair(text: str) -> dict[str, str]:
    system, _, value = text.partition(":")
    return {"system": system, "id": value}


def made(slug: str, *ids: str, **values: Any) -> UUID:
    named: Any = {
        "name": slug,
        "slug": slug,
        "external_ids": [pair(each) for each in ids],
        **values,
    }
    return create_product(values=named, actor=SYSTEM)


def upsert(*items: Any) -> list[BulkOutcome]:
    records = [record({"name": item["slug"]} | item) for item in items]
    outcomes = [outcome for _, outcome in sorted(write(*records).items())]
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []
    return outcomes


def ids_of(product: UUID) -> list[str]:
    return [str(row) for row in ExternalId.objects.filter(product=product)]


def renamed(product: UUID, slug: str) -> None:
    update_product(
        product,
        values={"slug": slug},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )


def test_an_old_slug_finds_the_product_that_had_it() -> None:
    key = made("oak-chair")
    renamed(key, "oak-armchair")
    (outcome,) = upsert({"slug": "oak-chair", "name": "Oak"})
    assert (outcome.done, outcome.id) == ("changed", key)
    assert Product.objects.values_list("slug", "name").get() == ("oak-armchair", "Oak")
    assert SlugRedirect.objects.get(slug="oak-chair").target_id == key


def test_an_old_slug_that_a_live_product_has_now_is_about_that_one() -> None:
    renamed(made("oak-chair"), "oak-armchair")
    heir = made("oak-chair")
    (outcome,) = upsert({"slug": "oak-chair", "name": "Heir"})
    assert outcome.id == heir


def test_an_old_slug_of_an_archived_product_makes_a_new_one() -> None:
    key = made("oak-chair")
    renamed(key, "oak-armchair")
    archive_product(key, expected_version=None, actor=SYSTEM)
    (outcome,) = upsert({"slug": "oak-chair"})
    assert outcome.done == "created"


def test_an_external_id_decides_before_the_slug_and_the_slug_stays() -> None:
    key, other = made("chair", "erp:1"), made("stool")
    item = {"slug": "stool", "name": "Chair", "external_ids": [pair("erp:1"), pair("shop:9")]}
    (outcome,) = upsert(item)
    assert (outcome.done, outcome.id) == ("changed", key)
    assert Product.objects.get(pk=key).slug == "chair"
    assert Product.objects.get(pk=other).name == "stool"
    assert ids_of(key) == ["erp:1", "shop:9"]
    assert Change.objects.latest("sequence").snapshot["external_ids"] == [
        pair("erp:1"),
        pair("shop:9"),
    ]
    before = Change.objects.count()
    assert upsert(item)[0].done == "unchanged"
    assert Change.objects.count() == before


def test_a_new_product_gets_its_external_ids() -> None:
    (outcome,) = upsert(
        {
            "slug": "new",
            "external_ids": [pair("erp:1")],
            "variants": [{"sku": "N-1", "external_ids": [pair("erp:1")]}],
        }
    )
    assert outcome.id is not None
    assert ids_of(outcome.id) == ["erp:1", "erp:1"]


def test_external_ids_of_an_archived_product_find_nothing() -> None:
    archive_product(made("gone", "erp:1"), expected_version=None, actor=SYSTEM)
    (outcome,) = upsert({"slug": "new", "external_ids": [pair("erp:1")]})
    assert outcome.done == "created"


def test_a_variant_is_found_by_external_id_before_its_sku() -> None:
    variants = [
        {"sku": "A", "options": {"Size": "M"}, "external_ids": [pair("erp:m")]},
        {"sku": "B", "options": {"Size": "L"}},
    ]
    key = made("shirt", variants=variants, option_names=["Size"])
    (outcome,) = upsert(
        {"slug": "shirt", "variants": [{"sku": "A-2", "external_ids": [pair("erp:m")]}]}
    )
    assert (outcome.done, outcome.id) == ("changed", key)
    assert set(Variant.objects.values_list("sku", flat=True)) == {"A-2", "B"}
    assert ids_of(key) == ["erp:m"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"external_ids": [pair("erp:1"), pair("erp:2")]}, "name different products"),
        ({"external_ids": [pair("ERP:3")]}, "A system is named by small letters"),
    ],
)
@pytest.mark.parametrize("slug", ["one", "new"])
def test_what_is_refused_leaves_no_trace(slug: str, item: dict[str, Any], said: str) -> None:
    made("one", "erp:1")
    made("two", "erp:2")
    refused, fine = upsert({"slug": slug, "name": "No", **item}, {"slug": "fine"})
    assert refused.done == "refused"
    assert said in str(refused.error)
    assert fine.done == "created"
    assert not Product.objects.filter(name="No").exists()


def test_more_external_ids_than_a_product_may_have_are_refused() -> None:
    made("one", *(f"erp:{n}" for n in range(99)))
    item = {"slug": "one", "external_ids": [pair("shop:1"), pair("shop:2")]}
    assert "At most 100" in str(upsert(item)[0].error)


def test_two_items_about_one_product_are_one_and_a_refusal() -> None:
    key = made("oak-chair")
    renamed(key, "oak-armchair")
    first, second = upsert(
        {"slug": "oak-armchair", "name": "First"}, {"slug": "oak-chair", "name": "Second"}
    )
    assert (first.done, second.done) == ("changed", "refused")
    assert "Another line is about the same product" in str(second.error)
    assert Product.objects.get(pk=key).name == "First"


def test_many_items_take_as_many_statements_as_one() -> None:
    for n in range(6):
        made(f"p-{n}", f"erp:{n}")
    counts = []
    for group in (range(1), range(1, 6)):
        items: list[Any] = [
            {"slug": f"x-{n}", "name": "New", "external_ids": [pair(f"erp:{n}"), pair(f"b:{n}")]}
            for n in group
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write(*(record(item) for item in items))
        counts.append(len(queries))
    assert counts[0] == counts[1]
