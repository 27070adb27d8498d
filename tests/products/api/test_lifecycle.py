"""Archive, restore, duplicate, schedule and delete, as callers see them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from products.models import Change, ExternalId, Media, MediaFetch, Price, Product, Variant
from products.services.catalog_check import check_products, check_shared
from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"


def path_of(product: Product) -> str:
    return f"{PRODUCTS}/{product.pk}"


@pytest.fixture(autouse=True)
def _no_drift_at_the_end() -> Any:
    yield
    assert list(check_products(list(Product.objects.values_list("pk", flat=True)))) == []


def test_archiving_frees_slug_skus_and_external_ids_and_restoring_names_who_took_them(
    publisher: Any,
) -> None:
    mine: dict[str, Any] = {
        "slug": "chair",
        "external_ids": [{"system": "erp", "id": "1"}],
        "variants": [
            {"sku": "A", "options": {"n": "1"}, "external_ids": [{"system": "erp", "id": "1"}]},
            {"sku": "B", "options": {"n": "2"}},
        ],
    }
    archived = ProductFactory.create(**mine)
    assert publisher.post(f"{path_of(archived)}/archive").status_code == 200
    heir = ProductFactory.create(**{**mine, "variants": mine["variants"][:1]}, name="Heir")
    other = ProductFactory.create(slug="other", name="Other", variants=[{"sku": "B"}])

    refused = publisher.post(f"{path_of(archived)}/restore")
    assert (refused.status_code, refused.json()["code"]) == (409, "restore-clashes")
    by_heir = {"id": str(heir.pk), "slug": "chair", "name": "Heir"}
    by_other = {"id": str(other.pk), "slug": "other", "name": "Other"}
    assert refused.json()["clashes"] == [
        {"field": "slug", "value": "chair", "holder": by_heir},
        {"field": "sku", "value": "A", "holder": by_heir},
        {"field": "sku", "value": "B", "holder": by_other},
        {"field": "external_id", "value": "erp:1", "holder": by_heir},
        {"field": "external_id", "value": "erp:1", "holder": by_heir},
    ]
    assert Product.objects.get(pk=archived.pk).status == "archived"
    assert publisher.delete(path_of(heir)).status_code == 204
    assert publisher.delete(path_of(other)).status_code == 204
    assert publisher.post(f"{path_of(archived)}/restore").json()["slug"] == "chair"
    assert set(ExternalId.objects.values_list("is_archived", flat=True)) == {False}


def test_a_restore_may_choose_another_slug(publisher: Any, anonymous: Any) -> None:
    archived = ProductFactory.create(slug="chair", variants=[])
    publisher.post(f"{path_of(archived)}/archive")
    taken = ProductFactory.create(slug="chair", variants=[])
    still = publisher.post(f"{path_of(archived)}/restore", {"slug": taken.slug})
    assert [clash["value"] for clash in still.json()["clashes"]] == ["chair"]
    restored = publisher.post(f"{path_of(archived)}/restore", {"slug": "chair-2019"})
    assert (restored.json()["slug"], restored.json()["status"]) == ("chair-2019", "draft")
    assert anonymous.get(f"{PRODUCTS}/chair").json()["id"] == str(taken.pk)
    wrong = publisher.post(f"{path_of(archived)}/restore", {"slog": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/slog")
    twice = publisher.post(f"{path_of(archived)}/restore")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong-status")


def test_a_product_appears_and_disappears_at_its_instant_without_a_job(
    publisher: Any, anonymous: Any
) -> None:
    product = ProductFactory.create(slug="lamp")
    now = datetime.now(UTC)

    def seen_between(start: timedelta, end: timedelta) -> tuple[int, int]:
        window = {"publish_at": (now + start).isoformat(), "unpublish_at": (now + end).isoformat()}
        assert publisher.patch(path_of(product), window).status_code == 200
        items = anonymous.get(PRODUCTS).json()["items"]
        return anonymous.get(f"{PRODUCTS}/lamp").status_code, len(items)

    hour = timedelta(hours=1)
    assert seen_between(hour, 2 * hour) == (404, 0)
    assert seen_between(-hour, hour) == (200, 1)
    assert seen_between(-2 * hour, -hour) == (404, 0)
    # The same document, the same bytes: only the clock moves over the edge of its window.
    edges = "visible_from = now() - interval '1 hour', visible_until = now() + interval '1 hour'"
    before = anonymous.get(f"{PRODUCTS}/lamp").status_code
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE products_document SET {edges}")
    assert (before, anonymous.get(f"{PRODUCTS}/lamp").status_code) == (404, 200)
    publisher.patch(path_of(product), {"publish_at": None, "unpublish_at": None})


@pytest.fixture
def whole_product() -> Product:
    material = AttributeFactory.create(code="material")
    kind = ProductTypeFactory.create(attributes=[material])
    return ProductFactory.create(
        name="Chair",
        brand=BrandFactory.create(),
        product_type=kind,
        attributes={"material": "oak"},
        categories=[CategoryFactory.create(), CategoryFactory.create()],
        tags=["b", "a"],
        metadata={"a": {"b": 1}},
        publish_at=datetime(2026, 1, 1, tzinfo=UTC),
        external_ids=[{"system": "erp", "id": "1"}],
        media=[{"url": "https://cdn.example/a.jpg", "alt": "A"}],
        variants=[
            {
                "sku": f"CH-{colour}",
                "gtin": "4006381333931",
                "options": {"Color": colour},
                "prices": [price("19.90", compare_at="24"), price("18", "EUR")],
                "external_ids": [{"system": "erp", "id": colour}],
            }
            for colour in ("red", "blue")
        ],
    )


def test_a_duplicate_has_everything_but_what_names_the_product(
    editor: Any, whole_product: Product
) -> None:
    picture, variant = Media.objects.get(), whole_product.variants.order_by("position")[0]
    linked = editor.patch(
        f"{path_of(whole_product)}/variants/{variant.pk}", {"media": [str(picture.pk)]}
    )
    assert linked.status_code == 200
    before = editor.get(path_of(whole_product)).json()
    answer = editor.post(f"{path_of(whole_product)}/duplicate")
    assert answer.status_code == 201
    copy = answer.json()
    assert answer["Location"] == f"http://testserver{PRODUCTS}/{copy['id']}"
    assert (copy["slug"], copy["name"], copy["status"]) == ("chair-copy", "Chair (copy)", "draft")
    assert (copy["publish_at"], copy["version"]) == (None, 1)
    for name in ("brand", "product_type", "attributes", "categories", "tags", "metadata"):
        assert copy[name] == before[name], name
    assert [v["sku"] for v in copy["variants"]] == [None, None]
    assert [v["gtin"] for v in copy["variants"]] == [None, None]
    for name in ("options", "prices", "position"):
        assert [v[name] for v in copy["variants"]] == [v[name] for v in before["variants"]]
    assert [m["url"] for m in copy["media"]] == ["https://cdn.example/a.jpg"]
    assert [v["media"] for v in copy["variants"]] == [[copy["media"][0]["id"]], []]
    assert copy["media"][0]["id"] != str(picture.pk)
    assert not ExternalId.objects.filter(product=UUID(copy["id"])).exists()
    assert editor.get(path_of(whole_product)).json() == before
    events = Change.objects.filter(aggregate_id=copy["id"]).values_list("event", "version")
    assert list(events) == [("product.created", 1)]


@pytest.mark.usefixtures("german_shop")
def test_a_duplicate_keeps_translations_and_every_price_but_no_slug(
    editor: Any, anonymous: Any
) -> None:
    """Its made slug is free in all locales, and its prices are those of the product."""
    for code in ("vip", "summer"):
        PriceListFactory.create(code=code, priority=5)
    soon = datetime.now(UTC) + timedelta(days=30)
    source = ProductFactory.create(
        name="Chair",
        translations={"de": {"name": "Stuhl", "slug": "stuhl"}},
        media=[{"url": "https://cdn.example/a.jpg", "translations": {"de": {"alt": "Ein Stuhl"}}}],
        variants=[
            {
                "prices": [
                    price("20"),
                    price("18", min_quantity=10),
                    price("17", valid_from=soon, valid_until=soon + timedelta(days=5)),
                    price("15", price_list="vip"),
                    price("12", price_list="summer", valid_from=soon),
                ]
            }
        ],
    )
    ProductFactory.create(name="Other", translations={"de": {"slug": "chair-copy"}})
    path, german = path_of(source), "?channel=shop&locale=de"
    variant, before = source.variants.get(), editor.get(f"{path}{german}").json()
    answer = editor.post(f"{path}/duplicate")
    assert answer.status_code == 201, answer.json()
    copy = answer.json()
    assert copy["slug"].startswith("chair-copy-")
    shown = editor.get(f"{PRODUCTS}/{copy['id']}{german}").json()
    assert (shown["name"], shown["slug"]) == ("Stuhl", copy["slug"])
    assert shown["media"][0]["alt"] == "Ein Stuhl"
    assert [v["prices"] for v in shown["variants"]] == [v["prices"] for v in before["variants"]]
    assert shown["price_range"] == before["price_range"]
    of_copy = Variant.objects.get(product=copy["id"])
    facts = ("price_list__code", "currency", "min_quantity", "valid", "amount", "compare_at")
    rows = [list(Price.objects.filter(variant=v).values_list(*facts)) for v in (variant, of_copy)]
    assert len(rows[0]) == 5
    assert rows[0] == rows[1]
    assert anonymous.get(f"{PRODUCTS}/stuhl{german}").json()["id"] == str(source.pk)
    ProductFactory.create(slug="bench", translations={"de": {"slug": "bank"}})
    taken = editor.post(f"{path}/duplicate", {"slug": "bank"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug-taken")
    assert list(check_shared()) == []


def test_a_duplicate_waits_for_the_copies_that_the_product_waits_for(editor: Any) -> None:
    picture = "https://cdn.example/{}.jpg"
    source = ProductFactory.create(
        media=[{"url": picture.format(n), "fetch": n != "c"} for n in "abc"]
    )
    MediaFetch.objects.filter(media__source_url=picture.format("b")).update(
        state=MediaFetch.State.FAILED, error="404"
    )
    copy = editor.post(f"{path_of(source)}/duplicate").json()
    items = editor.get(f"{PRODUCTS}/{copy['id']}/media").json()["items"]
    assert [item["fetch_state"] for item in items] == ["pending", None, None]


@pytest.fixture
def german_shop(db: None) -> None:
    create_locale(values={"code": "de", "name": "German", "fallback": None}, actor=SYSTEM)
    shop: Any = {"slug": "shop", "name": "Shop", "locales": ["en", "de"]}
    create_channel(values=shop, actor=SYSTEM)


def test_a_duplicate_takes_what_the_caller_names(editor: Any, whole_product: Product) -> None:
    body = {"name": "Bench", "slug": "bench", "sku_suffix": "-L", "media": False}
    copy = editor.post(f"{path_of(whole_product)}/duplicate", body).json()
    assert (copy["name"], copy["slug"], copy["media"]) == ("Bench", "bench", [])
    assert sorted(v["sku"] for v in copy["variants"]) == ["CH-blue-L", "CH-red-L"]
    for wrong, code in (({"slug": "bench"}, "slug-taken"), ({"sku_suffix": "-L"}, "sku-taken")):
        refused = editor.post(f"{path_of(whole_product)}/duplicate", wrong)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert Product.objects.count() == 2
    again = editor.post(f"{path_of(whole_product)}/duplicate", {"name": "Bench"}).json()
    assert again["slug"].startswith("bench-")


def test_a_duplicate_is_refused_for_a_stale_version_or_a_sku_that_grows_too_long(
    editor: Any, whole_product: Product
) -> None:
    stale = editor.post(f"{path_of(whole_product)}/duplicate", HTTP_IF_MATCH='"7-x"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    Variant.objects.filter(sku="CH-red").update(sku="x" * 99)
    long = editor.post(f"{path_of(whole_product)}/duplicate", {"sku_suffix": "-L"})
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (400, "/sku_suffix")
    assert Product.objects.count() == 1
    Variant.objects.filter(sku="x" * 99).update(sku="CH-red")


def test_a_shared_picture_outlives_either_product(
    editor: Any, publisher: Any, django_capture_on_commit_callbacks: Any
) -> None:
    product = ProductFactory.create()
    Media.objects.create(product=product, file="products/aa/shared.png", position=0)
    copy = editor.post(f"{path_of(product)}/duplicate").json()
    with django_capture_on_commit_callbacks(execute=True):
        assert publisher.delete(path_of(product)).status_code == 204
    assert [m["url"] for m in editor.get(f"{PRODUCTS}/{copy['id']}").json()["media"]] == [
        "/media/products/aa/shared.png"
    ]


def test_a_duplicate_costs_as_many_statements_with_two_variants_as_with_fifty(
    editor: Any, django_assert_max_num_queries: Any
) -> None:
    small, large = (
        ProductFactory.create(
            variants=[
                {"sku": f"{n}-{i}", "options": {"n": str(i)}, "prices": [price("1")]}
                for i in range(n)
            ]
        )
        for n in (2, 50)
    )
    counts = []
    for product in (small, large):
        with django_assert_max_num_queries(30) as queries:
            assert editor.post(f"{path_of(product)}/duplicate").status_code == 201
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_deleted_product_leaves_a_tombstone(publisher: Any, whole_product: Product) -> None:
    before = publisher.get(path_of(whole_product)).json()
    assert publisher.delete(path_of(whole_product)).status_code == 204
    gone = publisher.get(path_of(whole_product))
    assert (gone.status_code, gone.json()["code"]) == (404, "not-found")
    tombstone = Change.objects.filter(aggregate_id=whole_product.pk).latest("version")
    assert (tombstone.event, tombstone.version) == ("product.deleted", before["version"] + 1)
    assert tombstone.snapshot["slug"] == "chair"
    assert {v["sku"] for v in tombstone.snapshot["variants"]} == {"CH-red", "CH-blue"}
    assert tombstone.snapshot["external_ids"] == [{"system": "erp", "id": "1"}]
    assert tombstone.actor_id is not None
