"""Completeness is what an obvious look at the rows gives, in every channel and locale."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents import build
from products.models import ChannelLocale, Document, Product
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.products import create_product, update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)
from tests.products.naive_attributes import chain, translated

pytestmark = pytest.mark.django_db


def lacks(product: Product, view: ChannelLocale) -> tuple[int, list[str]]:
    """Percent, and what is missing, one by one."""
    locales = chain(view.locale)
    own = locales[:-1] or locales
    currency = view.channel.currency or "USD"
    variants = list(product.variants.all())
    prices = [each for variant in variants for each in variant.prices.all()]
    description = translated(product.translations, "description", product.description, locales)
    checks = [
        ("description", bool(description.strip())),
        ("media", product.media.exists()),
        ("price", any(each.currency == currency for each in prices)),
    ]
    if len(locales) > 1:
        for name in ("name", "description"):
            if getattr(product, name).strip():
                is_there = any(name in product.translations.get(code, {}) for code in own)
                checks.append((f"translations.{name}", is_there))
    kind = product.product_type
    required = kind.assignments.filter(is_required=True) if kind else []
    found = []
    for each in required:
        rows = variants if each.is_variant else [product]
        values = [row.attributes.get(each.attribute.code) for row in rows]
        if each.attribute.is_per_channel:
            values = [value and value.get(view.channel.slug) for value in values]
        if each.attribute.is_localizable:
            values = [
                next((value[code] for code in own if code in (value or {})), None)
                for value in values
            ]
        code = f"attributes.{each.attribute.code}"
        found.append((code, all(value is not None for value in values)))
    checks += sorted(found)
    missing = [name for name, is_there in checks if not is_there]
    return 100 * (len(checks) - len(missing)) // len(checks), missing


@pytest.fixture
def kind(db: None) -> Any:
    for code, fallback in (("de", None), ("de-CH", "de")):
        create_locale(values={"code": code, "name": code, "fallback": fallback}, actor=SYSTEM)
    create_channel(
        values={"name": "Alps", "currency": "CHF", "locales": ["de-CH", "en"]}, actor=SYSTEM
    )
    make = AttributeFactory.create
    return ProductTypeFactory.create(
        attributes=[
            make(code="wood"),
            make(code="slogan", is_localizable=True),
            make(code="badge", is_per_channel=True),
            make(code="motto", is_per_channel=True, is_localizable=True),
            make(code="idle"),
        ],
        variant_attributes=[make(code="finish")],
        required=["wood", "slogan", "badge", "motto", "finish"],
    )


by_locale = st.dictionaries(st.sampled_from(["en", "de", "de-CH"]), st.just("x"), min_size=1)
channels = st.sampled_from(["default", "alps"])
by_code = st.fixed_dictionaries(
    {},
    optional={
        "wood": st.just("oak"),
        "slogan": by_locale,
        "badge": st.dictionaries(channels, st.just("x"), min_size=1),
        "motto": st.dictionaries(channels, by_locale, min_size=1),
    },
)
variants = st.lists(
    st.fixed_dictionaries(
        {
            "attributes": st.sampled_from([{}, {"finish": "oiled"}]),
            "prices": st.sampled_from([[], [price("1")], [price("1", "CHF")]]),
        }
    ),
    max_size=2,
).map(lambda rows: [{**row, "options": {"N": str(n)}} for n, row in enumerate(rows)])
translations = st.dictionaries(
    st.sampled_from(["de", "de-CH"]),
    st.dictionaries(st.sampled_from(["name", "description"]), st.just("x")),
)


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    written=st.fixed_dictionaries(
        {
            "attributes": by_code,
            "variants": variants,
            "translations": translations,
            "description": st.sampled_from(["", " \n", "Text"]),
            "media": st.sampled_from([[], [{"url": "https://a.example/b.png"}]]),
        }
    )
)
def test_completeness_is_what_the_rows_say(kind: Any, written: Any) -> None:
    values: Any = {"name": "Oak", "product_type": kind.pk, **written}
    key = create_product(values=values, actor=SYSTEM)
    product = Product.objects.get(pk=key)
    for view in ChannelLocale.objects.all():
        document = Document.objects.get(product=product, view=view)
        assert (document.completeness, document.missing) == lacks(product, view)
    assert build.drifted([key]) == []


def test_a_product_without_a_type_can_be_complete() -> None:
    product = ProductFactory.create(description="Text", media=[{"url": "https://a.example/b.png"}])
    document = Document.objects.get(product=product)
    assert (document.completeness, document.missing) == (100, [])


def test_editors_find_what_is_missing(editor: Any, anonymous: Any) -> None:
    whole = ProductFactory.create(
        name="Whole", description="Text", media=[{"url": "https://a.example/b.png"}]
    )
    bare = ProductFactory.create(name="Bare")
    found = editor.get("/api/v1/products?missing=media").json()["items"]
    assert [row["name"] for row in found] == ["Bare"]
    found = editor.get("/api/v1/products?completeness_min=34").json()["items"]
    assert [row["name"] for row in found] == ["Whole"]
    for query in ("missing=media", "completeness_min=10"):
        answer = anonymous.get(f"/api/v1/products?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["detail"].startswith("Only editors")
    for text in ("101", "-1", "x", "1.5"):
        assert editor.get(f"/api/v1/products?completeness_min={text}").status_code == 400
    path = f"/api/v1/products/{bare.pk}/completeness"
    answer = editor.get(path)
    assert answer.json()["items"] == [
        {
            "channel": "default",
            "locale": "en",
            "completeness": 33,
            "missing": ["description", "media"],
        }
    ]
    assert editor.get(path, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert anonymous.get(path).status_code == 401
    assert editor.get(f"/api/v1/products/{whole.slug}x/completeness").status_code == 404


def test_completeness_follows_a_write() -> None:
    product = ProductFactory.create()
    update_product(
        product.pk,
        values={"description": "Text", "media": [{"url": "https://a.example/b.png"}]},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    assert Document.objects.get(product=product).completeness == 100
