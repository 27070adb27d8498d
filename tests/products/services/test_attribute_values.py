"""What a type accepts comes back equal; what it refuses leaves no trace."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from products.documents import build
from products.errors import AttributesRefused
from products.models import Attribute, Change, Document, Product, ProductType, Variant
from products.services.attribute_types import AttributeSpec, Refused, clean_value
from products.services.products import create_product, create_products, update_product
from tests.products.attribute_values import ACCEPTED, ATTRIBUTES, OPTIONS, anything
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db
relaxed = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SPECS = {
    kind: AttributeSpec("x", kind, facts.get("dimension", ""), options=frozenset(OPTIONS))
    for kind, facts in ATTRIBUTES.items()
}


@pytest.fixture
def everything() -> ProductType:
    """A type with an attribute of each type, for products and again for variants."""
    attributes, of_variants = (
        [
            AttributeFactory.create(code=f"{prefix}{kind}", type=kind, **facts)
            for kind, facts in ATTRIBUTES.items()
        ]
        for prefix in ("", "v_")
    )
    return ProductTypeFactory.create(attributes=attributes, variant_attributes=of_variants)


def printed(product_id: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(Document.objects.get(product=product_id).body)
    return body


def values_of(shown: list[dict[str, Any]]) -> dict[str, Any]:
    return {each["code"]: each["value"] for each in shown}


@relaxed
@given(values=st.fixed_dictionaries({}, optional=ACCEPTED))
def test_what_a_type_accepts_comes_back_equal(everything: ProductType, values: Any) -> None:
    of_variant = {f"v_{code}": value for code, value in values.items()}
    key = create_product(
        values={
            "name": "All",
            "product_type": everything.pk,
            "attributes": values,
            "variants": [{"attributes": of_variant}],
        },
        actor=SYSTEM,
    )
    body = printed(key)
    assert values_of(body["attributes"]) == values
    assert list(values_of(body["attributes"])) == [code for code in ATTRIBUTES if code in values]
    assert values_of(body["variants"][0]["attributes"]) == of_variant
    assert build.drifted([key]) == []


@relaxed
@given(kind=st.sampled_from(sorted(ATTRIBUTES)), value=anything)
@example(kind="text", value="half \ud800 pair")
@example(kind="text", value="nul \0")
@example(kind="json", value={"a": "\0"})
@example(kind="json", value="\ud800")
@example(kind="json", value=2**70)
@example(kind="long_text", value="<img src=x onerror=alert(1)>")
@example(kind="decimal", value=float("nan"))
@example(kind="decimal", value=1e300)
@example(kind="datetime", value="0001-01-01T00:00:00+23:00")
@example(kind="measurement", value={"value": "1", "unit": []})
@example(kind="choice", value=["oak"])
def test_what_a_type_refuses_leaves_no_trace(
    everything: ProductType, kind: str, value: Any
) -> None:
    product = ProductFactory.create(product_type=everything, attributes={"integer": 7})
    changes = Change.objects.count()
    try:
        clean_value(SPECS[kind], value)
        is_accepted = True
    except Refused:
        is_accepted = False
    update: Any = {"name": "New", "attribute_changes": {kind: value}}
    if is_accepted or value is None:
        update_product(
            product.pk, values=update, expected_version=None, may_publish=True, actor=SYSTEM
        )
        stored = Product.objects.get(pk=product.pk).attributes.get(kind)
        assert value is None or clean_value(SPECS[kind], stored) == stored
        return
    with pytest.raises(AttributesRefused):
        update_product(
            product.pk, values=update, expected_version=None, may_publish=True, actor=SYSTEM
        )
    product.refresh_from_db()
    assert (product.attributes, product.version) == ({"integer": 7}, 1)
    assert product.name != "New"
    assert Change.objects.count() == changes


@pytest.mark.parametrize(
    ("kind", "given_value", "stored"),
    [
        ("decimal", "0012.500", "12.5"),
        ("decimal", "-0.0", "0"),
        ("decimal", 0.003, "0.003"),
        ("decimal", 1e-7, "0.0000001"),
        ("decimal", 23000.0, "23000"),
        ("datetime", "2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00.000000Z"),
        ("colour", "#FC0", "#ffcc00"),
        ("colour", "#AABBCC80", "#aabbcc80"),
        ("multi_choice", ["steel", "oak"], ["oak", "steel"]),
        ("measurement", {"value": "2.50", "unit": "in"}, {"value": "2.5", "unit": "in"}),
        ("long_text", "a & b<br/>", "a &amp; b<br>"),
        ("long_text", "<p>one\r\n<p>two", "<p>one\n</p><p>two</p>"),
        ("long_text", "5 < 6", "5 &lt; 6"),
        ("long_text", "<pre>\nx</pre>", "<pre>x</pre>"),
        (
            "long_text",
            "<table><tr><td colspan=2>1</td></tr></table>",
            '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
        ),
        (
            "long_text",
            "<a href='https://a.example/?b=1&c=2'>x</a>",
            '<a href="https://a.example/?b=1&amp;c=2">x</a>',
        ),
        ("text", " kept <b> & \n", " kept <b> & \n"),
    ],
)
def test_each_value_has_one_form(kind: str, given_value: Any, stored: Any) -> None:
    assert clean_value(SPECS[kind], given_value) == stored
    assert clean_value(SPECS[kind], stored) == stored


@pytest.mark.parametrize(
    ("kind", "value", "place", "why"),
    [
        ("text", 5, "", "Give a JSON string."),
        ("text", " ", "", "This may not be blank; null takes the value away."),
        ("text", "x" * 10_001, "", "At most 10000 characters are kept; these are 10001."),
        ("integer", True, "", "Give a whole JSON number."),
        ("integer", 1.0, "", "Give a whole JSON number."),
        ("integer", 2**53, "", "Beyond ±9007199254740991: use a decimal attribute."),
        ("boolean", "true", "", "Give true or false."),
        ("date", "2026-02-30", "", "There is no such day."),
        ("date", "2026-2-3", "", "Give a day, such as 2026-03-01."),
        ("datetime", "2026-13-01T00:00:00Z", "", "There is no such instant."),
        ("choice", "gold", "", "There is no option 'gold'."),
        ("multi_choice", ["oak", "gold"], "/1", "There is no option 'gold'."),
        ("multi_choice", ["oak", "oak"], "/1", "'oak' is given twice."),
        ("measurement", {"value": "x", "unit": "m"}, "/value", None),
        ("measurement", {"value": "1", "unit": "kg"}, "/unit", None),
        ("measurement", "1 m", "", 'Give {"value": "12.5", "unit": "cm"}.'),
        ("url", "javascript:alert(1)", "", "Give an address with http:// or https://."),
        ("long_text", "<script>alert(1)</script>", "", "Not allowed in rich text: <script>"),
        ("long_text", "<p onclick=x>y</p>", "", "Not allowed in rich text: onclick='x' of <p>"),
        ("long_text", "a<!-- note -->", "", "Not allowed in rich text: <!-- note -->"),
        ("long_text", "<!DOCTYPE html>a", "", "Not allowed in rich text: <!DOCTYPE html>"),
        ("long_text", "a<?php b ?>", "", None),
        ("long_text", "<![CDATA[a]]>", "", None),
        ("long_text", "<form><p>a</p></form>", "", "Not allowed in rich text: <form>"),
        ("long_text", "<a href='data:text/html,x'>a</a>", "", None),
        ("long_text", "<svg><p>x</p></svg>", "", None),
        ("long_text", "<pre>\n\nx</pre>", "", None),
        ("long_text", "&" * 30_000, "", None),
        ("long_text", f"<p class='{'x' * 99}'>a</p>", "", None),
        ("date", "0000-01-01", "", "There is no such day."),
        ("datetime", "2026-01-01", "", None),
        ("datetime", "0001-01-01T00:00:00+23:00", "", "There is no such instant."),
        ("colour", "red", "", "Give a colour as #rrggbb or #rrggbbaa."),
        ("multi_choice", "oak", "", None),
        ("multi_choice", ["oak"] * 101, "", "At most 100 options can be chosen."),
        ("json", None, "", None),
        ("json", "\0", "", "NUL cannot be stored."),
        ("json", "x" * 20_001, "", "At most 20000 bytes are kept."),
    ],
)
def test_a_refusal_says_where_and_why(kind: str, value: Any, place: str, why: str | None) -> None:
    with pytest.raises(Refused) as refused:
        clean_value(SPECS[kind], value)
    assert refused.value.place == place
    assert why is None or str(refused.value) == why


@pytest.mark.parametrize(
    ("kind", "rules", "right", "wrong"),
    [
        ("text", {"min_length": 2, "max_length": 3}, ["ab", "abc"], ["a", "abcd"]),
        ("text", {"pattern": "[A-Z]{2}[0-9]+"}, ["AB1"], ["AB", "xAB1", "AB1\n"]),
        ("text", {"pattern": "(a+)+b"}, ["aab"], ["a" * 5_000]),
        ("integer", {"min": 1, "max": 9}, [1, 9], [0, 10]),
        ("decimal", {"min": "0.5"}, ["0.5"], ["0.49"]),
        ("date", {"max": "2026-01-01"}, ["2026-01-01"], ["2026-01-02"]),
        (
            "datetime",
            {"min": "2026-01-01T00:00:00Z"},
            ["2026-01-01T00:00:00Z"],
            ["2025-12-31T23:59:59Z"],
        ),
        ("multi_choice", {"min_length": 2}, [["oak", "zinc"]], [["oak"]]),
        (
            "measurement",
            {"min": "1", "max": "2", "unit": "m"},
            [{"value": "100", "unit": "cm"}, {"value": "6.5", "unit": "ft"}],
            [{"value": "99.9", "unit": "cm"}, {"value": "79", "unit": "in"}],
        ),
    ],
)
def test_rules_judge_values(kind: str, rules: Any, right: list[Any], wrong: list[Any]) -> None:
    extra = {"dimension": "length"} if kind == "measurement" else {}
    options = ["oak", "zinc"] if kind == "multi_choice" else []
    attribute = AttributeFactory.create(type=kind, rules=rules, options=options, **extra)
    kind_of_product = ProductTypeFactory.create(attributes=[attribute])
    for value in right:
        ProductFactory.create(product_type=kind_of_product, attributes={attribute.code: value})
    for value in wrong:
        with pytest.raises(AttributesRefused):
            ProductFactory.create(product_type=kind_of_product, attributes={attribute.code: value})
    assert Product.objects.count() == len(right)


def test_every_flaw_is_named_at_its_place(everything: ProductType) -> None:
    values: Any = {
        "name": "Wrong",
        "product_type": everything.pk,
        "attributes": {"integer": "7", "nonsense/~": 1, "v_text": "x", "boolean": True},
        "variants": [{"attributes": {"v_measurement": {"value": "1", "unit": "kg"}, "text": "x"}}],
    }
    with pytest.raises(AttributesRefused) as refused:
        create_product(values=values, actor=SYSTEM)
    assert [flaw.pointer for flaw in refused.value.flaws] == [
        "/attributes/integer",
        "/attributes/nonsense~1~0",
        "/attributes/v_text",
        "/variants/0/attributes/v_measurement/unit",
        "/variants/0/attributes/text",
    ]
    assert not Product.objects.exists()


def test_values_are_bounded(everything: ProductType) -> None:
    too_large = {"text": "x", "json": ["y" * 5_000] * 3}
    product = ProductFactory.create(product_type=everything, attributes=too_large)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("products.services.attribute_values.MAX_BYTES", 15_000)
        for values in ({"attributes": too_large}, {"attribute_changes": {"integer": 1}}):
            with pytest.raises(AttributesRefused, match="at most 15000 bytes"):
                update_product(
                    product.pk,
                    values=values,  # type: ignore[arg-type]  # plain values
                    expected_version=None,
                    may_publish=True,
                    actor=SYSTEM,
                )
        patch.setattr("products.services.attribute_values.MAX_VALUES", 1)
        with pytest.raises(AttributesRefused, match="At most 1 attributes"):
            ProductFactory.create(product_type=everything, attributes={"text": "a", "integer": 1})
    assert Product.objects.count() == 1


def test_a_product_without_a_type_has_no_attributes() -> None:
    with pytest.raises(AttributesRefused, match="name its product_type"):
        ProductFactory.create(attributes={"size": 1})


def test_a_reference_names_something_that_is_there_and_stays() -> None:
    attributes = [AttributeFactory.create(code=kind, type=kind) for kind in ("product", "category")]
    kind = ProductTypeFactory.create(attributes=attributes)
    missing = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e01"
    with pytest.raises(AttributesRefused) as refused:
        ProductFactory.create(
            product_type=kind, attributes={"product": missing, "category": missing}
        )
    assert [(flaw.pointer, flaw.detail) for flaw in refused.value.flaws] == [
        ("/attributes/product", f"There is no product {missing}."),
        ("/attributes/category", f"There is no category {missing}."),
    ]
    target, category = ProductFactory.create(), CategoryFactory.create()
    values = {"product": str(target.pk).upper(), "category": str(category.pk)}
    key = ProductFactory.create(product_type=kind, attributes=values).pk
    shown = values_of(printed(key)["attributes"])
    assert shown == {"product": str(target.pk), "category": str(category.pk)}


def test_a_thousand_values_cost_no_more_statements_than_one(
    django_assert_max_num_queries: Any,
) -> None:
    attributes = [
        AttributeFactory.build(code=f"a{n}", name=f"A{n}", type="integer") for n in range(1_000)
    ]
    Attribute.objects.bulk_create(attributes)
    kind = ProductTypeFactory.create(attributes=attributes)
    for count in (1, 200, 1_000):
        values: Any = [
            {
                "name": f"P{n}",
                "product_type": kind.pk,
                "attributes": {f"a{n}": n for n in range(count)},
                "variants": [{"sku": f"{count}-{n}"}],
            }
            for n in range(3)
        ]
        with django_assert_max_num_queries(20) as queries:
            create_products(values, actor=SYSTEM)
        assert len(queries) == 14
    assert Variant.objects.count() == 9
