"""`GET /products/facets`: a value that is filtered by is there, be it with no product."""

from typing import Any

import pytest

from tests.products.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db
PATH = "/api/v1/products/facets"


def counts(answer: Any) -> dict[str, dict[str, tuple[int, bool]]]:
    assert answer.status_code == 200, answer.content
    return {
        facet["name"]: {
            each["label"]: (each["count"], each["is_selected"]) for each in facet["values"]
        }
        for facet in answer.json()["facets"]
    }


def test_a_chosen_value_is_listed_also_without_products(anonymous: Any) -> None:
    wood = AttributeFactory.create(
        code="wood", type="choice", options=["oak", "ash"], is_filterable=True
    )
    deep = AttributeFactory.create(code="deep", type="decimal", is_filterable=True)
    kind = ProductTypeFactory.create(name="Furniture", attributes=[wood, deep])
    other = ProductTypeFactory.create(name="Cloth")
    red, blue = BrandFactory.create(name="Red"), BrandFactory.create(name="Blue")
    home, garden = CategoryFactory.create(name="Home"), CategoryFactory.create(name="Garden")
    ProductFactory.create(
        brand=red, categories=[home], product_type=kind, attributes={"wood": "oak"}, tags=["a"]
    )
    ProductFactory.create(
        brand=blue, categories=[garden], product_type=other, tags=["b"], variants=[{}]
    )
    chosen = {
        "tag": "a",
        "brand": str(blue.pk),
        "category": str(garden.pk),
        "product_type": str(other.pk),
        "availability": "backorder",
        "attributes.wood": "ash",
        "attributes.deep": "2.5",
    }
    found = {name: counts(anonymous.get(PATH, {"tag": "a", name: chosen[name]})) for name in chosen}
    assert found["brand"]["brand"] == {"Red": (1, False), "Blue": (0, True)}
    assert found["category"]["category"] == {"Home": (1, False), "Garden": (0, True)}
    assert found["product_type"]["product_type"] == {"Furniture": (1, False), "Cloth": (0, True)}
    assert found["availability"]["availability"] == {
        "in_stock": (1, False),
        "backorder": (0, True),
    }
    assert found["attributes.wood"]["attributes.wood"] == {"OAK": (1, False), "ASH": (0, True)}
    assert found["attributes.deep"]["attributes.deep"] == {}  # ranges, of which there is none
    # All at once leave nothing, and each is still there to be taken away.
    nothing = counts(anonymous.get(PATH, chosen))
    assert nothing["brand"] == {"Blue": (0, True)}
    assert nothing["attributes.wood"] == {"ASH": (0, True)}


def test_a_chosen_value_is_among_those_that_most_products_have(
    anonymous: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.documents.facets.MOST_VALUES", 2)
    brands = [BrandFactory.create(name=f"B{n}") for n in range(4)]
    for n, brand in enumerate(brands):
        ProductFactory.create_batch(4 - n, brand=brand, variants=[{}])
    answer = anonymous.get(PATH, {"brand": str(brands[3].pk), "facets": "brand"})
    assert counts(answer)["brand"] == {"B0": (4, False), "B3": (1, True)}
    assert answer.json()["facets"][0]["has_more"] is True
