"""Staff shape types and attributes, and fill in what a product's type asks for."""

from typing import Any

import pytest
from django.test import Client

from products.models import Attribute, Category, Change, Product, ProductType
from products.services.attributes import create_attribute
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.product_types import create_product_type
from products.services.products import update_product
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, errors, form_fields, send, url
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
ATTRIBUTES: list[dict[str, Any]] = [
    {"code": "fit", "name": "Fit", "type": "choice"},
    {"code": "care", "name": "Care", "type": "multi_choice", "group": "Fabric"},
    {"code": "organic", "name": "Organic", "type": "boolean"},
    {"code": "pockets", "name": "Pockets", "type": "integer"},
    {"code": "length", "name": "Length", "type": "measurement", "dimension": "length"},
    {"code": "story", "name": "Story", "type": "long_text"},
    {"code": "slogan", "name": "Slogan", "type": "text", "is_localizable": True},
    {
        "code": "tint",
        "name": "Tint",
        "type": "colour",
        "is_localizable": True,
        "is_per_channel": True,
    },
    {"code": "extra", "name": "Extra", "type": "json"},
    {"code": "chest", "name": "Chest", "type": "integer"},
]
VALUES: dict[str, Any] = {
    "fit": "slim",
    "care": ["cold", "dry"],
    "organic": False,
    "pockets": 0,
    "length": {"value": "71.5", "unit": "cm"},
    "story": "<p>First\nsecond </p>",
    "slogan": {"en": "Wear it"},
    "tint": {"outlet": {"de": "#ff0000"}},
    "extra": "text",
}


@pytest.fixture
def shirt_type(db: None) -> ProductType:
    create_locale(values={"code": "de", "name": "German"}, actor=SYSTEM)
    create_channel(values={"slug": "outlet", "name": "Outlet"}, actor=SYSTEM)
    options = {"fit": ["slim", "wide"], "care": ["cold", "dry", "iron"]}
    for each in ATTRIBUTES:
        codes = options.get(each["code"], [])
        values: Any = {**each, "options": [{"code": c, "label": c.title()} for c in codes]}
        create_attribute(values=values, actor=SYSTEM)
    assigned = [
        {"code": each["code"], "is_variant": each["code"] == "chest"} for each in ATTRIBUTES
    ]
    return create_product_type(values={"name": "Shirt", "attributes": assigned}, actor=SYSTEM)  # type: ignore[typeddict-item]  # plain values


