"""`?as_of=`: the product as it was, printed as it was printed then."""

from datetime import timedelta
from typing import Any

import pytest

from products.changes.retention import forget_changes
from products.models import Change, Product
from products.services import products
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db(transaction=True)  # each write has an instant of its own


def update(product: Product, **values: Any) -> None:
    products.update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def test_each_version_is_printed_as_it_was(editor: Any) -> None:
    material = AttributeFactory.create(code="material")
    other = ProductFactory.create(name="Other")
    product = ProductFactory.create(
        product_type=ProductTypeFactory.create(attributes=[material]),
        attributes={"material": "oak"},
        categories=[CategoryFactory.create()],
        variants=[
            {"sku": "A", "options": {"Size": "S"}, "prices": [price("1.50"), price("2", "EUR")]},
            {"sku": "B", "options": {"Size": "M"}, "media": ["https://x.test/1.png"]},
        ],
        media=[{"url": "https://x.test/1.png", "alt": "One"}],
    )
    path = f"/api/v1/products/{product.pk}"
    seen = [editor.get(path).json()]
    for values in (
        {"name": "Two", "tags": ["b"], "categories": [], "media": []},
        {"variants": [{"sku": "C", "options": {"Size": "L"}, "prices": [price("9")]}]},
        {"relations": [{"kind": "accessory", "product": other.pk}], "attributes": {}},
    ):
        update(product, **values)
        seen.append(editor.get(path).json())
    assert len({each["version"] for each in seen}) == 4
    instants = dict(Change.objects.filter(aggregate_id=product.pk).values_list("version", "at"))
    for wanted in seen:
        at = instants[wanted["version"]].isoformat().replace("+00:00", "Z")
        for as_of in (wanted["version"], at):
            found = editor.get(f"{path}?as_of={as_of}")
            assert found.json() == wanted
            assert found["ETag"].startswith(f'"{wanted["version"]}-')
    part = editor.get(f"{path}?as_of=1&fields=name,tags")
    assert part.json() == {"name": seen[0]["name"], "tags": []}
    assert editor.patch(path, {"name": "Z"}, HTTP_IF_MATCH=part["ETag"]).status_code == 412


def test_what_was_not_there_or_nobody_knows_any_more(editor: Any) -> None:
    product = ProductFactory.create(name="One")
    path = f"/api/v1/products/{product.pk}"
    update(product, name="Two")
    first, second = Change.objects.filter(aggregate_id=product.pk).order_by("version")
    products.delete_product(product.pk, expected_version=None, actor=SYSTEM)
    before = (first.at - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert editor.get(f"{path}?as_of={before}").status_code == 404
    assert editor.get(f"{path}?as_of=3").status_code == 404  # it is the tombstone
    assert editor.get(f"{path}?as_of=2").json()["name"] == "Two"
    assert editor.get(f"{path}?as_of=1").json()["name"] == "One"
    assert editor.get(f"{path}?as_of=99").status_code == 404
    Change.objects.filter(pk=first.pk).delete()
    at = first.at.isoformat().replace("+00:00", "Z")
    for as_of in ("1", at):
        answer = editor.get(f"{path}?as_of={as_of}")
        assert (answer.status_code, answer.json()["code"]) == (410, "version-forgotten")
    assert forget_changes(second.at) == 0


@pytest.mark.parametrize("query", ["as_of=yesterday", "as_of=2999-01-01T00:00:00Z", "as_of="])
def test_an_instant_that_says_nothing_is_refused(editor: Any, query: str) -> None:
    product = ProductFactory.create()
    answer = editor.get(f"/api/v1/products/{product.pk}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/as_of")


def test_it_is_for_editors(viewer: Any, anonymous: Any) -> None:
    product = ProductFactory.create()
    path = f"/api/v1/products/{product.pk}?as_of=1"
    assert (viewer.get(path).status_code, anonymous.get(path).status_code) == (403, 401)
