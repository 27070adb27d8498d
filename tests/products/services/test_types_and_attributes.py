"""Types, attributes and options: what may change, what it takes away, and who is told."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from products.errors import (
    AttributesRefused,
    CodeTaken,
    InvalidValue,
    ProductIncomplete,
    StillInUse,
    ValuesWouldBeLost,
)
from products.models import (
    Attribute,
    Category,
    Change,
    Channel,
    ChannelLocale,
    Document,
    Locale,
    Product,
    ProductType,
    Variant,
)
from products.services.attributes import create_attribute, delete_attribute, update_attribute
from products.services.categories import delete_category
from products.services.product_types import delete_product_type, update_product_type
from products.services.products import (
    create_products,
    delete_product,
    publish_product,
    update_product,
)
from products.services.rebuilding import rebuild_documents
from products.services.variants import create_variant, update_variant
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
)
from tests.products.naive_attributes import shown_attributes

pytestmark = pytest.mark.django_db
COLOURS = ["red", "blue", "green"]


@pytest.fixture(autouse=True)
def whole_catalog() -> Any:
    """Whatever a test did: everything derived is what the truth gives."""
    yield
    call_command("check_catalog", "--json")


def body_of(product: Product, view: int = 1) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(Document.objects.get(product=product, view=view).body)
    return body


def write(product: Product, **values: Any) -> None:
    options = {"accept_loss": values.pop("accept_loss", False)}
    update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
        **options,
    )
    product.refresh_from_db()


def change_attribute(attribute: Attribute, **values: Any) -> None:
    accept_loss = values.pop("accept_loss", False)
    update_attribute(
        attribute.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        accept_loss=accept_loss,
        actor=SYSTEM,
    )


def change_type(kind: ProductType, **values: Any) -> None:
    accept_loss = values.pop("accept_loss", False)
    update_product_type(
        kind.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        accept_loss=accept_loss,
        actor=SYSTEM,
    )


@pytest.fixture
def colour() -> Attribute:
    return AttributeFactory.create(code="colour", type="choice", options=COLOURS)


@pytest.fixture
def finishes() -> Attribute:
    return AttributeFactory.create(code="finishes", type="multi_choice", options=COLOURS)


@pytest.fixture
def size() -> Attribute:
    return AttributeFactory.create(code="size", type="integer")


@pytest.fixture
def kind(colour: Attribute, finishes: Attribute, size: Attribute) -> ProductType:
    return ProductTypeFactory.create(
        name="Chair", attributes=[colour, finishes], variant_attributes=[size]
    )


@pytest.fixture
def chair(kind: ProductType) -> Product:
    return ProductFactory.create(
        product_type=kind,
        attributes={"colour": "red", "finishes": ["red", "green"]},
        variants=[{"sku": "S", "attributes": {"size": 1}}, {"sku": "M", "options": {"Size": "M"}}],
    )


def test_a_document_shows_values_with_their_names_and_labels(chair: Product) -> None:
    body = body_of(chair)
    assert body["product_type"] == {
        "id": str(chair.product_type_id),
        "slug": "chair",
        "name": "Chair",
    }
    assert body["attributes"] == [
        {
            "code": "colour",
            "name": "Colour",
            "type": "choice",
            "group": "",
            "value": "red",
            "labels": ["RED"],
        },
        {
            "code": "finishes",
            "name": "Finishes",
            "type": "multi_choice",
            "group": "",
            "value": ["red", "green"],
            "labels": ["RED", "GREEN"],
        },
    ]
    assert [each["value"] for each in body["variants"][0]["attributes"]] == [1]
    assert body["variants"][1]["attributes"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Shade"},
        {"group": "Look"},
        {"options": [{"code": c, "label": c.title()} for c in COLOURS]},
    ],
)
def test_documents_follow_what_an_attribute_is_called(
    chair: Product, colour: Attribute, change: Any
) -> None:
    before = body_of(chair)
    change_attribute(colour, **change)
    after = body_of(chair)
    assert after["attributes"] == shown_attributes(chair.attributes, chair)
    assert after["attributes"] != before["attributes"]
    assert after["version"] == before["version"] == 1
    assert Change.objects.filter(event="attribute.updated").count() == 1


def test_options_are_printed_in_their_order(chair: Product, finishes: Attribute) -> None:
    options = [{"code": code, "label": code} for code in reversed(COLOURS)]
    change_attribute(finishes, options=options)
    assert body_of(chair)["attributes"][1]["value"] == ["green", "red"]


def test_documents_follow_the_order_and_name_of_the_type(chair: Product, kind: ProductType) -> None:
    codes = ["size", "finishes", "colour"]
    attributes = [{"code": code, "is_variant": code == "size"} for code in codes]
    change_type(kind, name="Seat", attributes=attributes)
    body = body_of(chair)
    assert body["product_type"]["name"] == "Seat"
    assert [each["code"] for each in body["attributes"]] == ["finishes", "colour"]


def test_a_patch_changes_only_the_values_that_it_names(chair: Product) -> None:
    write(chair, attribute_changes={"colour": "blue", "finishes": None})
    assert (chair.attributes, chair.version) == ({"colour": "blue"}, 2)
    write(chair, attributes={"finishes": ["blue"]})
    assert chair.attributes == {"finishes": ["blue"]}
    write(chair, attribute_changes={"finishes": ["blue"]})
    assert chair.version == 3


def test_a_variant_has_values_of_its_own(chair: Product) -> None:
    variant = create_variant(
        chair.pk,
        values={"options": {"Size": "L"}, "attributes": {"size": 3}},
        expected_version=None,
        actor=SYSTEM,
    )
    for values, stored in (
        ({"attribute_changes": {"size": 4}}, {"size": 4}),
        ({"attributes": {}}, {}),
    ):
        update_variant(
            chair.pk,
            variant.pk,
            values=values,  # type: ignore[arg-type]  # plain values
            expected_version=None,
            actor=SYSTEM,
        )
        assert Variant.objects.get(pk=variant.pk).attributes == stored
    with pytest.raises(AttributesRefused) as refused:
        update_variant(
            chair.pk,
            variant.pk,
            values={"attributes": {"colour": "red"}},
            expected_version=None,
            actor=SYSTEM,
        )
    assert refused.value.pointer == "/attributes/colour"


def test_another_type_is_first_a_report_and_then_a_loss(
    chair: Product, colour: Attribute, size: Attribute
) -> None:
    other = ProductTypeFactory.create(attributes=[colour, size])
    with pytest.raises(ValuesWouldBeLost) as lost:
        write(chair, product_type=other.pk)
    variant = chair.variants.get(sku="S")
    assert lost.value.losses == {
        "values": 2,
        "products": 1,
        "attributes": [
            {"code": "finishes", "values": 1, "products": 1},
            {"code": "size", "values": 1, "products": 1},
        ],
        "examples": [
            {
                "product": str(chair.pk),
                "variant": None,
                "attribute": "finishes",
                "value": ["green", "red"],
            },
            {
                "product": str(chair.pk),
                "variant": str(variant.pk),
                "attribute": "size",
                "value": 1,
            },
        ],
        "product_types": [],
    }
    chair.refresh_from_db()
    assert chair.version == 1
    write(chair, product_type=other.pk, attribute_changes={"size": 9}, accept_loss=True)
    assert (chair.attributes, chair.version) == ({"colour": "red", "size": 9}, 2)
    assert chair.variants.get(sku="S").attributes == {}
    assert [each["code"] for each in body_of(chair)["attributes"]] == ["colour", "size"]


def test_a_type_that_has_all_the_values_takes_nothing_away(
    chair: Product, kind: ProductType
) -> None:
    twin = ProductTypeFactory.create(
        attributes=list(kind.attributes.exclude(code="size")),
        variant_attributes=list(kind.attributes.filter(code="size")),
    )
    write(chair, product_type=twin.pk)
    assert chair.attributes == {"colour": "red", "finishes": ["green", "red"]}
    with pytest.raises(ValuesWouldBeLost):
        write(chair, product_type=None)
    write(chair, product_type=None, accept_loss=True)
    assert (chair.attributes, body_of(chair)["product_type"]) == ({}, None)


def test_an_attribute_leaves_a_type_with_its_values(chair: Product, kind: ProductType) -> None:
    untouched = ProductFactory.create(product_type=kind)
    fewer = [{"code": "colour"}, {"code": "finishes"}]
    with pytest.raises(ValuesWouldBeLost, match="1 values of 1 products"):
        change_type(kind, attributes=fewer)
    assert kind.assignments.count() == 3
    change_type(kind, attributes=fewer, accept_loss=True)
    chair.refresh_from_db()
    assert chair.variants.get(sku="S").attributes == {}
    assert (chair.version, Product.objects.get(pk=untouched.pk).version) == (2, 1)
    assert Change.objects.filter(aggregate_id=chair.pk).count() == 2


def test_a_value_that_moves_to_the_variants_is_lost_too(chair: Product, kind: ProductType) -> None:
    moved = [{"code": code, "is_variant": True} for code in ("colour", "finishes", "size")]
    with pytest.raises(ValuesWouldBeLost):
        change_type(kind, attributes=moved)
    change_type(kind, attributes=moved, accept_loss=True)
    chair.refresh_from_db()
    assert chair.attributes == {}
    assert chair.variants.get(sku="S").attributes == {"size": 1}


def test_an_attribute_goes_with_its_values_and_out_of_its_types(
    chair: Product, colour: Attribute, kind: ProductType
) -> None:
    with pytest.raises(ValuesWouldBeLost) as lost:
        delete_attribute(colour.pk, expected_version=None, actor=SYSTEM)
    assert (lost.value.losses["values"], lost.value.losses["product_types"]) == (1, ["chair"])
    delete_attribute(colour.pk, expected_version=None, accept_loss=True, actor=SYSTEM)
    chair.refresh_from_db()
    kind.refresh_from_db()
    assert (chair.attributes, chair.version, kind.version) == ({"finishes": ["green", "red"]}, 2, 2)
    tombstone = Change.objects.get(event="attribute.deleted")
    assert [option["code"] for option in tombstone.snapshot["options"]] == COLOURS


def test_an_attribute_that_nobody_uses_just_goes(size: Attribute) -> None:
    delete_attribute(size.pk, expected_version=None, actor=SYSTEM)
    assert not Attribute.objects.exists()


def test_an_option_goes_out_of_all_values(
    chair: Product, colour: Attribute, finishes: Attribute
) -> None:
    fewer = [{"code": code, "label": code.upper()} for code in ("blue", "green")]
    for attribute in (colour, finishes):
        with pytest.raises(ValuesWouldBeLost, match="1 values of 1 products"):
            change_attribute(attribute, options=fewer)
        change_attribute(attribute, options=fewer, accept_loss=True)
    chair.refresh_from_db()
    assert (chair.attributes, chair.version) == ({"finishes": ["green"]}, 3)
    change_attribute(colour, options=[])
    assert not colour.options.exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"code": "shade"}, "/code"),
        ({"type": "text"}, "/type"),
        ({"is_localizable": True}, "/is_localizable"),
        ({"is_per_channel": True}, "/is_per_channel"),
    ],
)
def test_what_stored_values_rest_on_stays(
    chair: Product, colour: Attribute, values: Any, pointer: str
) -> None:
    with pytest.raises((InvalidValue, StillInUse)) as refused:
        change_attribute(colour, **values)
    assert refused.value.pointer == pointer
    assert Attribute.objects.get(pk=colour.pk).version == 1


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"type": "measurement"}, "/dimension"),
        ({"type": "measurement", "dimension": "beauty"}, "/dimension"),
        ({"type": "text", "dimension": "length"}, "/dimension"),
        ({"type": "product", "is_localizable": True}, "/is_localizable"),
        ({"type": "category", "is_per_channel": True}, "/is_per_channel"),
        ({"type": "boolean", "rules": {"min": 1}}, "/rules/min"),
        ({"type": "integer", "rules": {"min": "1"}}, "/rules/min"),
        ({"type": "integer", "rules": {"min": 2, "max": 1}}, "/rules/max"),
        ({"type": "decimal", "rules": {"min": "10", "max": "9"}}, "/rules/max"),
        ({"type": "text", "rules": {"pattern": "(?=a)"}}, "/rules/pattern"),
        ({"type": "text", "rules": {"pattern": "x" * 501}}, "/rules/pattern"),
        ({"type": "text", "rules": {"pattern": "(x{1000}){1000}"}}, "/rules/pattern"),
        ({"type": "text", "rules": {"pattern": ""}}, "/rules/pattern"),
        ({"type": "text", "rules": {"min_length": -1}}, "/rules/min_length"),
        ({"type": "text", "rules": {"min_length": 2, "max_length": 1}}, "/rules/max_length"),
        ({"type": "measurement", "dimension": "mass", "rules": {"min": "1"}}, "/rules/unit"),
        (
            {
                "type": "measurement",
                "dimension": "mass",
                "rules": {"min": "1", "max": "900", "unit": "m"},
            },
            "/rules/unit",
        ),
        ({"type": "text", "options": [{"code": "a", "label": "A"}]}, "/options"),
        ({"type": "choice", "options": [{"code": "a"}, {"code": "a"}]}, "/options/1/code"),
        ({"type": "choice", "options": [{"code": str(n)} for n in range(1001)]}, "/options"),
        ({"type": "text", "translations": {"xx": {"name": "A"}}}, "/translations/xx"),
        ({"type": "text", "translations": {"en": {"label": "A"}}}, "/translations/en"),
        ({"type": "text", "translations": {"en": {"name": " "}}}, "/translations/en"),
    ],
)
def test_an_attribute_that_contradicts_itself_is_refused(values: Any, pointer: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        create_attribute(values={"code": "a", "name": "A", **values}, actor=SYSTEM)  # type: ignore[typeddict-item]  # plain values
    assert refused.value.pointer == pointer
    assert not Attribute.objects.exists()
    assert not Change.objects.exists()


def test_a_code_is_taken_once(size: Attribute) -> None:
    with pytest.raises(CodeTaken) as refused:
        AttributeFactory.create(code="size")
    assert refused.value.pointer == "/code"


@pytest.mark.parametrize("codes", [["size", "size"], ["nonsense"]])
def test_a_type_names_attributes_that_are_there_once(size: Attribute, codes: list[str]) -> None:
    with pytest.raises(InvalidValue) as refused:
        change_type(ProductTypeFactory.create(), attributes=[{"code": code} for code in codes])
    assert refused.value.pointer == f"/attributes/{len(codes) - 1}/code"


def test_a_type_in_use_stays(chair: Product, kind: ProductType) -> None:
    with pytest.raises(StillInUse):
        delete_product_type(kind.pk, expected_version=None, actor=SYSTEM)
    delete_product(chair.pk, expected_version=None, actor=SYSTEM)
    delete_product_type(kind.pk, expected_version=None, actor=SYSTEM)
    assert not ProductType.objects.exists()


def test_required_values_are_asked_for_when_shoppers_see_the_product(
    colour: Attribute, size: Attribute
) -> None:
    kind = ProductTypeFactory.create(
        attributes=[colour], variant_attributes=[size], required=["colour", "size"]
    )
    draft = ProductFactory.create(product_type=kind, status="draft")
    with pytest.raises(ProductIncomplete) as refused:
        publish_product(draft.pk, expected_version=None, actor=SYSTEM)
    assert refused.value.missing == ["colour", "size"]
    variant = draft.variants.get()
    write(draft, attributes={"colour": "red"})
    update_variant(
        draft.pk,
        variant.pk,
        values={"attributes": {"size": 1}},
        expected_version=None,
        actor=SYSTEM,
    )
    publish_product(draft.pk, expected_version=None, actor=SYSTEM)
    with pytest.raises(ProductIncomplete):
        write(draft, attribute_changes={"colour": None})
    with pytest.raises(ProductIncomplete):
        create_variant(
            draft.pk, values={"options": {"A": "B"}}, expected_version=None, actor=SYSTEM
        )
    with pytest.raises(ProductIncomplete):
        ProductFactory.create(product_type=kind)
    assert Product.objects.count() == 1


def test_what_is_referred_to_stays() -> None:
    references = [AttributeFactory.create(code=kind, type=kind) for kind in ("product", "category")]
    of_variant = AttributeFactory.create(code="part", type="product")
    kind = ProductTypeFactory.create(attributes=references, variant_attributes=[of_variant])
    target, part, category = (
        ProductFactory.create(),
        ProductFactory.create(),
        CategoryFactory.create(),
    )
    referring = ProductFactory.create(
        product_type=kind,
        attributes={"product": str(target.pk), "category": str(category.pk)},
        variants=[{"attributes": {"part": str(part.pk)}}],
    )
    for key in (target.pk, part.pk):
        with pytest.raises(StillInUse, match=referring.slug):
            delete_product(key, expected_version=None, actor=SYSTEM)
    with pytest.raises(StillInUse, match=referring.slug):
        delete_category(category.pk, expected_version=None, actor=SYSTEM)
    write(referring, attributes={"product": str(referring.pk)})
    delete_category(category.pk, expected_version=None, actor=SYSTEM)
    delete_product(target.pk, expected_version=None, actor=SYSTEM)
    delete_product(referring.pk, expected_version=None, actor=SYSTEM)
    assert (list(Product.objects.all()), Category.objects.count()) == ([part], 0)


@pytest.fixture
def german_view() -> int:
    """A second channel in Austrian German, which falls back to German."""
    german = Locale.objects.create(code="de", name="Deutsch")
    austrian = Locale.objects.create(code="de-AT", name="Österreichisch", fallback=german)
    channel = Channel.objects.create(slug="at", name="Austria")
    return ChannelLocale.objects.create(channel=channel, locale=austrian).pk


def test_each_view_shows_the_value_of_its_locale_and_channel(german_view: int) -> None:
    attributes = [
        AttributeFactory.create(
            code="story",
            is_localizable=True,
            translations={"de": {"name": "Geschichte"}},
        ),
        AttributeFactory.create(code="since", type="date", is_per_channel=True),
        AttributeFactory.create(code="both", is_localizable=True, is_per_channel=True),
    ]
    stored: Any = {
        "story": {"en": "Story", "de": "Mär"},
        "since": {"default": "2026-01-01"},
        "both": {"at": {"de-AT": "Servus", "de": "Hallo"}, "default": {"de": "nur deutsch"}},
    }
    kind = ProductTypeFactory.create(attributes=attributes)
    product = ProductFactory.create(product_type=kind, attributes=stored)
    assert product.attributes == stored
    for view in (1, german_view):
        shown = body_of(product, view)["attributes"]
        assert shown == shown_attributes(stored, product, view)
    assert [(each["name"], each["value"]) for each in shown] == [
        ("Geschichte", "Mär"),
        ("Both", "Servus"),
    ]
    write(product, attribute_changes={"story": {"de": "Sage"}})
    assert [each["code"] for each in body_of(product)["attributes"]] == ["since"]


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ("plain", "/attributes/both"),
        ({}, "/attributes/both"),
        ({"moon": {"en": "x"}}, "/attributes/both/moon"),
        ({"default": "x"}, "/attributes/both/default"),
        ({"default": {"xx": "x"}}, "/attributes/both/default/xx"),
        ({"default": {"en": None}}, "/attributes/both/default/en"),
        ({"default": {"en": 5}}, "/attributes/both/default/en"),
    ],
)
def test_a_value_per_channel_and_locale_names_those_there_are(value: Any, pointer: str) -> None:
    attribute = AttributeFactory.create(code="both", is_localizable=True, is_per_channel=True)
    kind = ProductTypeFactory.create(attributes=[attribute])
    with pytest.raises(AttributesRefused) as refused:
        ProductFactory.create(product_type=kind, attributes={"both": value})
    assert refused.value.pointer == pointer


def test_an_option_goes_out_of_values_per_locale_and_channel(german_view: int) -> None:
    attribute = AttributeFactory.create(
        code="pick", type="choice", options=COLOURS, is_localizable=True, is_per_channel=True
    )
    kind = ProductTypeFactory.create(attributes=[attribute])
    value = {"default": {"en": "red", "de": "blue"}, "at": {"de": "red"}}
    product = ProductFactory.create(product_type=kind, attributes={"pick": value})
    fewer = [{"code": "blue", "label": "B"}, {"code": "green", "label": "G"}]
    change_attribute(attribute, options=fewer, accept_loss=True)
    product.refresh_from_db()
    assert product.attributes == {"pick": {"default": {"de": "blue"}}}


def test_the_report_costs_the_same_for_one_product_and_for_fifty(
    kind: ProductType, django_assert_max_num_queries: Any
) -> None:
    counts = []
    ProductFactory.create(product_type=kind)  # is printed anew without a change
    for batch in (1, 50):
        items: Any = [
            {"name": f"{batch} {n}", "product_type": kind.pk, "attributes": {"colour": "red"}}
            for n in range(batch)
        ]
        keys: list[UUID] = create_products(items, actor=SYSTEM)
        attributes = [{"code": "finishes"}, {"code": "size", "is_variant": True}]
        with django_assert_max_num_queries(40) as queries:
            change_type(kind, attributes=attributes, accept_loss=True)
        counts.append(len(queries))
        assert {each.version for each in Product.objects.filter(pk__in=keys)} == {2}
        change_type(kind, attributes=[{"code": "colour"}, *attributes])
    assert counts[0] == counts[1]
    assert rebuild_documents(list(Product.objects.values_list("pk", flat=True))) == 0