@pytest.fixture
def shirt(product: Product, shirt_type: ProductType) -> Product:
    """The product with a value of everything."""
    update_product(
        product.pk,
        values={"product_type": shirt_type.pk, "attributes": VALUES},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    product.refresh_from_db()
    return product


def test_saving_without_a_change_changes_no_value(
    publisher_browser: Client, shirt: Product
) -> None:
    before = Change.objects.count()
    assert send(publisher_browser, change_url(shirt), {}).status_code == 302
    assert Change.objects.count() == before


def test_the_inputs_of_a_type_write_its_values(publisher_browser: Client, shirt: Product) -> None:
    fields = {
        "attribute__fit": "wide",
        "attribute__care": ["iron"],
        "attribute__organic": "True",
        "attribute__pockets": "2",
        "attribute__length": "28 in",
        "attribute__story": "",
        "attribute__slogan.en": "New",
        "attribute__slogan.de": "Neu",
        "attribute__tint.default.en": "#00ff00",
        "attribute__tint.outlet.de": "",
        "attribute__extra": "[1]",
        "variants-0-attributes": '{"chest": 104}',
    }
    assert send(publisher_browser, change_url(shirt), fields).status_code == 302
    shirt.refresh_from_db()
    assert shirt.attributes == {
        "fit": "wide",
        "care": ["iron"],
        "organic": True,
        "pockets": 2,
        "length": {"value": "28", "unit": "in"},
        "slogan": {"en": "New", "de": "Neu"},
        "tint": {"default": {"en": "#00ff00"}},
        "extra": [1],
    }
    assert shirt.variants.order_by("position")[0].attributes == {"chest": 104}
    assert Change.objects.filter(aggregate_id=shirt.pk, source="admin").count() == 1


def test_each_wrong_value_is_named_at_its_input(publisher_browser: Client, shirt: Product) -> None:
    fields = {
        "attribute__pockets": "two",
        "attribute__extra": "{",
        "attribute__tint.outlet.de": "red",
        "attribute__length": "28 kg",
        "attribute__story": "<script>alert(1)</script>",
    }
    answer = send(publisher_browser, change_url(shirt), fields)
    assert list(answer.context_data["adminform"].form.errors) == ["attribute__extra"]
    fields["attribute__extra"] = "1"
    answer = send(publisher_browser, change_url(shirt), fields)
    form = answer.context_data["adminform"].form
    assert form.errors["attribute__pockets"] == ["Give a whole JSON number."]
    assert form.errors["attribute__length"][0].startswith("Units of length: m, ")
    wrong = form.errors["attribute__tint.outlet.de"]
    assert wrong == ["Give a colour as #rrggbb or #rrggbbaa."]
    assert form.errors["attribute__story"] == ["Not allowed in rich text: <script>"]
    shirt.refresh_from_db()
    assert shirt.attributes == VALUES


def test_values_per_locale_stand_on_its_tab_and_too_many_are_left_out(
    publisher_browser: Client, shirt: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def german() -> tuple[list[str], bool]:
        page: Any = publisher_browser.get(change_url(shirt))
        sets = dict(page.context_data["adminform"].fieldsets)
        names = [name for name in sets["German"]["fields"] if name.startswith("attribute__")]
        return names, "1 more channels and locales" in page.content.decode()

    names = ["attribute__slogan.de", "attribute__tint.default.de", "attribute__tint.outlet.de"]
    assert german() == (names, False)
    monkeypatch.setattr("products.admin.keyed_inputs.MOST_KEYED", 5)  # there are 6
    assert german() == ([], True)
    # What has no input stays.
    fields = {"attribute__slogan.en": "New"}
    assert send(publisher_browser, change_url(shirt), fields).status_code == 302
    shirt.refresh_from_db()
    assert shirt.attributes == {**VALUES, "slogan": {"en": "New"}}


def test_another_type_needs_a_tick_where_values_would_be_lost(
    publisher_browser: Client, shirt: Product
) -> None:
    fields: dict[str, Any] = {"product_type": ""}
    answer = send(publisher_browser, change_url(shirt), fields)
    assert any("9 values of 1 products would be lost" in text for text in errors(answer))
    fields["accept_loss"] = "on"
    assert send(publisher_browser, change_url(shirt), fields).status_code == 302
    shirt.refresh_from_db()
    assert (shirt.product_type, shirt.attributes) == (None, {})


def test_a_type_with_very_many_attributes_has_one_box(
    publisher_browser: Client, shirt: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.admin.product_attributes.MOST_INPUTS", 3)
    page = form_fields(publisher_browser.get(change_url(shirt)), "product_form")
    assert not [name for name in page if name.startswith("attribute__")]
    before = Change.objects.count()
    assert send(publisher_browser, change_url(shirt), {}).status_code == 302
    assert Change.objects.count() == before
    fields = {"attributes": '{"pockets": 9}'}
    assert send(publisher_browser, change_url(shirt), fields).status_code == 302
    shirt.refresh_from_db()
    assert shirt.attributes == {"pockets": 9}


def test_a_viewer_sees_the_values(staff: Any, shirt: Product) -> None:
    page = staff("viewer").get(change_url(shirt)).content.decode()
    for line in (
        "<strong>Length</strong>: 71.5 cm",
        "<strong>Care</strong>: Cold, Dry",
        "<strong>Organic</strong>: No",
        "<strong>Tint · outlet · de</strong>: #ff0000",
        "&lt;p&gt;First",
    ):
        assert line in page


def test_an_attribute_is_made_and_changed(publisher_browser: Client) -> None:
    fields = {
        "code": "weave",
        "name": "Weave",
        "type": "choice",
        "options": "twill: Twill\r\nplain",
        "translations": '{"en": {"name": "Weave"}}',
    }
    assert send(publisher_browser, url("attribute", "add"), fields, "attribute").status_code == 302
    weave = Attribute.objects.get()
    assert [(o.code, o.label) for o in weave.options.all()] == [
        ("twill", "Twill"),
        ("plain", "plain"),
    ]
    address = url("attribute", weave.pk, "change")
    assert send(publisher_browser, address, {}, "attribute").status_code == 302
    assert Change.objects.count() == 1
    fields = {"options": "plain: Plain", "is_filterable": "on"}
    assert send(publisher_browser, address, fields, "attribute").status_code == 302
    weave.refresh_from_db()
    assert (weave.is_filterable, weave.version, weave.options.get().label) == (True, 2, "Plain")
    answer = send(publisher_browser, address, {"options": "a b: c"}, "attribute")
    assert errors(answer) == ["Write options as code: Label, not 'a b: c'."]


def test_a_type_is_made_and_changed(publisher_browser: Client, shirt_type: ProductType) -> None:
    address = url("producttype", shirt_type.pk, "change")
    before = Change.objects.count()
    assert send(publisher_browser, address, {}, "producttype").status_code == 302
    assert Change.objects.count() == before
    fields = {"assigned": "chest required variant\r\nfit required\r\ncare"}
    assert send(publisher_browser, address, fields, "producttype").status_code == 302
    rows = shirt_type.assignments.order_by("position")
    assert list(rows.values_list("attribute__code", "is_required", "is_variant")) == [
        ("chest", True, True),
        ("fit", True, False),
        ("care", False, False),
    ]
    answer = send(publisher_browser, address, {"assigned": "fit maybe"}, "producttype")
    assert errors(answer) == ["fit: 'maybe' is neither required nor variant."]
    answer = send(publisher_browser, address, {"assigned": "fit\r\nnone"}, "producttype")
    assert errors(answer) == ["There is no attribute 'none'."]
    new = {"name": "Hat", "assigned": "fit"}
    assert send(publisher_browser, url("producttype", "add"), new, "producttype").status_code == 302
    assert ProductType.objects.get(slug="hat").assignments.count() == 1


def test_what_products_have_is_taken_away_with_a_tick(
    publisher_browser: Client, shirt: Product, shirt_type: ProductType
) -> None:
    address = url("producttype", shirt_type.pk, "change")
    answer = send(publisher_browser, address, {"assigned": "fit"}, "producttype")
    assert any("8 values of 1 products" in text for text in errors(answer))
    fields = {"assigned": "fit", "accept_loss": "on"}
    assert send(publisher_browser, address, fields, "producttype").status_code == 302
    shirt.refresh_from_db()
    assert shirt.attributes == {"fit": "slim"}


def test_deleting_what_is_in_use_is_refused_and_said_so(
    publisher_browser: Client, shirt: Product, shirt_type: ProductType
) -> None:
    publisher_browser.post(url("producttype", shirt_type.pk, "delete"), {"post": "yes"})
    attribute = Attribute.objects.get(code="fit")
    publisher_browser.post(url("attribute", attribute.pk, "delete"), {"post": "yes"})
    assert ProductType.objects.filter(pk=shirt_type.pk).exists()
    assert Attribute.objects.filter(pk=attribute.pk).exists()
    unused = create_attribute(
        values={"code": "unused", "name": "Unused", "type": "text"}, actor=SYSTEM
    )
    publisher_browser.post(url("attribute", unused.pk, "delete"), {"post": "yes"})
    assert not Attribute.objects.filter(pk=unused.pk).exists()


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_who_is_no_publisher_only_looks(staff: Any, shirt_type: ProductType, role: str) -> None:
    browser = staff(role)
    attribute = Attribute.objects.get(code="fit")
    for noun, row in (("producttype", shirt_type), ("attribute", attribute)):
        assert browser.get(url(noun)).status_code == 200
        page = browser.get(url(noun, row.pk, "change"))
        assert page.status_code == 200
        assert ("Slim" if noun == "attribute" else "Pockets") in page.content.decode()
        assert browser.get(url(noun, "add")).status_code == 403
        assert browser.post(url(noun, row.pk, "change"), {"name": "X"}).status_code == 403
        assert browser.post(url(noun, row.pk, "delete"), {"post": "yes"}).status_code == 403


def test_references_are_chosen_by_name(publisher_browser: Client, product: Product) -> None:
    for code, kind in (("refill", "product"), ("shelf", "category")):
        create_attribute(values={"code": code, "name": code, "type": kind}, actor=SYSTEM)
    assigned: Any = [{"code": "refill"}, {"code": "shelf"}]
    kind_of = create_product_type(values={"name": "Pen", "attributes": assigned}, actor=SYSTEM)
    update_product(
        product.pk,
        values={"product_type": kind_of.pk},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    refill, shelf = ProductFactory.create(name="Ink"), Category.objects.get(name="Shirts")
    fields = {"attribute__refill": str(refill.pk), "attribute__shelf": str(shelf.pk)}
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    product.refresh_from_db()
    assert product.attributes == {"refill": str(refill.pk), "shelf": str(shelf.pk)}
    shown = publisher_browser.get(change_url(product)).content.decode()
    assert ">Ink</option>" in shown
    assert ">Clothes &gt; Shirts</option>" in shown
    before = Change.objects.count()
    assert send(publisher_browser, change_url(product), {}).status_code == 302
    assert Change.objects.count() == before
    emptied = {"attribute__refill": "", "attribute__shelf": ""}
    assert send(publisher_browser, change_url(product), emptied).status_code == 302
    product.refresh_from_db()
    assert product.attributes == {}
    wrong = send(publisher_browser, change_url(product), {"attribute__refill": "nonsense"})
    assert errors(wrong) != []
