"""Translations: merged by locale and text, refused with the place, unique by slug."""

from functools import partial
from typing import Any

import pytest

from products.errors import InvalidValue, SlugTaken, ValuesWouldBeLost
from products.models import Brand, Category, Collection, Locale, Product
from products.services.brands import create_brand, update_brand
from products.services.categories import create_category, update_category
from products.services.channels import create_channel
from products.services.collections import create_collection, update_collection
from products.services.locales import create_locale, delete_locale
from products.services.products import archive_product, create_product, update_product
from products.services.translations import merge
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def europe(db: None) -> Any:
    for code in ("de", "fr"):
        create_locale(values={"code": code, "name": code}, actor=SYSTEM)
    return create_channel(values={"name": "Europe", "locales": ["en", "de"]}, actor=SYSTEM)


def translate(product: Product, changes: Any) -> dict[str, Any]:
    update_product(
        product.pk,
        values={"translation_changes": changes},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    product.refresh_from_db()
    return dict(product.translations)


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ({}, {"de": {"name": "A"}}, {"de": {"name": "A"}}),
        ({"de": {"name": "A", "alt": "B"}}, {"de": {"name": None}}, {"de": {"alt": "B"}}),
        ({"de": {"name": "A"}}, {"de": {"name": None}}, {}),
        ({"de": {"name": "A"}}, {"de": None, "fr": {"name": "C"}}, {"fr": {"name": "C"}}),
        ({"de": {"name": "A"}}, {"fr": {}}, {"de": {"name": "A"}}),
        ({"de": {"name": "A"}}, {"de": {"name": ""}}, {"de": {"name": ""}}),
    ],
)
def test_changes_are_merged_by_locale_and_text(before: Any, changes: Any, after: Any) -> None:
    assert merge(before, changes) == after


def test_a_product_keeps_what_is_not_named() -> None:
    product = ProductFactory.create(translations={"de": {"name": "Eiche", "description": "Alt"}})
    assert translate(product, {"de": {"name": None}, "fr": {"name": "Chêne"}}) == {
        "de": {"description": "Alt"},
        "fr": {"name": "Chêne"},
    }
    version = product.version
    translate(product, {"fr": {"name": "Chêne"}})
    assert product.version == version


@pytest.mark.parametrize(
    ("translations", "pointer", "told"),
    [
        ({"xx": {"name": "A"}}, "/translations/xx", "There are: de, fr."),
        ({"en": {"name": "A"}}, "/translations/en", "the default locale"),
        ({"de": {"title": "A"}}, "/translations/de/title", "There are: name, description, slug"),
        ({"de": {"name": " "}}, "/translations/de/name", "never blank"),
        ({"de": {"name": "A" * 501}}, "/translations/de/name", "at most 500"),
        ({"de": {"name": 7}}, "/translations/de/name", "Give a text"),
        ({"de": {"slug": "a b"}}, "/translations/de/slug", "letters, digits"),
        (
            {"de": {"slug": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06"}},
            "/translations/de/slug",
            "no UUID",
        ),
    ],
)
def test_what_is_no_translation_is_refused(translations: Any, pointer: str, told: str) -> None:
    with pytest.raises(InvalidValue, match=told) as refused:
        create_product(values={"name": "A", "translations": translations}, actor=SYSTEM)
    assert refused.value.pointer == pointer
    assert not Product.objects.exists()


def test_a_flaw_of_a_picture_is_told_with_its_place() -> None:
    picture: Any = {"url": "https://a.example/b.png", "translations": {"de": {"name": "A"}}}
    with pytest.raises(InvalidValue) as refused:
        create_product(values={"name": "A", "media": [picture]}, actor=SYSTEM)
    assert refused.value.pointer == "/media/0/translations/de/name"


def test_a_slug_leads_to_one_product_in_each_locale() -> None:
    first = ProductFactory.create(slug="oak", translations={"de": {"slug": "eiche"}})
    for taken in ("eiche", "elm"):
        ProductFactory.create(slug="elm") if taken == "elm" else None
        with pytest.raises(SlugTaken, match="one of the channels' locales"):
            ProductFactory.create(slug="ash", translations={"de": {"slug": taken}})
    with pytest.raises(SlugTaken):
        ProductFactory.create(slug="eiche")
    ProductFactory.create(slug="beech", translations={"fr": {"slug": "eiche"}, "de": {"slug": "b"}})
    archive_product(first.pk, expected_version=None, actor=SYSTEM)
    ProductFactory.create(slug="ash", translations={"de": {"slug": "eiche"}})


def test_a_locale_that_no_channel_shows_has_no_slugs_to_guard() -> None:
    ProductFactory.create(slug="oak", translations={"fr": {"slug": "chene"}})
    ProductFactory.create(slug="elm", translations={"fr": {"slug": "chene"}})
    with pytest.raises(SlugTaken):
        create_channel(values={"name": "France", "locales": ["fr"]}, actor=SYSTEM)


PUBLISHER: Any = {"may_publish": True}


@pytest.mark.parametrize(
    ("create", "update"),
    [
        (create_brand, update_brand),
        (create_category, update_category),
        (partial(create_collection, **PUBLISHER), partial(update_collection, **PUBLISHER)),
    ],
)
def test_a_slug_leads_to_one_brand_category_or_collection(create: Any, update: Any) -> None:
    german = {"de": {"slug": "eiche"}}
    first = create(values={"name": "Oak", "slug": "oak", "translations": german}, actor=SYSTEM)
    for values in (
        {"name": "A", "translations": german},
        {"name": "A", "translations": {"de": {"slug": "oak"}}},
        {"name": "A", "slug": "eiche"},
    ):
        with pytest.raises(SlugTaken):
            create(values=values, actor=SYSTEM)
    other = create(values={"name": "A", "translations": {"fr": {"slug": "eiche"}}}, actor=SYSTEM)
    with pytest.raises(SlugTaken) as refused:
        update(
            other.pk,
            values={"translation_changes": german},
            expected_version=None,
            actor=SYSTEM,
        )
    assert refused.value.pointer == "/translations/de/slug"
    update(first.pk, values={"translation_changes": german}, expected_version=None, actor=SYSTEM)
    first.refresh_from_db()
    assert first.version == 1


def test_a_locale_goes_with_its_translations() -> None:
    product = ProductFactory.create(
        translations={"fr": {"name": "Chêne"}},
        media=[{"url": "https://a.example/b.png", "translations": {"fr": {"alt": "Un"}}}],
    )
    create_brand(values={"name": "Oak", "translations": {"fr": {"name": "C"}}}, actor=SYSTEM)
    create_category(values={"name": "Oak", "translations": {"fr": {"name": "C"}}}, actor=SYSTEM)
    texts: Any = {"name": "Oak", "translations": {"fr": {"name": "C"}}}
    create_collection(values=texts, actor=SYSTEM, may_publish=True)
    french = Locale.objects.get(code="fr")
    with pytest.raises(ValuesWouldBeLost) as refused:
        delete_locale(french.pk, expected_version=None, actor=SYSTEM)
    losses: Any = refused.value.members()["losses"]
    assert (losses["texts"], losses["products"]) == (5, 1)
    delete_locale(french.pk, expected_version=None, actor=SYSTEM, accept_loss=True)
    nouns = (Brand, Category, Collection)
    rows: list[Any] = [product.media.get(), *(noun._default_manager.get() for noun in nouns)]
    product.refresh_from_db()
    assert [row.translations for row in [product, *rows]] == [{}] * 5
