"""Old slugs lead to what had them: at once, without chains, and only whoever may see it."""

from typing import Any

import pytest
from django.db import connection

from products.models import Product, SlugRedirect
from products.services.catalog_check import check_shared
from products.services.products import delete_product
from tests.products.factories import (
    SYSTEM,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
FACTORIES: dict[str, Any] = {
    "brands": BrandFactory,
    "categories": CategoryFactory,
    "collections": CollectionFactory,
    "products": ProductFactory,
}
NOUNS = sorted(FACTORIES)


def make(noun: str, slug: str) -> str:
    """The address of a new row, by its id."""
    shown = {"status": "published"} if noun == "collections" else {}
    return f"/api/v1/{noun}/{FACTORIES[noun].create(slug=slug, **shown).pk}"


def follow(client: Any, noun: str, slug: str) -> tuple[int, str | None]:
    answer = client.get(f"/api/v1/{noun}/{slug}")
    return answer.status_code, answer.get("Location")


def to(noun: str, slug: str) -> tuple[int, str]:
    return 301, f"http://testserver/api/v1/{noun}/{slug}"


@pytest.fixture(autouse=True)
def _no_drift_at_the_end() -> Any:
    yield
    assert list(check_shared()) == []


@pytest.mark.parametrize("noun", NOUNS)
def test_an_old_slug_leads_to_the_new_one(editor: Any, anonymous: Any, noun: str) -> None:
    path = make(noun, "one")
    assert follow(anonymous, noun, "one") == (200, None)
    assert editor.patch(path, {"slug": "two"}).status_code == 200
    assert follow(anonymous, noun, "one") == to(noun, "two")
    assert follow(anonymous, noun, "two") == (200, None)


@pytest.mark.parametrize("noun", NOUNS)
def test_there_are_no_chains(editor: Any, anonymous: Any, noun: str) -> None:
    path = make(noun, "one")
    for slug in ("two", "three"):
        editor.patch(path, {"slug": slug})
    assert follow(anonymous, noun, "one") == to(noun, "three")
    assert follow(anonymous, noun, "two") == to(noun, "three")


@pytest.mark.parametrize("noun", NOUNS)
def test_going_back_to_an_old_slug_removes_its_redirect(
    editor: Any, anonymous: Any, noun: str
) -> None:
    path = make(noun, "one")
    for slug in ("two", "one"):
        editor.patch(path, {"slug": slug})
    assert follow(anonymous, noun, "one") == (200, None)
    assert follow(anonymous, noun, "two") == to(noun, "one")
    assert list(SlugRedirect.objects.values_list("slug", flat=True)) == ["two"]


@pytest.mark.parametrize("noun", NOUNS)
def test_whoever_takes_an_old_slug_has_it(editor: Any, anonymous: Any, noun: str) -> None:
    first = make(noun, "one")
    editor.patch(first, {"slug": "two"})
    second = make(noun, "one")
    assert follow(anonymous, noun, "one") == (200, None)
    editor.patch(second, {"slug": "other"})
    assert follow(anonymous, noun, "one") == to(noun, "other")


@pytest.mark.parametrize("noun", NOUNS)
def test_deletion_takes_the_old_slugs_along(
    editor: Any, publisher: Any, anonymous: Any, noun: str
) -> None:
    path = make(noun, "one")
    editor.patch(path, {"slug": "two"})
    assert publisher.delete(path).status_code == 204
    assert follow(anonymous, noun, "one") == (404, None)
    assert not SlugRedirect.objects.exists()


def test_the_query_string_and_any_alphabet_come_along(editor: Any, anonymous: Any) -> None:
    path = make("products", "stuhl")
    editor.patch(path, {"slug": "größe"})
    answer = anonymous.get("/api/v1/products/stuhl?fields=id,slug")
    assert answer["Location"] == "http://testserver/api/v1/products/gr%C3%B6%C3%9Fe?fields=id,slug"
    assert anonymous.get(answer["Location"]).json()["slug"] == "größe"
    assert answer["Cache-Control"] == "public, no-cache"
    assert answer.content == b""
    wrong = anonymous.get("/api/v1/products/stuhl?field=id")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/field")


def test_only_whoever_may_see_the_product_is_sent_on(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    path = make("products", "secret")
    editor.patch(path, {"slug": "still-secret"})
    publisher.post(f"{path}/unpublish")
    assert follow(anonymous, "products", "secret") == (404, None)
    assert follow(editor, "products", "secret") == to("products", "still-secret")
    publisher.post(f"{path}/publish")
    assert follow(anonymous, "products", "secret") == to("products", "still-secret")


def test_only_whoever_may_see_the_collection_is_sent_on(editor: Any, anonymous: Any) -> None:
    """A slug tells nobody that there is a draft. The address of its products moves with it."""
    draft = CollectionFactory.create(slug="secret")
    editor.patch(f"/api/v1/collections/{draft.pk}", {"slug": "new"})
    for rest in ("", "/products?fields=id"):
        old = f"/api/v1/collections/secret{rest}"
        assert anonymous.get(old).status_code == 404
        answer = editor.get(old)
        assert (answer.status_code, answer["Location"]) == to("collections", f"new{rest}")
        assert editor.get(answer["Location"]).status_code == 200


def test_a_filter_by_an_old_slug_finds_the_collection(
    editor: Any, anonymous: Any, django_assert_num_queries: Any
) -> None:
    """Also of a product's list: whoever may not see the collection finds nothing."""
    product = ProductFactory.create(slug="mug")
    shown, draft = (
        CollectionFactory.create(slug=slug, status=status)
        for slug, status in (("gifts", "published"), ("secret", "draft"))
    )
    for row in (shown, draft):
        path = f"/api/v1/collections/{row.pk}"
        editor.put(f"{path}/products", {"products": [str(product.pk)]})
        assert editor.patch(path, {"slug": f"{row.slug}-2"}).status_code == 200
    hidden = {"secret", "secret-2", str(draft.pk)}
    for key in ("gifts", "gifts-2", str(shown.pk), *hidden, "nothing"):
        query = f"/api/v1/products?fields=slug&total=true&collection={key}"
        for client, sees in ((editor, key != "nothing"), (anonymous, "gifts" in key)):
            found = client.get(query).json()
            expected = [{"slug": "mug"}] if sees or key == str(shown.pk) else []
            assert (found["items"], found["total"]["value"]) == (expected, len(expected)), key
    for name, queries in (("gifts-2", 1), (str(shown.pk), 1), ("gifts", 3), ("nothing", 2)):
        with django_assert_num_queries(queries):
            anonymous.get(f"/api/v1/products?collection={name}")


def test_an_archived_product_leaves_its_slug_without_a_redirect_and_takes_it_back(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    archived = make("products", "one")
    publisher.post(f"{archived}/archive")
    assert follow(anonymous, "products", "one") == (404, None)
    live = make("products", "one")
    editor.patch(live, {"slug": "two"})
    assert follow(anonymous, "products", "one") == to("products", "two")
    assert publisher.post(f"{archived}/restore").status_code == 200
    publisher.post(f"{archived}/publish")
    assert follow(anonymous, "products", "one") == (200, None)


def test_a_new_slug_of_an_archived_product_redirects_nobody(editor: Any, publisher: Any) -> None:
    path = make("products", "one")
    publisher.post(f"{path}/archive")
    editor.patch(path, {"slug": "two"})
    assert not SlugRedirect.objects.exists()


def test_a_read_asks_once_more_only_when_it_found_nothing(
    anonymous: Any, editor: Any, django_assert_num_queries: Any
) -> None:
    for noun in NOUNS:
        path = make(noun, "one")
        editor.patch(path, {"slug": "two"})
        # What the short way to a product did not find, the long way looks for again.
        again = int(noun == "products")
        for slug, queries in (("two", 1), ("one", 2 + again), ("three", 2 + again)):
            with django_assert_num_queries(queries):
                anonymous.get(f"/api/v1/{noun}/{slug}")


def test_an_id_is_never_looked_up_among_old_slugs(
    anonymous: Any, django_assert_num_queries: Any
) -> None:
    for noun in NOUNS:
        with django_assert_num_queries(1 + (noun == "products")):
            answer = anonymous.get(f"/api/v1/{noun}/0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e01")
        assert answer.status_code == 404


def test_redirects_that_went_wrong_are_found() -> None:
    product, gone = ProductFactory.create(slug="here"), ProductFactory.create(slug="gone")
    delete_product(gone.pk, expected_version=None, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_slugredirect (noun, slug, target_id, since)"
            " VALUES ('product', 'here', %s, now()), ('product', 'old', %s, now())",
            [product.pk, gone.pk],
        )
    found = [(drift.check, drift.subject, drift.detail) for drift in check_shared()]
    assert found == [
        ("redirect", "product here", "A live row has this slug. Delete the redirect."),
        ("redirect", "product old", "It leads to nothing. Delete the redirect."),
    ]
    SlugRedirect.objects.all().delete()
    assert Product.objects.count() == 1
