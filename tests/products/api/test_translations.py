"""Translations, as editors write them and shoppers read them."""

from typing import Any

import pytest

from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db
NOUNS = ["products", "brands", "categories", "collections"]
PUBLISHED = {"products", "collections"}  # by their status
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
    created = publisher.post(path, body | ({"status": "published"} if noun in PUBLISHED else {}))
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
    for code in ("de", "de-CH"):  # what a fallback showed leads on, too
        moved = anonymous.get(f"{path}/eiche?channel=europe&locale={code}")
        assert moved.status_code == 301
        assert moved["Location"].endswith(f"/oak?channel=europe&locale={code}")
    assert anonymous.get(f"{path}/eiche?channel=europe&locale=en").status_code == 404


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


def test_a_collection_is_found_and_named_in_the_locale_wherever_it_is_shown(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    product = publisher.post("/api/v1/products", {"name": "Mug", "status": "published"}).json()
    texts = {"name": "Geschenke", "slug": "geschenke", "seo_title": "Schenken"}
    body = {"name": "Gifts", "seo": {"title": "Give"}, "translations": {"de": texts}}
    path = "/api/v1/collections/gifts"
    assert publisher.post("/api/v1/collections", {**body, "status": "published"}).status_code == 201
    editor.put(f"{path}/products", {"products": [product["id"]]})
    german = "channel=europe&locale=de-CH"
    shown = anonymous.get(f"{path}?{german}").json()
    assert (shown["name"], shown["slug"]) == ("Geschenke", "geschenke")
    assert shown["seo"] == {"title": "Schenken", "description": ""}
    (listed,) = anonymous.get(f"/api/v1/collections/geschenke/products?{german}").json()["items"]
    assert [each["name"] for each in listed["collections"]] == ["Geschenke"]
    query = "/api/v1/products?fields=slug&collection="

    def found(key: str) -> int:
        return len(anonymous.get(f"{query}{key}").json()["items"])

    assert [found(f"{key}&{german}") for key in ("geschenke", "gifts")] == [1, 1]
    assert [found(key) for key in ("geschenke", "gifts")] == [0, 1]
    assert found("geschenke&channel=europe&locale=en") == 0
    changes = {"translations": {"de": {"slug": "gaben"}}}
    assert editor.patch(path, changes).json()["version"] == 3
    moved = anonymous.get(f"/api/v1/collections/geschenke/products?{german}")
    assert (moved.status_code, moved["Location"].split("?")[0][-14:]) == (301, "gifts/products")
    assert [found(f"{key}&{german}") for key in ("geschenke", "gaben")] == [1, 1]
    (document,) = anonymous.get(f"/api/v1/products?{german}").json()["items"]
    assert [each["slug"] for each in document["collections"]] == ["gaben"]
    publisher.patch(path, {"status": "draft"})
    assert [found(f"{key}&{german}") for key in ("geschenke", "gaben", "gifts")] == [0, 0, 0]
    assert anonymous.get(f"/api/v1/collections/gaben?{german}").status_code == 404
    assert anonymous.get(f"/api/v1/collections/geschenke?{german}").status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_a_made_slug_is_free_in_every_locale(editor: Any, noun: str) -> None:
    path = f"/api/v1/{noun}"
    editor.post(path, {"name": "Oak", "translations": {"de": {"slug": "beech"}}})
    made = editor.post(path, {"name": "Beech"})
    assert made.status_code == 201
    assert made.json()["slug"].startswith("beech-")
    taken = editor.post(path, {"name": "Beech", "slug": "beech"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug-taken")


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
    for path in ("products/oak", "brands/none", "categories/none", "collections/none"):
        assert viewer.get(f"/api/v1/{path}/translations").status_code == 403
    assert editor.get("/api/v1/brands/none/translations").status_code == 404
