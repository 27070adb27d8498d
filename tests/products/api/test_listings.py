"""A product is shown where its own window and that of the channel are open, and nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from products.documents import build
from products.models import Change, Channel, Document, Listing
from products.services.channels import create_channel, delete_channel
from products.services.listings import write_listings
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/products"
NOW = datetime.now(UTC)
START, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@pytest.fixture
def europe(db: None) -> Channel:
    return create_channel(values={"name": "Europe", "locales": ["en"]}, actor=SYSTEM)


def list_in(product: Any, **facts: Any) -> None:
    write_listings(
        product.pk,
        items=[{"channel": "europe", **facts}],  # type: ignore[typeddict-item]  # plain values
        expected_version=None,
        actor=SYSTEM,
    )


def days(number: int) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("own", "there", "window"),
    [
        ((None, None), {}, (START, END)),
        ((days(1), days(9)), {}, (days(1), days(9))),
        ((None, None), {"publish_at": days(2)}, (days(2), END)),
        ((days(1), days(9)), {"publish_at": days(2)}, (days(2), days(9))),
        ((days(1), days(9)), {"unpublish_at": days(5)}, (days(1), days(5))),
        ((days(1), days(9)), {"publish_at": days(0), "unpublish_at": days(20)}, (days(1), days(9))),
        ((None, None), {"is_listed": False}, (START, START)),
    ],
)
def test_windows_meet(europe: Channel, own: Any, there: Any, window: Any) -> None:
    product = ProductFactory.create(publish_at=own[0], unpublish_at=own[1])
    list_in(product, **there)
    document = Document.objects.get(product=product, view__channel=europe)
    assert (document.visible_from, document.visible_until) == window
    other = Document.objects.get(product=product, view=1)
    assert (other.visible_from, other.visible_until) == (own[0] or START, own[1] or END)
    assert build.drifted([product.pk]) == []


def test_no_byte_of_a_product_reaches_a_channel_that_does_not_list_it(
    anonymous: Any, editor: Any, europe: Channel
) -> None:
    product = ProductFactory.create(
        name="Secret", slug="secret", media=[{"url": "https://a.example/b.png"}]
    )
    shown = ProductFactory.create()
    list_in(product, is_listed=False)
    addresses = (
        ["?limit=100", "?fields=id,name", "?ordering=name", "?total=true"]
        + [f"?sku={product.variants.get().sku}", "?updated_since=2020-01-01T00:00:00Z"]
        + [f"/{key}{part}" for key in (product.pk, "secret") for part in ("?", "/variants?")]
        + [f"/{product.pk}/variants/{product.variants.get().pk}?"]
        + [f"/{product.pk}/media?", f"/{product.pk}/media/{product.media.get().pk}?"]
    )
    for address in addresses:
        there = anonymous.get(f"{PATH}{address}{'&' if address[-1] != '?' else ''}channel=europe")
        assert there.status_code in (200, 404), address
        assert b"Secret" not in there.content, address
        if there.status_code == 200:
            assert str(product.pk).encode() not in there.content, address
        here = anonymous.get(f"{PATH}{address}")
        assert here.status_code == 200, address
    total = anonymous.get(f"{PATH}?total=true&channel=europe").json()
    assert ([row["id"] for row in total["items"]], total["total"]["value"]) == ([str(shown.pk)], 1)
    assert editor.get(f"{PATH}/secret?channel=europe").status_code == 200


def test_publishers_say_where_a_product_is_shown(
    editor: Any, publisher: Any, viewer: Any, europe: Channel
) -> None:
    product = ProductFactory.create()
    path = f"{PATH}/{product.pk}/channels"
    plain = {"is_listed": True, "publish_at": None, "unpublish_at": None}
    read = editor.get(path)
    assert read.json() == {
        "channels": [{"channel": "default", **plain}, {"channel": "europe", **plain}]
    }
    body = {"channels": [{"channel": "europe", "publish_at": "2026-12-01T00:00:00Z"}]}
    assert editor.put(path, body).status_code == 403
    assert viewer.get(path).status_code == 403
    written = publisher.put(path, body, HTTP_IF_MATCH=read["ETag"])
    assert written.status_code == 200
    assert written.json()["channels"][1]["publish_at"] == "2026-12-01T00:00:00.000000Z"
    stale = publisher.put(path, {"channels": []}, HTTP_IF_MATCH=read["ETag"])
    assert stale.status_code == 412
    newest = Change.objects.filter(aggregate="product").latest("sequence")
    assert (newest.version, len(newest.snapshot["listings"])) == (2, 1)
    publisher.put(path, body)
    publisher.put(path, {"channels": []})
    publisher.put(path, {"channels": [{"channel": "europe"}]})
    product.refresh_from_db()
    assert (product.version, Listing.objects.count()) == (3, 0)


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ([{"channel": "asia"}], "/channels/0/channel"),
        ([{"channel": "europe"}, {"channel": "europe"}], "/channels/1/channel"),
        (
            [
                {
                    "channel": "europe",
                    "publish_at": "2026-12-01T00:00:00Z",
                    "unpublish_at": "2026-12-01T00:00:00Z",
                }
            ],
            "/channels/0/unpublish_at",
        ),
        ([{}], "/channels/0/channel"),
    ],
)
def test_what_is_no_listing_is_refused(
    publisher: Any, europe: Channel, items: Any, pointer: str
) -> None:
    path = f"{PATH}/{ProductFactory.create().pk}/channels"
    answer = publisher.put(path, {"channels": items})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Listing.objects.exists()


def test_a_channel_goes_with_its_listings(europe: Channel) -> None:
    product = ProductFactory.create()
    list_in(product, is_listed=False)
    delete_channel(europe.pk, expected_version=None, actor=SYSTEM)
    newest = Change.objects.filter(aggregate="product").latest("sequence")
    assert (newest.version, newest.snapshot["listings"]) == (3, [])
    assert build.drifted([product.pk]) == []
