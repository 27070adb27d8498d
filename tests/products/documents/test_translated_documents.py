"""Documents of every view are what an obvious reading of texts and fallbacks gives."""

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents import build
from products.errors import InvalidValue, StillInUse
from products.models import ChannelLocale, Document, Locale, Product, RelationKind
from products.services.brands import update_brand
from products.services.catalog_check import check_products, check_shared
from products.services.categories import update_category
from products.services.channels import create_channel
from products.services.collection_members import replace_products
from products.services.collections import update_collection
from products.services.locales import create_locale, update_locale
from products.services.product_types import update_product_type
from products.services.products import create_product
from products.services.relation_kinds import update_relation_kind
from products.services.tax_classes import update_tax_class
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
    ProductTypeFactory,
    TaxClassFactory,
)
from tests.products.naive_attributes import chain, translated
from tests.products.strategies import texts, words

pytestmark = pytest.mark.django_db
LOCALES = ("de", "de-CH", "fr", "gsw")


@pytest.fixture
def views(db: None) -> list[ChannelLocale]:
    """gsw falls back to de-CH, that to de, that to English; French to English at once."""
    for code, fallback in (("de", None), ("de-CH", "de"), ("fr", None), ("gsw", "de-CH")):
        create_locale(values={"code": code, "name": code, "fallback": fallback}, actor=SYSTEM)
    create_channel(values={"name": "World", "locales": ["fr", "gsw", "de"]}, actor=SYSTEM)
    return list(ChannelLocale.objects.select_related("locale").order_by("pk"))


