"""Collections in the admin: their texts, and their products in a list or by a rule in rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Collection, CollectionProduct
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.collection_members import replace_products
from products.services.collections import update_collection
from products.services.locales import create_locale
from tests.products.admin.pages import form_fields, send, url
from tests.products.factories import SYSTEM, CollectionFactory, ProductFactory

pytestmark = pytest.mark.django_db


def slugs(collection: Collection) -> list[str]:
    rows = CollectionProduct.objects.filter(collection=collection)
    return list(rows.order_by("position", "-product").values_list("product__slug", flat=True))


def address(collection: Collection) -> str:
    return url("collection", collection.pk, "products")


def press(browser: Client, collection: Collection, button: str, **fields: Any) -> Any:
    """Open the page, fill in the fields, press the button."""
    return press_again(browser, collection, browser.get(address(collection)), button, **fields)


def press_again(
    browser: Client, collection: Collection, page: Any, button: str, **fields: Any
) -> Any:
    filled = {**form_fields(page, "products_form"), **fields, button: ""}
    return browser.post(address(collection), filled)


def rule_of(collection: Collection) -> Any:
    collection.refresh_from_db()
    return collection.rule


def put_rule(collection: Collection, *conditions: Any, match: str = "all") -> None:
    update_collection(
        collection.pk,
        values={"rule": {"match": match, "conditions": list(conditions)}},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def said(page: Any) -> str:
    assert page.status_code == 200
    editing = page.context_data["editing"]
    errors = [
        *editing.form.errors.values(),
        *(e for row in editing.rows for e in row.errors.values()),
    ]
    return " ".join(text for texts in errors for text in texts)


def test_a_new_collection_is_asked_for_its_products(publisher_browser: Client) -> None:
    create_locale(values={"code": "de", "name": "German"}, actor=SYSTEM)
    fields = {"name": "Best", "status": "published", "text__de__name": "Beste"}
    answer = send(publisher_browser, url("collection", "add"), fields, "collection")
    made = Collection.objects.get()
    assert answer["Location"] == address(made)
    assert (made.slug, made.status) == ("best", "published")
    assert made.translations == {"de": {"name": "Beste"}}
    change = url("collection", made.pk, "change")
    fields = {"text__de__name": "Das Beste", "seo_title": "Best of all"}
    assert send(publisher_browser, change, fields, "collection").status_code == 302
    made.refresh_from_db()
    assert (made.translations["de"]["name"], made.seo_title) == ("Das Beste", "Best of all")


def test_products_by_hand_are_added_moved_and_taken_out(
    publisher_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.admin.collection_products.PER_PAGE", 3)
    key = {name: ProductFactory.create(slug=name).pk for name in "abcde"}
    made = CollectionFactory.create(name="Best")
    chosen = {"add": [str(key[name]) for name in "abcd"]}
    assert press(publisher_browser, made, "_save", **chosen).status_code == 302
    assert slugs(made) == ["a", "b", "c", "d"]
    moves = {f"place-{key['c']}": "1", f"gone-{key['b']}": "on", "add": [str(key["e"])]}
    assert press(publisher_browser, made, "_save", **moves).status_code == 302
    assert slugs(made) == ["c", "a", "d", "e"]
    to_the_end = {f"place-{key['c']}": "999999999"}
    assert press(publisher_browser, made, "_save", **to_the_end).status_code == 302
    assert slugs(made) == ["a", "d", "e", "c"]
    for nonsense in ("", "-1", "x", "٣"):
        press(publisher_browser, made, "_save", **{f"place-{key['a']}": nonsense})
    assert "not a valid" in said(press(publisher_browser, made, "_save", add=["nonsense"]))
    assert slugs(made) == ["a", "d", "e", "c"]
    made.refresh_from_db()
    assert made.version == 4
    stale = press(publisher_browser, made, "_save", expected_version="1")
    assert "Nothing was saved" in said(stale)


def test_a_rule_is_built_row_by_row(publisher_browser: Client) -> None:
    options = [{"code": "oak", "label": "Oak"}, {"code": "ash", "label": "Ash"}]
    wood: Any = {"code": "wood", "name": "Wood", "type": "choice", "options": options}
    wood = create_attribute(values=wood, actor=SYSTEM)
    product = ProductFactory.create(tags=["a, b"])
    made = CollectionFactory.create()
    page = press(publisher_browser, made, "_add", way="any")
    page = press_again(publisher_browser, made, page, "_add", new_field="tag")
    assert "is required" not in page.content.decode()
    fields: dict[str, Any] = {"c-0-operator": "is", "c-0-value": 'sale, "a, b"'}
    fields |= {"new_field": "attribute:", "new_attribute": str(wood.pk)}
    page = press_again(publisher_browser, made, page, "_add", **fields)
    fields = {"c-1-operator": "is_not", "c-1-value": ["oak", "ash"]}
    page = press_again(publisher_browser, made, page, "_add", new_field="price", **fields)
    fields = {"c-2-operator": "at_most", "c-2-value": "50"}
    shown = press_again(publisher_browser, made, page, "_preview", **fields)
    assert shown.context_data["editing"].preview.count == 1
    assert f"{product}</a>" in shown.content.decode()
    assert Change.objects.filter(aggregate="collection").count() == 1
    fields = {"c-2-gone": "on"}
    assert press_again(publisher_browser, made, shown, "_save", **fields).status_code == 302
    assert rule_of(made) == {
        "match": "any",
        "conditions": [
            {"field": "tag", "operator": "is", "value": ["sale", "a, b"]},
            {
                "field": "attribute",
                "attribute": "wood",
                "operator": "is_not",
                "value": ["oak", "ash"],
            },
        ],
    }
    assert slugs(made) == [product.slug]
    shown = publisher_browser.get(address(made)).content.decode()
    assert "Tag is one of sale, a, b or Wood is none of Oak, Ash" in shown
    assert press(publisher_browser, made, "_save", way="hand").status_code == 302
    assert (rule_of(made), slugs(made)) == (None, [product.slug])
    back = press(publisher_browser, made, "_add", way="all", new_field="tag")
    wrong = press_again(
        publisher_browser, made, back, "_save", **{"c-0-operator": "is", "c-0-value": "sale"}
    )
    assert "take them out first" in said(wrong)


def test_every_condition_comes_back_as_it_was(publisher_browser: Client) -> None:
    """Each kind of field in one rule, saved without a change, and with one in another row."""
    brand = create_brand(values={"name": "<Oak>"}, actor=SYSTEM).pk
    parent = create_category(values={"name": "Home"}, actor=SYSTEM)
    category = create_category(values={"name": "Beds", "parent": parent.pk}, actor=SYSTEM).pk
    kinds = ("integer", "decimal", "boolean", "date", "datetime", "url", "long_text", "product")
    for kind in kinds:
        create_attribute(values={"code": kind, "name": kind.title(), "type": kind}, actor=SYSTEM)
    length: Any = {"code": "l", "name": "Length", "type": "measurement", "dimension": "length"}
    create_attribute(values=length, actor=SYSTEM)
    of = {"field": "attribute"}
    conditions: list[dict[str, Any]] = [
        {"field": "status", "operator": "is", "value": ["draft", "published"]},
        {"field": "brand", "operator": "is", "value": [str(brand)]},
        {"field": "category", "operator": "is_not", "value": [str(category)]},
        {"field": "price", "operator": "at_least", "value": "5"},
        {"field": "created_at", "operator": "at_least", "value": "2026-01-01T00:00:00.500000Z"},
        {"field": "publish_at", "operator": "exists", "value": False},
        {**of, "attribute": "integer", "operator": "is", "value": [1, 2]},
        {**of, "attribute": "decimal", "operator": "at_most", "value": "1.5"},
        {**of, "attribute": "boolean", "operator": "is", "value": [False]},
        {**of, "attribute": "date", "operator": "at_least", "value": "2026-01-01"},
        {
            **of,
            "attribute": "datetime",
            "operator": "at_most",
            "value": "2026-01-01T00:00:00.000000Z",
        },
        {**of, "attribute": "url", "operator": "is", "value": ["https://example.com/"]},
        {**of, "attribute": "long_text", "operator": "exists", "value": True},
        {
            **of,
            "attribute": "product",
            "operator": "is",
            "value": [str(ProductFactory.create().pk)],
        },
        {**of, "attribute": "l", "operator": "at_most", "value": {"value": "2", "unit": "m"}},
    ]
    made = CollectionFactory.create()
    put_rule(made, *conditions)
    assert press(publisher_browser, made, "_save").status_code == 302
    assert rule_of(made)["conditions"] == conditions
    changes = {
        "c-3-value": "6.50",
        "c-4-value_0": "2026-02-01",
        "c-6-value": "3",
        "c-8-value": ["true"],
        "c-9-value": "2026-02-02",
        "c-12-operator": "exists_not",
        "c-14-value": "3 cm",
    }
    assert press(publisher_browser, made, "_save", **changes).status_code == 302
    conditions[3]["value"], conditions[6]["value"] = "6.50", ["3"]
    conditions[4]["value"] = "2026-02-01T00:00:00.000000Z"
    conditions[8]["value"], conditions[9]["value"] = [True], "2026-02-02"
    conditions[12]["value"], conditions[14]["value"] = False, {"value": "3", "unit": "cm"}
    assert rule_of(made)["conditions"] == conditions
    page = publisher_browser.get(address(made)).content.decode()
    assert "Brand is one of &lt;Oak&gt;" in page
    assert "is none of Home &gt; Beds" in page


WRONG = [
    ({"c-0-value": ""}, "Give a list of 1 to"),
    ({"c-1-value": "5, 6"}, "Give digits with a point"),
    ({"c-1-value": "-"}, "Give digits with a point"),
    ({"c-1-operator": "is"}, "Select a valid choice"),
    ({"c-0-gone": "on", "c-1-gone": "on"}, "a condition in it"),
    ({"way": "other"}, "Select a valid choice"),
]


@pytest.mark.parametrize(("fields", "words"), WRONG)
def test_what_is_wrong_stands_at_its_row_and_nothing_is_saved(
    publisher_browser: Client, fields: dict[str, str], words: str
) -> None:
    made = CollectionFactory.create()
    put_rule(
        made,
        {"field": "tag", "operator": "is", "value": ["sale"]},
        {"field": "price", "operator": "at_most", "value": "5"},
    )
    before = rule_of(made)
    for button in ("_save", "_preview"):
        page = press(publisher_browser, made, button, **fields)
        assert words in said(page)
        assert rule_of(made) == before
    for row in page.context_data["editing"].rows:
        assert not row.errors or row.prefix in next(iter(fields))


def test_a_rule_with_groups_is_shown_in_words_and_stays(publisher_browser: Client) -> None:
    made = CollectionFactory.create()
    tag = {"field": "tag", "operator": "is", "value": ["sale"]}
    price = {"field": "price", "operator": "exists", "value": False}
    put_rule(made, tag, {"match": "any", "conditions": [tag, price]})
    before = rule_of(made)
    page = publisher_browser.get(address(made)).content.decode()
    assert "Tag is one of sale and (Tag is one of sale or Lowest price has no value)" in page
    assert press(publisher_browser, made, "_save").status_code == 302
    assert rule_of(made) == before
    assert press(publisher_browser, made, "_save", way="hand").status_code == 302
    assert rule_of(made) is None


def test_the_page_costs_the_same_with_one_row_and_with_many(
    publisher_browser: Client, django_assert_num_queries: Any
) -> None:
    brands = [create_brand(values={"name": f"B{n}"}, actor=SYSTEM).pk for n in range(9)]
    small, large = CollectionFactory.create(), CollectionFactory.create()
    for made, count in ((small, 1), (large, 9)):
        for _ in range(count):
            ProductFactory.create(brand_id=brands[count - 1])
        put_rule(
            made,
            *({"field": "brand", "operator": "is", "value": [str(b)]} for b in brands[:count]),
            match="any",
        )
    for made in (small, large):
        with django_assert_num_queries(7):
            assert publisher_browser.get(address(made)).status_code == 200


def test_an_editor_does_not_publish_and_a_viewer_looks(staff: Callable[[str], Client]) -> None:
    new = {"name": "Best", "status": "published", "position": "0"}
    answer = staff("editor").post(url("collection", "add"), new)
    assert answer.status_code == 200
    assert not Collection.objects.exists()
    made = CollectionFactory.create()
    replace_products(
        made.pk, products=[ProductFactory.create().pk], expected_version=None, actor=SYSTEM
    )
    viewer = staff("viewer")
    for page in (url("collection", made.pk, "change"), address(made)):
        shown = viewer.get(page)
        assert shown.status_code == 200
        assert b"Save" not in shown.content
        assert viewer.post(page, {}).status_code == 403
    assert staff("").get(address(made)).status_code == 403
    assert (
        viewer.get(url("collection", made.members.get().product_id, "products")).status_code == 404
    )


def test_a_collection_is_deleted(publisher_browser: Client) -> None:
    made = CollectionFactory.create()
    answer = publisher_browser.post(url("collection", made.pk, "delete"), {"post": "yes"})
    assert answer.status_code == 302
    assert not Collection.objects.exists()
