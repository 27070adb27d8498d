"""Feeds: what anonymous shoppers see, for marketplaces, at an address that stays."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rest_framework.test import APIClient

from products import jobs
from products.models import Feed
from products.services.exports import ask_for_due_feeds, update_feed
from products.services.products import archive_product
from tests.accounts.fixtures import Caller
from tests.products.factories import SYSTEM, BrandFactory, ProductFactory, price

pytestmark = pytest.mark.django_db
FEEDS = "/api/v1/feeds"
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture(autouse=True)
def exports_root(settings: Any, tmp_path: Path) -> None:
    settings.EXPORTS_ROOT = tmp_path / "exports"
    settings.PUBLIC_URL = "https://shop.example"


def mug(**values: Any) -> Any:
    return ProductFactory.create(
        **{
            "name": "Mug <&>",
            "slug": "mug",
            "description": "<p>For tea</p>",
            "brand": BrandFactory.create(name="Lumen"),
            "media": [{"url": "https://images.example/1.jpg"}],
            "variants": [
                {
                    "sku": "M-1",
                    "gtin": "4006381333931",
                    "options": {"Color": "Red"},
                    "prices": [price("9.90", compare_at="12")],
                },
                {"sku": "M-2", "options": {"Color": "Blue"}, "prices": [price("8")]},
            ],
            **values,
        }
    )


def created(manager: Caller, **body: Any) -> dict[str, Any]:
    answer = manager.post(FEEDS, {"name": "Google", "format": "google-xml", **body}, format="json")
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    jobs.make_feed(found["id"])
    return found


def path(feed: dict[str, Any]) -> str:
    return str(feed["url"]).removeprefix("https://shop.example")


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def test_google_gets_what_shoppers_see(manager: Caller, anonymous: APIClient) -> None:
    mug()
    ProductFactory.create(name="Secret", status="draft", media=[{"url": "https://a.example/2"}])
    gone = ProductFactory.create(name="Gone")
    archive_product(gone.pk, expected_version=None, actor=SYSTEM)
    feed = created(manager, link="https://shop.example/p/{slug}?sku={sku}")
    assert len(feed["address"]) == 32
    assert feed["is_public"] is False
    answer = anonymous.get(path(feed))
    items = list(ElementTree.fromstring(body(answer)).iter("item"))
    said = [{each.tag.removeprefix(G): each.text for each in item} for item in items]
    assert said[0] == {
        "id": "M-1",
        "title": "Mug <&> - Red",
        "description": "For tea",
        "link": "https://shop.example/p/mug?sku=M-1",
        "image_link": "https://images.example/1.jpg",
        "availability": "in_stock",
        "price": "12.00 USD",
        "sale_price": "9.90 USD",
        "condition": "new",
        "brand": "Lumen",
        "gtin": "4006381333931",
        "item_group_id": "mug",
        "color": "Red",
    }
    assert [each["id"] for each in said] == ["M-1", "M-2"]
    assert said[1]["identifier_exists"] == "no"
    lacks = manager.get(f"{FEEDS}/{feed['id']}/lacks").json()
    assert (lacks["items"], lacks["left_out"]) == (2, 0)
    assert [(each["code"], each["items"]) for each in lacks["lacks"]] == [("no-identifier", 1)]
    assert lacks["examples"][0]["sku"] == "M-2"


def test_what_nobody_would_show_is_left_out_and_told(manager: Caller) -> None:
    mug(media=[], description="", name="N" * 151)
    feed = created(manager)
    found = manager.get(f"{FEEDS}/{feed['address']}").json()
    assert (found["items"], found["left_out"]) == (0, 2)
    lacks = manager.get(f"{FEEDS}/{feed['id']}/lacks").json()["lacks"]
    assert {each["code"] for each in lacks} == {
        "no-image",
        "no-description",
        "no-identifier",
        "title-too-long",
    }


@pytest.mark.parametrize(
    ("code", "delimiter", "availability"),
    [("google-tsv", "\t", "in_stock"), ("meta-csv", ",", "in stock")],
)
def test_tables_for_google_and_meta(
    manager: Caller, anonymous: APIClient, code: str, delimiter: str, availability: str
) -> None:
    mug(description="<p>For\ttea</p><p>and more</p>")
    text = body(anonymous.get(path(created(manager, format=code)))).decode()
    first, _ = csv.DictReader(StringIO(text), delimiter=delimiter)
    assert (first["id"], first["availability"]) == ("M-1", availability)
    assert first["price"] == "12.00 USD"
    assert first["link"] == "https://shop.example/products/mug"
    assert first["description"].split() == ["For", "tea", "and", "more"]


def test_an_unchanged_feed_costs_no_body(manager: Caller, anonymous: APIClient) -> None:
    mug()
    feed = created(manager, address="google-de", minutes=15)
    assert path(feed) == "/feeds/google-de.xml"
    first = anonymous.get(path(feed))
    body(first)

    def tag() -> str:
        answer = anonymous.get(path(feed))
        body(answer)
        return str(answer["ETag"])

    again = anonymous.get(path(feed), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "public, max-age=300"
    Feed.objects.update(next_at="2026-01-01T00:00:00Z")
    jobs.make_feed(feed["id"])
    assert tag() == first["ETag"]
    mug(slug="second", variants=[{"sku": "X", "prices": [price("1")]}])
    jobs.make_feed(feed["id"])  # it is not its time yet
    assert tag() == first["ETag"]
    Feed.objects.update(next_at="2026-01-01T00:00:00Z")
    assert ask_for_due_feeds() == 1
    jobs.make_feed(feed["id"])
    assert tag() != first["ETag"]


def test_who_reads_a_feed(manager: Caller, anonymous: APIClient, settings: Any) -> None:
    mug()
    chosen, secret = created(manager, address="ours"), created(manager)
    assert anonymous.get("/feeds/ours.tsv").status_code == 404
    assert anonymous.get("/feeds/another.xml").status_code == 404
    assert anonymous.post(path(chosen)).status_code == 405
    settings.CATALOG_PUBLIC_READ = False
    assert anonymous.get(path(chosen)).status_code == 404
    body(anonymous.get(path(secret)))
    feed = Feed.objects.get(pk=secret["id"])
    update_feed(feed.pk, values={"is_active": False}, expected_version=None, actor=SYSTEM)
    assert anonymous.get(path(secret)).status_code == 404


def test_feeds_are_for_managers(manager: Caller, publisher: Caller) -> None:
    assert publisher.get(FEEDS).status_code == 403
    new = {"name": "X", "format": "meta-csv", "address": "taken"}
    assert publisher.post(FEEDS, new, format="json").status_code == 403
    feed = created(manager, **new)
    again = manager.post(FEEDS, new, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "address-taken")
    wrong = manager.post(FEEDS, {**new, "filters": "limit=3"}, format="json")
    assert wrong.status_code == 400
    changed = manager.patch(f"{FEEDS}/taken", {"minutes": 30}, format="json", HTTP_IF_MATCH='"1"')
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = manager.patch(f"{FEEDS}/taken", {"minutes": 45}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412
    assert manager.delete(f"{FEEDS}/{feed['id']}").status_code == 204
    assert not Feed.objects.exists()


def test_a_product_of_many_variants_is_in_the_feed_whole(manager: Caller) -> None:
    variants = [
        {"sku": f"V-{n}", "options": {"N": str(n)}, "prices": [price("1")]} for n in range(103)
    ]
    mug(variants=variants)
    feed = created(manager)
    assert manager.get(f"{FEEDS}/{feed['id']}").json()["items"] == 103