def translations(**strategies: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    fields = st.fixed_dictionaries({}, optional=strategies)
    return st.dictionaries(st.sampled_from(LOCALES), fields, max_size=4)


slugs = st.from_regex(r"\A[a-z]{1,3}\Z")
named = {"name": words(10), "description": texts(10), "slug": slugs}
of_products = translations(**named, seo_title=texts(10), seo_description=texts(10))
of_media = translations(alt=texts(10))


def shown(row: Any, name: str, view: ChannelLocale) -> str:
    return translated(row.translations, name, getattr(row, name), chain(view.locale))


@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(of_product=of_products, of_picture=of_media, of_brand=translations(**named))
def test_documents_show_the_first_text_of_each_chain(
    views: list[ChannelLocale], of_product: Any, of_picture: Any, of_brand: Any
) -> None:
    brand = BrandFactory.create(translations=of_brand)
    category = CategoryFactory.create(translations=of_brand)
    picture = {"url": "https://images.example/a.png", "alt": "A", "translations": of_picture}
    key = create_product(
        values={
            "name": "Oak",
            "slug": "oak-chair",
            "translations": of_product,
            "brand": brand.pk,
            "categories": [category.pk],
            "media": [picture],  # type: ignore[list-item]  # plain values
        },
        actor=SYSTEM,
    )
    product = Product.objects.get(pk=key)
    for view in views:
        document = Document.objects.get(product=product, view=view)
        body = json.loads(document.body)
        for name in ("name", "slug", "description"):
            assert body[name] == shown(product, name, view)
        assert body["seo"]["title"] == shown(product, "seo_title", view)
        assert body["seo"]["description"] == shown(product, "seo_description", view)
        assert (document.slug, document.sort_name) == (body["slug"], lower(body["name"]))
        assert body["media"][0]["alt"] == shown(product.media.get(), "alt", view)
        assert body["brand"]["name"] == shown(brand, "name", view)
        step = {"id": str(category.pk), **{n: shown(category, n, view) for n in ("slug", "name")}}
        assert body["categories"] == [{**step, "path": [step]}]
    assert build.drifted([key]) == []
    rows: tuple[Any, ...] = (product, category, brand)
    for row in rows:  # the slugs are free for the next example
        type(row).objects.filter(pk=row.pk).update(translations={})
    Product.objects.filter(pk=key).update(slug=f"gone-{key}")
    build.rebuild([key])


def lower(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(%s)", [text])
        return str(cursor.fetchone()[0])


def test_documents_follow_translations_of_brands_and_categories(views: Any) -> None:
    brand, root = BrandFactory.create(name="Wood"), CategoryFactory.create(name="Chairs")
    leaf = CategoryFactory.create(name="Stools", parent=root)
    key = create_product(
        values={"name": "Oak", "brand": brand.pk, "categories": [leaf.pk]}, actor=SYSTEM
    )
    gifts = CollectionFactory.create(name="Gifts", status="published")
    on: Any = {"expected_version": None, "actor": SYSTEM}
    replace_products(gifts.pk, products=[key], **on)
    french: Any = {"translation_changes": {"fr": {"name": "Cadeaux"}, "de": {"slug": "gaben"}}}
    update_collection(gifts.pk, values=french, may_publish=False, **on)
    german: Any = {"translation_changes": {"de": {"name": "Stühle"}}}
    update_category(root.pk, values=german, expected_version=None, actor=SYSTEM)
    german = {"translation_changes": {"de": {"name": "Holz"}}}
    update_brand(brand.pk, values=german, expected_version=None, actor=SYSTEM)
    document = Document.objects.get(product=key, view__locale__code="gsw")
    body = json.loads(document.body)
    assert body["brand"]["name"] == "Holz"
    assert [(each["name"], each["slug"]) for each in body["collections"]] == [("Gifts", "gaben")]
    assert [step["name"] for step in body["categories"][0]["path"]] == ["Stühle", "Stools"]
    assert build.drifted([key]) == []


def test_documents_label_options_and_values_in_the_first_locale_that_has_a_word(
    views: list[ChannelLocale],
) -> None:
    """Names with what a pointer escapes, too; what has no word is called what it is."""
    sizes = [{"options": {"Size/EU": size, "Color": "Red"}} for size in ("S~1", "M")]
    words: Any = {
        "de": {"options/Color": "Farbe", "options/Size~1EU": "Größe", "options/Color/Red": "Rot"},
        "de-CH": {"options/Size~1EU/S~01": "Klein"},
        "fr": {"options/Color": "Couleur"},
    }
    key = create_product(
        values={"name": "Shirt", "variants": sizes, "translations": words},  # type: ignore[typeddict-item]  # plain values
        actor=SYSTEM,
    )
    expected = {
        "en": [("Size/EU", ["S~1", "M"]), ("Color", ["Red"])],
        "de": [("Größe", ["S~1", "M"]), ("Farbe", ["Rot"])],
        "gsw": [("Größe", ["Klein", "M"]), ("Farbe", ["Rot"])],
        "fr": [("Size/EU", ["S~1", "M"]), ("Couleur", ["Red"])],
    }
    for view in views:
        options = json.loads(Document.objects.get(product=key, view=view).body)["options"]
        assert [each["name"] for each in options] == ["Size/EU", "Color"]
        assert [each["values"] for each in options] == [["S~1", "M"], ["Red"]]
        assert [(each["label"], each["labels"]) for each in options] == expected[view.locale.code]
    assert build.drifted([key]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("options/Colour", "Farbe"),
        ("options/Color/Red/Dark", "Rot"),
        ("options/", "Farbe"),
        ("options/Color", " "),
        ("options/Color/Red", "r" * 256),
    ],
)
def test_a_word_for_no_option_is_refused(views: Any, name: str, text: str) -> None:
    values: Any = {
        "name": "Shirt",
        "variants": [{"options": {"Color": "Red"}}],
        "translations": {"de": {name: text}},
    }
    with pytest.raises(InvalidValue) as refused:
        create_product(values=values, actor=SYSTEM)
    assert refused.value.pointer == f"/translations/de/{name.replace('/', '~1')}"
    assert not Product.objects.exists()


def test_documents_follow_the_names_of_types_tax_classes_groups_and_kinds(views: Any) -> None:
    attribute = AttributeFactory.create(code="wood", group="Look", translations=in_german("group"))
    kind = ProductTypeFactory.create(attributes=[attribute], translations=in_german("name"))
    tax = TaxClassFactory.create(code="reduced", translations=in_german("name"))
    lid = ProductFactory.create()
    accessory = RelationKind.objects.get(code="accessory")
    mug = ProductFactory.create(
        product_type=kind,
        tax_class="reduced",
        attributes={"wood": "oak"},
        relations=[{"kind": "accessory", "product": lid.pk}],
    )
    on: Any = {"expected_version": None, "actor": SYSTEM}
    update_relation_kind(accessory.pk, values={"translations": in_german("name")}, **on)
    assert [shown_names(mug, code) for code in ("gsw", "fr")] == [
        ["Deutsch", "Deutsch", "Deutsch", "Deutsch"],
        [kind.name, tax.name, "Look", accessory.name],
    ]
    german: Any = {"translation_changes": {"de": {"name": "Neu"}}}
    update_product_type(kind.pk, values=german, **on)
    update_tax_class(tax.pk, values=german, **on)
    update_relation_kind(accessory.pk, values={"translation_changes": {"de": None}}, **on)
    assert shown_names(mug, "gsw") == ["Neu", "Neu", "Deutsch", accessory.name]
    assert list(check_products([mug.pk, lid.pk])) == []
    assert list(check_shared()) == []
    # They are named to whoever takes the locale away, and go with it.
    with pytest.raises(StillInUse):
        update_locale(Locale.objects.get(code="de").pk, values={"code": "de-DE"}, **on)


def in_german(name: str) -> Any:
    return {"de": {name: "Deutsch"}}


def shown_names(product: Product, locale: str) -> list[str]:
    body = json.loads(Document.objects.get(product=product, view__locale__code=locale).body)
    return [
        body["product_type"]["name"],
        body["tax_class"]["name"],
        body["attributes"][0]["group"],
        body["relations"][0]["kind_name"],
    ]
