"""Documents of every view are what an obvious reading of texts and fallbacks gives."""

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents import build
from products.models import ChannelLocale, Document, Product
from products.services.brands import update_brand
from products.services.categories import update_category
from products.services.channels import create_channel
from products.services.collection_members import replace_products
from products.services.collections import update_collection
from products.services.locales import create_locale
from products.services.products import create_product
from tests.products.factories import SYSTEM, BrandFactory, CategoryFactory, CollectionFactory
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
    max_examples=25,
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
