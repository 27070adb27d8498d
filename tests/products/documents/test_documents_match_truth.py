"""A document is what a slow, obvious reading of the rows would print: no field may drift."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from products.api.answers import ProductResponse
from products.documents import build
from products.models import Category, Collection, Document, Media, Product, Rendition, Variant
from products.services.brands import update_brand
from products.services.categories import update_category
from products.services.products import create_product, update_product
from tests.products.factories import (
    SYSTEM,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    price,
)
from tests.products.naive_attributes import shown_attributes
from tests.products.naive_prices import chosen_price, shown_prices
from tests.products.strategies import product_values, words

pytestmark = pytest.mark.django_db
START, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
NESTED = {
    "categories",
    "collections",
    "attributes",
    "options",
    "variant_count",
    "variants",
    "more_variants",
    "media",
    "seo",
    "price_range",
    "availability",
}
relaxed = hypothesis_settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def shown(product: Product, at: datetime) -> Any:
    """The product, read row by row, through the serializer that describes its document."""
    plain = set(ProductResponse.Meta.fields) - NESTED
    view: Any = SimpleNamespace(**{name: getattr(product, name) for name in plain})
    view.categories = [breadcrumbs(each.category) for each in product.memberships.all()]
    named = Collection.objects.filter(members__product=product, is_shown=True)
    view.collections = sorted(named, key=lambda each: (each.position, each.name, each.pk))
    view.attributes = shown_attributes(product.attributes, product)
    variants = list(product.variants.filter(status="active"))
    view.availability = best_availability(product)
    view.options = options(product, variants)
    view.variant_count = len(variants)
    view.variants = [described(variant, at) for variant in variants[:100]]
    view.more_variants = None
    view.media = [with_renditions(media) for media in product.media.all()]
    view.seo = {"title": product.seo_title, "description": product.seo_description}
    view.price_range = price_range(product, at)
    return json.loads(json.dumps(ProductResponse(view).data, default=str))


def options(product: Product, variants: list[Variant]) -> list[dict[str, Any]]:
    """The values of each option: by where they first appear, then by the alphabet."""
    found: dict[str, dict[str, int]] = {name: {} for name in product.option_names}
    for variant in variants:
        for name, value in variant.options.items():
            found.get(name, {}).setdefault(value, variant.position)
    ordered = {
        name: sorted(values, key=lambda value: (values[value], value))
        for name, values in found.items()
    }
    return [
        {"name": name, "label": name, "values": values, "labels": values}
        for name, values in ordered.items()
    ]


def described(variant: Variant, at: datetime) -> Any:
    row: Any = variant
    row.availability = availability(variant)
    row.shown_attributes = shown_attributes(variant.attributes, variant.product)
    row.shown_prices = shown_prices(variant, at)
    row.shown_media = [shown.media_id for shown in variant.shown_by.order_by("position")]
    return row


def with_renditions(media: Media) -> Any:
    row: Any = media
    row.shown_renditions = [
        SimpleNamespace(
            width=each.width, height=each.height, format=each.format, url=f"/media/{each.file}"
        )
        for each in Rendition.objects.all()
        if each.source == media.file.name
    ]
    return row


def availability(variant: Variant) -> str:
    if not variant.track_inventory:
        return "in_stock"
    total = sum(each.quantity for each in variant.stock.all() if each.location.is_active)
    if total > 0:
        return "in_stock"
    owes = {"deny": total > 0, "allow": True, "limit": total > -variant.backorder_limit}
    return "backorder" if owes[variant.backorder_policy] else "out_of_stock"


def best_availability(product: Product) -> str:
    found = {availability(variant) for variant in product.variants.filter(status="active")}
    order = ("in_stock", "backorder", "out_of_stock")
    return next((each for each in order if each in found), "out_of_stock")


def breadcrumbs(category: Category) -> SimpleNamespace:
    path = [category]
    while path[0].parent:
        path.insert(0, path[0].parent)
    return SimpleNamespace(id=category.pk, slug=category.slug, name=category.name, path=path)


def amounts(product: Product, at: datetime) -> list[Decimal]:
    active = product.variants.filter(status="active")
    found = [chosen_price(variant, settings.CATALOG_CURRENCY, at) for variant in active]
    return [price.amount for price in found if price]


def price_range(product: Product, at: datetime) -> dict[str, Any] | None:
    found = amounts(product, at)
    if not found:
        return None
    return {"currency": settings.CATALOG_CURRENCY, "min": min(found), "max": max(found)}


def columns(product: Product, at: datetime) -> dict[str, Any]:
    """What filters and orders read, worked out one by one."""
    categories = {key for each in product.memberships.all() for key in each.category.path}
    found = amounts(product, at)
    return {
        "slug": product.slug,
        "status": product.status,
        "visible_from": product.publish_at or START,
        "visible_until": product.unpublish_at or END,
        "brand_id": product.brand_id,
        "category_ids": sorted(categories),
        "collection_ids": sorted(
            each.pk for each in Collection.objects.filter(members__product=product)
        ),
        "tags": product.tags,
        "price_min": min(found, default=None),
        "price_max": max(found, default=None),
        "availability": best_availability(product),
        "created_at": product.created_at,
        "updated_at": product.updated_at,
        "version": product.version,
    }


def assert_true(product_id: Any) -> None:
    product = Product.objects.get(pk=product_id)
    document = Document.objects.get(product=product_id)
    at = product.updated_at
    assert json.loads(document.body) == shown(product, at)
    assert {name: getattr(document, name) for name in columns(product, at)} == columns(product, at)
    assert build.drifted([product_id]) == []


@relaxed
@given(values=product_values)
def test_every_document_is_what_its_rows_say(values: Any) -> None:
    assert_true(create_product(values=values, actor=SYSTEM))


@relaxed
@given(
    before=product_values,
    after=product_values,
    named=st.sets(
        st.sampled_from(
            ["name", "description", "status", "tags", "metadata", "variants", "media", "seo_title"]
        )
    ),
)
def test_a_document_follows_every_change(before: Any, after: Any, named: set[str]) -> None:
    product_id = create_product(values=before, actor=SYSTEM)
    values = {name: after[name] for name in named}
    if "media" not in named:
        for variant in values.get("variants", []):
            del variant["media"]  # there are none of these URLs
    update_product(
        product_id,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    assert_true(product_id)


@relaxed
@given(brand=words(20), category=words(20))
def test_a_document_follows_the_names_it_shows(brand: str, category: str) -> None:
    root = CategoryFactory.create()
    leaf = CategoryFactory.create(parent=root)
    product = ProductFactory.create(brand=BrandFactory.create(), categories=[leaf])
    assert product.brand_id is not None
    update_brand(product.brand_id, values={"name": brand}, expected_version=None, actor=SYSTEM)
    update_category(root.pk, values={"name": category}, expected_version=None, actor=SYSTEM)
    assert_true(product.pk)
    body = json.loads(Document.objects.get(product=product.pk).body)
    assert (body["brand"]["name"], body["categories"][0]["path"][0]["name"]) == (brand, category)


def test_a_document_shows_every_kind_of_member() -> None:
    root = CategoryFactory.create(name="Home")
    leaf = CategoryFactory.create(name="Lamps", parent=root)
    product = ProductFactory.create(
        brand=BrandFactory.create(name="Lumen"),
        categories=[leaf, root],
        publish_at=datetime(2026, 1, 2, tzinfo=UTC),
        unpublish_at=datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        option_names=["Size", "Color"],
        variants=[
            {"sku": "L-1", "options": {"Color": "Red", "Size": "M"}, "prices": [price("5")]},
            {"sku": "L-2", "options": {"Color": "Blue"}, "prices": [price("7.125", "EUR")]},
        ],
        media=[{"url": "https://images.example/lamp.png", "alt": "A lamp"}],
    )
    assert_true(product.pk)
    body = json.loads(Document.objects.get(product=product.pk).body)
    assert body["publish_at"] == "2026-01-02T00:00:00.000000Z"
    assert body["unpublish_at"] == "2027-01-02T03:04:05.000678Z"
    assert [step["name"] for step in body["categories"][0]["path"]] == ["Home", "Lamps"]
    assert body["price_range"] == {"currency": "USD", "min": "5.00", "max": "5.00"}
    assert list(body["variants"][0]["options"]) == ["Size", "Color"]


def test_the_drift_check_finds_what_somebody_bent_by_hand() -> None:
    bent, whole, gone = ProductFactory.create_batch(3)
    Product.objects.filter(pk=bent.pk).update(name="Bent behind our back")
    Document.objects.filter(product=gone.pk).delete()
    everything = [bent.pk, whole.pk, gone.pk]
    assert sorted(build.drifted(everything)) == sorted([bent.pk, gone.pk])
    assert build.rebuild(everything) == 2
    assert build.drifted(everything) == []


def test_no_products_need_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert build.rebuild([]) == 0


def test_batches_hold_every_product_once_in_order() -> None:
    keys = sorted(product.pk for product in ProductFactory.create_batch(5))
    assert list(build.product_batches(2)) == [keys[:2], keys[2:4], keys[4:]]
