"""Products with very many variants: what is printed, what a change holds, what it costs."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.changes.history import read_versions
from products.changes.parts import WHOLE
from products.errors import NotFound
from products.models import Change, Document, Product, Variant
from products.services.catalog_check import check_log
from products.services.products import publish_product, unpublish_product, update_product
from products.services.rebuilding import rebuild_documents
from products.services.variant_batches import create_variants
from products.services.variants import create_variant, delete_variant, update_variant
from tests.products.factories import SYSTEM, ProductFactory, price

pytestmark = pytest.mark.django_db


def many(count: int, first: int = 0) -> list[Any]:
    return [
        {"sku": f"V-{n}", "options": {"N": str(n)}, "prices": [price(str(n + 1))]}
        for n in range(first, first + count)
    ]


def large(count: int = WHOLE + 1) -> Product:
    product = ProductFactory.create(variants=many(count))
    assert product.version == 1
    return product


def body_of(product: Product) -> Any:
    return json.loads(Document.objects.get(product=product.pk).body)


def last_change(product: Product) -> Change:
    return Change.objects.filter(aggregate_id=product.pk).latest("version")


def drift(product: Product) -> list[Any]:
    """What check_catalog says, after nothing had to be rebuilt."""
    assert rebuild_documents([product.pk]) == 0
    return list(check_log("product", [product.pk]))


def change(product: Product, **values: Any) -> None:
    update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def options_of(body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(each["name"], each["values"]) for each in body["options"]]


def test_a_document_prints_the_first_hundred_and_where_the_others_are() -> None:
    product = large(103)
    body = body_of(product)
    assert body["variant_count"] == 103
    assert [each["sku"] for each in body["variants"]] == [f"V-{n}" for n in range(100)]
    path, _, cursor = body["more_variants"].partition("?cursor=")
    assert path == f"/api/v1/products/{product.pk}/variants"
    key = json.loads(base64.urlsafe_b64decode(cursor))
    assert key == ["position/id", 99, body["variants"][99]["id"]]
    assert options_of(body) == [("N", [str(n) for n in range(103)])]
    assert body["price_range"] == {"currency": "USD", "min": "1.00", "max": "103.00"}


def test_a_document_of_exactly_a_hundred_has_no_others() -> None:
    body = body_of(large(100))
    assert (len(body["variants"]), body["more_variants"]) == (100, None)


def test_values_of_an_option_stand_in_the_order_in_which_they_appear() -> None:
    sizes = ["M", "S", "L", "S"]
    variants = [{"options": {"Size": size, "N": str(n)}} for n, size in enumerate(sizes)]
    product = ProductFactory.create(option_names=["Size", "Cut"], variants=variants)
    assert options_of(body_of(product)) == [
        ("Size", ["M", "S", "L"]),
        ("Cut", []),
        ("N", ["0", "1", "2", "3"]),
    ]


def test_a_change_of_a_large_product_holds_only_what_it_touched() -> None:
    product = large()
    added = create_variant(product.pk, values={"sku": "NEW"}, expected_version=None, actor=SYSTEM)
    change = last_change(product)
    assert (change.base_version, change.parts) == (1, 2)
    assert [each["sku"] for each in change.snapshot["variants"]] == ["NEW"]
    first = product.variants.get(sku="V-0")
    update_variant(
        product.pk,
        first.pk,
        values={"prices": [price("7")]},  # type: ignore[list-item]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )
    (part,) = last_change(product).snapshot["variants"]
    assert (part["sku"], [each["amount"] for each in part["prices"]]) == ("V-0", [7.0])
    delete_variant(product.pk, added.pk, expected_version=None, actor=SYSTEM)
    gone = last_change(product)
    assert (gone.snapshot["variants"], gone.snapshot["variants_gone"]) == ([], [str(added.pk)])
    assert (gone.base_version, gone.parts) == (1, 6)
    assert drift(product) == []


def test_a_change_of_the_product_alone_holds_none_of_its_many_variants() -> None:
    product = large()
    change(product, name="Another name")
    unpublish_product(product.pk, expected_version=None, actor=SYSTEM)
    publish_product(product.pk, expected_version=None, actor=SYSTEM)
    for row in Change.objects.filter(aggregate_id=product.pk, version__gt=1):
        assert (row.base_version, row.snapshot["variants"]) == (1, [])
    assert drift(product) == []


def test_any_state_is_told_from_the_parts() -> None:
    product = large()
    whole = {1: last_change(product).snapshot}
    for n in range(4):
        create_variant(product.pk, values=many(1, 900 + n)[0], expected_version=None, actor=SYSTEM)
        rows = Variant.objects.filter(product=product).order_by("position", "id")
        whole[n + 2] = {str(row.pk): row.sku for row in rows}
    delete_variant(
        product.pk, product.variants.get(sku="V-5").pk, expected_version=None, actor=SYSTEM
    )
    found = read_versions("product", product.pk, range(1, 7))
    states = {each.change.version: each.state for each in found}
    for version in range(2, 6):
        variants = states[version]["variants"]
        assert {each["id"]: each["sku"] for each in variants} == whole[version]
    assert states[1] == whole[1]
    assert "V-5" not in [each["sku"] for each in states[6]["variants"]]
    with pytest.raises(NotFound):
        read_versions("product", product.pk, [99])


def test_the_log_is_whole_again_before_its_parts_outgrow_the_product() -> None:
    product = large()
    for n in range(60):
        update_variant(
            product.pk,
            product.variants.all()[n].pk,
            values={"metadata": {"n": n}},
            expected_version=None,
            actor=SYSTEM,
        )
    rows = Change.objects.filter(aggregate_id=product.pk).order_by("version")
    assert [row.version for row in rows if row.base_version is None] == [1, 52]
    assert max(row.parts for row in rows) == 100
    assert drift(product) == []


def test_a_small_product_is_always_written_down_whole() -> None:
    product = large(WHOLE)
    change(product, name="Another name")
    row = last_change(product)
    assert (row.base_version, len(row.snapshot["variants"])) == (None, WHOLE)


def test_a_list_of_all_variants_is_written_down_whole() -> None:
    product = large()
    first = product.variants.get(sku="V-0")
    change(product, variants=[{"id": first.pk, "sku": "V-00"}])
    assert last_change(product).base_version is None
    assert drift(product) == []


def test_the_check_finds_a_part_that_is_not_what_the_log_says() -> None:
    product = large()
    change(product, name="Another name")
    Variant.objects.filter(product=product, sku="V-3").update(sku="BENT")
    (found,) = check_log("product", [product.pk])
    assert found.check == "change-log"


def test_a_list_in_the_product_leaves_the_variants_that_it_does_not_show() -> None:
    product = large(104)
    shown = body_of(product)["variants"]
    kept = [{"id": UUID(each["id"]), "position": each["position"]} for each in shown[1:]]
    change(product, variants=kept)
    assert product.variants.count() == 103
    assert not product.variants.filter(sku="V-0").exists()
    assert product.variants.filter(sku="V-103").exists()


def test_a_batch_adds_variants_behind_the_others_in_a_fixed_number_of_statements() -> None:
    counts = []
    for size in (2, 200):
        product = ProductFactory.create(variants=[])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = create_variants(
                product.pk, items=many(size, size * 1000), expected_version=1, actor=SYSTEM
            )
        counts.append(len(queries))
        assert [row.position for row in rows] == list(range(size))
        assert body_of(product)["variant_count"] == size
    assert counts[0] == counts[1]


def test_deleting_in_the_middle_leaves_room_behind_the_last() -> None:
    product = large(3)
    delete_variant(
        product.pk, product.variants.get(sku="V-1").pk, expected_version=None, actor=SYSTEM
    )
    added = create_variant(product.pk, values={"sku": "X"}, expected_version=None, actor=SYSTEM)
    assert added.position == 3


def test_adding_one_costs_the_same_statements_however_many_there_are() -> None:
    counts = []
    for count in (5, 300):
        product = ProductFactory.create(
            variants=[{**each, "sku": f"{count}-{each['sku']}"} for each in many(count)]
        )
        with CaptureQueriesContext(connection) as queries:
            values: Any = {"sku": f"{count}-X"}
            create_variant(product.pk, values=values, expected_version=None, actor=SYSTEM)
        counts.append(len(queries))
    assert counts[0] == counts[1]
