"""Translations, as editors write them and shoppers read them."""

from typing import Any

import pytest

from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db
NOUNS = ["products", "brands", "categories"]
GERMAN = {"de": {"name": "Eiche", "slug": "eiche"}}


@pytest.fixture(autouse=True)
def europe(db: None) -> Any:
    create_locale(values={"code": "de", "name": "German"}, actor=SYSTEM)
    create_locale(values={"code": "de-CH", "name": "Swiss", "fallback": "de"}, actor=SYSTEM)
    return create_channel(values={"name": "Europe", "locales": ["en", "de", "de-CH"]}, actor=SYSTEM)


@pytest.mark.parametrize("noun", NOUNS)
def test_texts_are_written_with_the_row_and_read_in_a_locale(
    editor: Any, publisher: Any, anonymous: Any, noun: str
) -> None:
    path = f"/api/v1/{noun}"
    body = {"name": "Oak", "slug": "oak", "description": "Wood", "translations": GERMAN}
    created = publisher.post(path, body | ({"status": "published"} if noun == "products" else {}))
    assert (created.status_code, created.json()["name"]) == (201, "Oak")
    texts = f"{path}/oak/translations"
    assert editor.get(texts).json()["translations"] == GERMAN
    assert anonymous.get(texts).status_code == 401

    swiss = "?channel=europe&locale=de-CH"
    german = anonymous.get(f"{path}/eiche{swiss}")
    shown = {"name": "Eiche", "slug": "eiche", "description": "Wood"}
    assert german.json().items() >= shown.items()
    assert german["Content-Language"] == "de-CH"
    assert [row["name"] for row in anonymous.get(path + swiss).json()["items"]] == ["Eiche"]
    assert anonymous.get(f"{path}/oak").json()["name"] == "Oak"
    assert anonymous.get(f"{path}/eiche").status_code == 404

    changes = {"de": {"slug": None, "description": "Holz"}, "de-CH": {"name": "Eich"}}
    patched = editor.patch(f"{path}/oak", {"translations": changes})
    assert patched.status_code == 200
    merged = {"de": {"name": "Eiche", "description": "Holz"}, "de-CH": {"name": "Eich"}}
    assert editor.get(texts).json()["translations"] == merged
    both = anonymous.get(f"{path}/oak{swiss}").json()
    assert (both["name"], both["description"]) == ("Eich", "Holz")
    moved = anonymous.get(f"{path}/eiche?channel=europe&locale=de")
    assert moved.status_code == 301
    assert moved["Location"].endswith("/oak?channel=europe&locale=de")


def test_the_slug_of_another_locale_leads_to_the_one_of_this(
    publisher: Any, anonymous: Any
) -> None:
    body = {"name": "Oak", "status": "published", "translations": GERMAN}
    publisher.post("/api/v1/products", body)
    answer = anonymous.get("/api/v1/products/oak?channel=europe&locale=de")
    assert answer.status_code == 301
    assert answer["Location"].endswith("/products/eiche?channel=europe&locale=de")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_replacement_that_names_no_translations_keeps_them(editor: Any, noun: str) -> None:
    path = f"/api/v1/{noun}"
    made = editor.post(path, {"name": "Oak", "translations": GERMAN}).json()
    if noun == "products":
        kept = ("name", "description", "publish_at", "unpublish_at", "tags", "option_names")
        body = {name: made[name] for name in (*kept, "metadata", "seo")}
        empty: dict[str, Any] = {"categories": [], "variants": [], "media": [], "attributes": {}}
        body |= {"brand": None, "product_type": None, "tax_class": None, **empty}
    else:
        body = {"name": "Oak"}
    assert editor.put(f"{path}/oak", body).status_code == 200
    assert editor.get(f"{path}/oak/translations").json()["translations"] == GERMAN
    assert editor.put(f"{path}/oak", {**body, "translations": {}}).status_code == 200
    assert editor.get(f"{path}/oak/translations").json()["translations"] == {}


def test_pictures_have_an_alternative_text_in_each_locale(editor: Any, publisher: Any) -> None:
    publisher.post("/api/v1/products", {"name": "Oak", "status": "published"})
    media = "/api/v1/products/oak/media"
    body = {"url": "https://a.example/b.png", "alt": "A", "translations": {"de": {"alt": "Ein"}}}
    made = editor.post(media, body)
    assert (made.status_code, made.json()["alt"]) == (201, "A")
    key = made.json()["id"]
    assert editor.get(f"{media}/{key}?channel=europe&locale=de").json()["alt"] == "Ein"
    whole = editor.get("/api/v1/products/oak?channel=europe&locale=de").json()
    assert [picture["alt"] for picture in whole["media"]] == ["Ein"]
    editor.patch(f"{media}/{key}", {"translations": {"de": {"alt": "Zwei"}}})
    texts = editor.get("/api/v1/products/oak/translations").json()
    assert texts == {"translations": {}, "media": {key: {"de": {"alt": "Zwei"}}}}


@pytest.mark.parametrize("noun", NOUNS)
def test_an_unknown_locale_is_told_those_that_exist(editor: Any, noun: str) -> None:
    answer = editor.post(f"/api/v1/{noun}", {"name": "A", "translations": {"xx": {"name": "B"}}})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/translations/xx"
    assert error["detail"].endswith("There are: de, de-CH.")


def test_only_editors_see_translations(viewer: Any, editor: Any) -> None:
    editor.post("/api/v1/products", {"name": "Oak", "translations": GERMAN})
    for path in ("products/oak", "brands/none", "categories/none"):
        assert viewer.get(f"/api/v1/{path}/translations").status_code == 403
    assert editor.get("/api/v1/brands/none/translations").status_code == 404
