"""A rule finds what a naive evaluation finds; what says nothing is refused with its place."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents import memberships
from products.errors import RuleRefused
from products.models import CollectionProduct, Product
from products.services.catalog_check import check_products
from products.services.collection_preview import preview_rule
from products.services.collection_rules import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    compile_rule,
)
from tests.products.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)
from tests.products.naive_rules import finds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAGS = ["oak", "sale", 'say "hi"', "$v1", "ä\\u0000"]
AMOUNTS = ["0", "4.99", "5", "19.90", "250"]
DECIMALS = ["-1", "0", "0.3", "12.5", "99999999999999999999.00000000000000000001"]
SIZES = [
    ("45", "cm"),
    ("0.45", "m"),
    ("17.71653543307086614173", "in"),
    ("1", "ft"),
    ("30.48", "cm"),
]


class Shop:
    """Thirty products with everything that rules ask for, here and there."""

    def __init__(self) -> None:
        self.brands = BrandFactory.create_batch(2)
        self.root = CategoryFactory.create()
        self.leaf = CategoryFactory.create(parent=self.root)
        of_variant = AttributeFactory.create(code="fit", type="choice", options=["s", "m"])
        attributes = [
            AttributeFactory.create(code="wood", type="multi_choice", options=["oak", "ash"]),
            AttributeFactory.create(code="rating", type="decimal"),
            AttributeFactory.create(code="pieces", type="integer"),
            AttributeFactory.create(code="width", type="measurement", dimension="length"),
            AttributeFactory.create(code="heat", type="measurement", dimension="temperature"),
            AttributeFactory.create(code="made-on", type="date"),
            AttributeFactory.create(code="tested", type="datetime"),
            AttributeFactory.create(code="vegan", type="boolean"),
            AttributeFactory.create(code="label", type="text", is_localizable=True),
        ]
        self.type = ProductTypeFactory.create(
            attributes=attributes, variant_attributes=[of_variant]
        )
        self.other = ProductTypeFactory.create()
        chance = random.Random(3)
        for _ in range(30):
            self._product(chance)

    def _product(self, chance: random.Random) -> None:
        def some(values: Any, most: int = 3) -> list[Any]:
            return chance.sample(values, chance.randint(0, min(most, len(values))))

        width, unit = chance.choice(SIZES)
        described = {
            "wood": chance.choice([["oak"], ["ash"], ["oak", "ash"]]),
            "rating": chance.choice(DECIMALS),
            "pieces": chance.randint(-2, 3),
            "width": {"value": width, "unit": unit},
            "heat": chance.choice([{"value": "32", "unit": "°F"}, {"value": "0", "unit": "°C"}]),
            "made-on": f"2026-0{chance.randint(1, 3)}-01",
            "tested": f"2026-01-01T0{chance.randint(0, 3)}:00:00+02:00",
            "vegan": chance.choice([True, False]),
            "label": {"en": chance.choice(["Oak", "Ash"])},
        }
        kind = chance.choice([self.type, self.type, self.other, None])
        is_described = kind is self.type
        sizes = some(["s", "m"])
        ProductFactory.create(
            status=chance.choice(["published", "draft"]),
            publish_at=chance.choice([None, NOW, NOW + timedelta(microseconds=1)]),
            brand=chance.choice([*self.brands, None]),
            categories=some([self.root, self.leaf]),
            tags=some(TAGS),
            product_type=kind,
            attributes={code: described[code] for code in some(list(described), 9)}
            if is_described
            else {},
            variants=[
                {
                    "options": {"n": str(n)},
                    "prices": [price(chance.choice(AMOUNTS)), price("1", "EUR")][n % 2 :],
                    "attributes": {"fit": size} if is_described else {},
                }
                for n, size in enumerate(sizes)
            ],
        )


def conditions(shop: Shop) -> st.SearchStrategy[dict[str, Any]]:
    def field(name: str, values: list[Any], **more: Any) -> st.SearchStrategy[dict[str, Any]]:
        chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3)
        operator = st.sampled_from(["is", "is_not"])
        fixed = {name: st.just(value) for name, value in {"field": name, **more}.items()}
        return st.fixed_dictionaries({**fixed, "operator": operator, "value": chosen})

    def bounded(name: str, values: list[Any], **more: Any) -> st.SearchStrategy[dict[str, Any]]:
        fixed = {name: st.just(value) for name, value in {"field": name, **more}.items()}
        operator = st.sampled_from(["at_least", "at_most"])
        return st.fixed_dictionaries(
            {**fixed, "operator": operator, "value": st.sampled_from(values)}
        )

    def there(name: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
        said = {"field": name, "operator": "exists", **more}
        return st.booleans().map(lambda value: {**said, "value": value})

    sizes = [{"value": value, "unit": unit} for value, unit in SIZES]
    heat = [{"value": "273.15", "unit": "K"}, {"value": "0.01", "unit": "°C"}]
    instants = [(NOW + timedelta(microseconds=n)).isoformat() for n in range(3)]
    created = [
        each.isoformat() for each in Product.objects.values_list("created_at", flat=True)[:5]
    ]
    return st.one_of(
        field("status", ["draft", "published", "archived"]),
        field("brand", [str(brand.pk) for brand in shop.brands]),
        field("category", [str(shop.root.pk), str(shop.leaf.pk)]),
        field("product_type", [str(shop.type.pk), str(shop.other.pk)]),
        field("tag", TAGS),
        bounded("price", [*AMOUNTS, "5.00"]),
        bounded("publish_at", instants),
        bounded("created_at", created),
        *(there(name) for name in ("brand", "category", "tag", "price", "publish_at")),
        field("attribute", ["oak", "ash"], attribute="wood"),
        field("attribute", DECIMALS, attribute="rating"),
        bounded("attribute", DECIMALS, attribute="rating"),
        field("attribute", [-2, 0, 3], attribute="pieces"),
        bounded("attribute", ["0.5", 1], attribute="pieces"),
        bounded("attribute", sizes, attribute="width"),
        bounded("attribute", heat, attribute="heat"),
        bounded("attribute", ["2026-02-01", "2026-02-02"], attribute="made-on"),
        bounded("attribute", ["2026-01-01T00:00:00Z"], attribute="tested"),
        field("attribute", [True, False], attribute="vegan"),
        field("attribute", ["Oak", "Elm"], attribute="label"),
        field("attribute", ["s", "m"], attribute="fit"),
        *(there("attribute", attribute=code) for code in ("wood", "width", "fit", "label")),
    )


def rules(shop: Shop) -> st.SearchStrategy[dict[str, Any]]:
    def group(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        several = st.lists(inner, min_size=1, max_size=3)
        return st.fixed_dictionaries(
            {"match": st.sampled_from(["all", "any"]), "conditions": several}
        )

    one = conditions(shop)
    return group(one | group(one | group(one)))


@pytest.mark.parametrize("examples", [50, pytest.param(5_000, marks=pytest.mark.soak)])
def test_a_rule_finds_what_a_naive_evaluation_finds(examples: int) -> None:
    shop = Shop()
    related = ("memberships__category", "variants__prices")
    products = list(Product.objects.order_by("-pk").prefetch_related(*related))
    keys = [product.pk for product in products]

    @settings(deadline=None, max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(rule=rules(shop))
    def check(rule: dict[str, Any]) -> None:
        compiled = compile_rule(rule)
        found = memberships.found_by(compiled.path, json.dumps(compiled.values), keys)
        assert found == [product.pk for product in products if finds(rule, product)]

    check()


def test_stored_rules_find_what_a_naive_evaluation_finds() -> None:
    """Several at once, each its own; and after them, each write keeps it so."""
    shop = Shop()
    some = [
        {"field": "tag", "operator": "is", "value": ["oak"]},
        {"field": "brand", "operator": "is_not", "value": [str(shop.brands[0].pk)]},
        {"field": "attribute", "attribute": "rating", "operator": "at_least", "value": "0.3"},
        {"field": "price", "operator": "at_most", "value": "5"},
    ]
    made = [CollectionFactory.create(rule={"match": "all", "conditions": [each]}) for each in some]
    chance = random.Random(5)
    for _ in range(5):
        shop._product(chance)
    for collection in made:
        rows = CollectionProduct.objects.filter(collection=collection)
        found = set(rows.values_list("product", flat=True))
        assert found == {
            each.pk for each in Product.objects.all() if finds(collection.rule or {}, each)
        }
        assert found
    assert list(check_products(list(Product.objects.values_list("pk", flat=True)))) == []


def test_a_preview_counts_and_shows_the_newest() -> None:
    products = ProductFactory.create_batch(25, tags=["sale"])
    ProductFactory.create()
    rule = {
        "match": "all",
        "conditions": [{"field": "tag", "operator": "is", "value": ["sale"]}],
    }
    found = preview_rule(rule)
    assert found.count == 25
    assert found.first == [product.pk for product in products[::-1][:20]]
    assert not CollectionProduct.objects.exists()


def group(*conditions: Any, match: Any = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"field": "tag", "operator": "exists", "value": True}
    for _ in range(depth):
        rule = group(rule)
    return rule


def said(field: str, operator: Any, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


TAGGED = said("tag", "is", ["a"])
NO_DAY = "2026-02-30T00:00:00Z"


@pytest.mark.parametrize(
    ("rule", "places"),
    [
        ({}, [""]),
        ([], [""]),
        ({"match": "all"}, [""]),
        (group(), ["/conditions"]),
        (group(TAGGED, match="none"), ["/match"]),
        (group(said("colour", "is", ["a"])), ["/conditions/0/field"]),
        (group(TAGGED, said("tag", "at_least", "a")), ["/conditions/1/operator"]),
        (group(said("tag", ["is"], ["a"])), ["/conditions/0/operator"]),
        (group(said("tag", "is", "a")), ["/conditions/0/value"]),
        (group(said("tag", "is", [])), ["/conditions/0/value"]),
        (
            group(said("tag", "is", ["a", "\0", 3])),
            ["/conditions/0/value/1", "/conditions/0/value/2"],
        ),
        (group({**TAGGED, "extra": 1}), ["/conditions/0/extra"]),
        (group({"field": "tag"}), ["/conditions/0/operator", "/conditions/0/value"]),
        (group("tag"), ["/conditions/0"]),
        (group(said("tag", "exists", ["a"])), ["/conditions/0/value"]),
        (group(said("price", "at_most", "1e3")), ["/conditions/0/value"]),
        (group(said("price", "at_most", True)), ["/conditions/0/value"]),
        (group(said("status", "is", ["gone"])), ["/conditions/0/value/0"]),
        (group(said("created_at", "at_least", "yesterday")), ["/conditions/0/value"]),
        (group(said("created_at", "at_least", NO_DAY)), ["/conditions/0/value"]),
        (group(said("brand", "is", ["acme"])), ["/conditions/0/value/0"]),
        (
            group(said("attribute", "exists", True, attribute="x\0")),
            ["/conditions/0/attribute"],
        ),
        (
            group(said("attribute", "exists", True, attribute=["x"])),
            ["/conditions/0/attribute"],
        ),
        (nested(MAX_DEPTH + 1), ["/conditions/0" * MAX_DEPTH]),
        (group(*[TAGGED] * (MAX_CONDITIONS + 1)), ["/conditions"]),
    ],
)
def test_what_says_nothing_is_refused_with_its_place(rule: Any, places: list[str]) -> None:
    with pytest.raises(RuleRefused) as refused:
        compile_rule(rule)
    assert [flaw.pointer for flaw in refused.value.flaws] == [f"/rule{place}" for place in places]


@pytest.mark.parametrize(
    ("code", "operator", "value", "place"),
    [
        ("wood", "is", ["oak", "elm"], "/1"),
        ("wood", "at_least", "oak", None),
        ("width", "at_least", {"value": "1", "unit": "kg"}, "/unit"),
        ("width", "at_least", "1", ""),
        ("made-on", "at_most", "2026-02-30", ""),
        ("vegan", "is", ["true"], "/0"),
    ],
)
def test_values_are_those_of_the_attribute(
    code: str, operator: str, value: Any, place: str | None
) -> None:
    AttributeFactory.create(code="wood", type="multi_choice", options=["oak"])
    AttributeFactory.create(code="width", type="measurement", dimension="length")
    AttributeFactory.create(code="made-on", type="date")
    AttributeFactory.create(code="vegan", type="boolean")
    with pytest.raises(RuleRefused) as refused:
        compile_rule(group(said("attribute", operator, value, attribute=code)))
    end = "operator" if place is None else f"value{place}"
    assert refused.value.flaws[0].pointer == f"/rule/conditions/0/{end}"


def test_a_rule_of_the_greatest_size_is_taken() -> None:
    many = [f"tag {n}" for n in range(100)]
    rule = group(*[{**TAGGED, "value": many}] * MAX_CONDITIONS)
    compiled = compile_rule(rule)
    assert len(compiled.values) > MAX_CONDITIONS
    assert memberships.found_by(compiled.path, json.dumps(compiled.values), []) == []
    assert compile_rule(nested(MAX_DEPTH)).path == 'exists ($."tag"[*])'
