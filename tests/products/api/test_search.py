"""`GET /search`: what it takes, what it answers, what it costs."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.services.channels import create_channel
from products.services.listings import write_listings
from products.services.locales import create_locale
from products.services.search_statistics import count_words
from tests.products.factories import SYSTEM, BrandFactory, ProductFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/search"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["name"] for item in answer.json()["items"]]


def test_a_page_says_what_was_looked_for_and_how_much_there_is(anonymous: Any) -> None:
    ProductFactory.create(name="Oak chair")
    count_words()
    answer = anonymous.get(PATH, {"q": "Oak CHAIRR"})
    assert names(answer) == ["Oak chair"]
    page = answer.json()
    assert page["query"] == "oak chair"
    assert page["corrected"] == [{"written": "chairr", "meant": "chair", "is_addition": False}]
    assert page["total"] == {"value": 1, "exact": True}
    as_written = anonymous.get(PATH, {"q": "chairr", "correct": "false"}).json()
    assert (as_written["items"], as_written["corrected"]) == ([], [])
    again = anonymous.get(PATH, {"q": "Oak CHAIRR"}, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    part = anonymous.get(PATH, {"q": "oak", "fields": "name"})
    assert part.json()["items"] == [{"name": "Oak chair"}]
    assert part["ETag"] != anonymous.get(PATH, {"q": "oak"})["ETag"]


def test_pages_show_each_product_once_the_best_first(anonymous: Any) -> None:
    for n in range(7):
        ProductFactory.create(name=f"Bowl {n}" if n % 2 else f"Tray {n}", description="A bowl.")
    whole = names(anonymous.get(PATH, {"q": "bowl"}))
    assert len(whole) == 7
    assert {name[:4] for name in whole[:3]} == {"Bowl"}
    walked, cursor = [], None
    while True:
        query = {"q": "bowl", "limit": "2", **({"cursor": cursor} if cursor else {})}
        page = anonymous.get(PATH, query)
        walked += names(page)
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert walked == whole
    first = anonymous.get(PATH, {"q": "bowl", "limit": "2"}).json()["next_cursor"]
    other = anonymous.get(PATH, {"q": "tray", "cursor": first})
    assert (other.status_code, other.json()["code"]) == (400, "bad-cursor")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "q"),
        ({"q": " "}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "x", "correct": "maybe"}, "correct"),
        ({"q": "x", "limit": "1000"}, "limit"),
        ({"q": "x", "fields": "nothing"}, "fields"),
        ({"q": "x", "ordering": "name"}, "ordering"),
    ],
)
def test_what_is_wrong_is_named(anonymous: Any, query: Any, name: str) -> None:
    answer = anonymous.get(PATH, query)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]


def test_the_cost_does_not_grow(anonymous: Any) -> None:
    ProductFactory.create(name="Mug 1")
    count_words()

    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anonymous.get(PATH, {"q": text, "limit": "100"}).status_code == 200
        return len(queries)

    cost("mug mgu")
    few = [cost(text) for text in ("mug", "mug 1", "mgu")]
    for n in range(2, 12):
        ProductFactory.create(name=f"Mug {n}")
    assert [cost(text) for text in ("mug", "mug " * 30 + "1", "mgu")] == few == [3, 3, 5]


def test_each_channel_and_locale_has_its_own_words(anonymous: Any, editor: Any) -> None:
    create_locale(values={"code": "de", "name": "German", "fallback": "en"}, actor=SYSTEM)
    create_channel(values={"name": "Europe", "locales": ["de"]}, actor=SYSTEM)
    chair = ProductFactory.create(name="Chair", translations={"de": {"name": "Stühle"}})
    table = ProductFactory.create(name="Table", translations={"de": {"name": "Tische"}})
    away: Any = [{"channel": "europe", "is_listed": False}]
    write_listings(table.pk, items=away, expected_version=None, actor=SYSTEM)
    count_words()
    there = {"channel": "europe"}
    assert names(anonymous.get(PATH, {"q": "stuhl", **there})) == ["Stühle"]
    assert names(anonymous.get(PATH, {"q": "chairs", **there})) == []
    assert names(anonymous.get(PATH, {"q": "stuhl"})) == []
    for caller, seen in ((anonymous, []), (editor, ["Tische"])):
        assert names(caller.get(PATH, {"q": "tisch", **there})) == seen
    answer = anonymous.get(PATH, {"q": "tischen", **there}).json()
    assert (answer["corrected"], answer["total"]["value"]) == ([], 0)
    assert anonymous.get(PATH, {"q": chair.slug, **there})["Content-Language"] == "de"


def test_lists_totals_and_facets_count_within_a_search(anonymous: Any, editor: Any) -> None:
    red, blue = BrandFactory.create(name="Red"), BrandFactory.create(name="Blue")
    for n in range(6):
        ProductFactory.create(
            name=f"{'Bowl' if n % 2 else 'Tray'} {n}",
            description="For a table." if n > 1 else "",
            brand=[red, blue][n // 3],
            status="draft" if n == 5 else "published",
            variants=[{"sku": f"Q-{n}"}],
        )
    whole = {(anonymous, "bowl"): 2, (editor, "bowl"): 3, (anonymous, "bolw"): 2}
    whole |= {(anonymous, "Q-5"): 0, (editor, "Q-5"): 1, (anonymous, "table"): 3}
    count_words()
    for (caller, text), wanted in whole.items():
        for narrowing in ({}, {"brand": str(red.pk)}, {"created_before": "2020-01-01T00:00:00Z"}):
            query = {"q": text, "limit": "100", **narrowing}
            best = caller.get(PATH, query)
            listed = caller.get("/api/v1/products", {**query, "total": "true", "ordering": "name"})
            assert sorted(names(best)) == names(listed), (text, narrowing)
            assert best.json()["total"] == listed.json()["total"]
            if not narrowing:
                assert len(names(best)) == wanted, text
    facets = anonymous.get("/api/v1/products/facets", {"q": "table", "facets": "brand"}).json()
    assert facets["total"]["value"] == 3
    first = anonymous.get("/api/v1/products", {"q": "bowl", "limit": "1"}).json()
    rest = anonymous.get(
        "/api/v1/products", {"q": "bowl", "limit": "1", "cursor": first["next_cursor"]}
    )
    assert {*names(rest), first["items"][0]["name"]} == {"Bowl 1", "Bowl 3"}


def test_lists_facets_and_exports_look_for_words_as_they_are_written(
    anonymous: Any, editor: Any
) -> None:
    ProductFactory.create(name="Oak chair")
    count_words()
    for flag, found in (("true", 1), ("false", 0)):
        query = {"q": "chiar", "correct": flag}
        assert len(names(anonymous.get("/api/v1/products", query))) == found
        facets = anonymous.get("/api/v1/products/facets", query).json()
        assert facets["total"]["value"] == found
    refused = anonymous.get("/api/v1/products", {"correct": "false"})
    assert refused.json()["errors"][0]["pointer"] == "/correct"
    exported = editor.get("/api/v1/products/export", {"q": "chair"}).getvalue().decode()
    assert exported.count('"type" : "product"') == 1


def test_a_channel_says_what_it_boosts(anonymous: Any, publisher: Any) -> None:
    for name in ("Old mug", "New mug"):
        ProductFactory.create(name=name)
    place = "/api/v1/channels/default"
    assert anonymous.get(place).json()["boost"] is None
    boost = {"by": "newest", "weight": "0.50", "half_at": "30.00"}
    made = publisher.patch(place, {"boost": {"by": "newest", "weight": 0.5}})
    assert (made.status_code, made.json()["boost"]) == (200, boost)
    assert names(anonymous.get(PATH, {"q": "mug"})) == ["New mug", "Old mug"]
    steps = [{"op": "replace", "path": "/boost/weight", "value": "1"}]
    patched = publisher.patch(
        place, orjson.dumps(steps), content_type="application/json-patch+json"
    )
    assert patched.json()["boost"] == {**boost, "weight": "1.00"}
    for wrong, pointer in (
        ({"by": "newest", "weight": "1.01"}, "/boost/weight"),
        ({"by": "newest"}, "/boost/weight"),
        ({"by": "attributes.none", "weight": "1"}, "/boost/by"),
        ({"by": "newest", "weight": "1", "half_at": "0"}, "/boost/half_at"),
    ):
        refused = publisher.patch(place, {"boost": wrong})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert publisher.patch(place, {"boost": None}).json()["boost"] is None


def test_a_page_marks_the_words_and_says_what_is_pinned(anonymous: Any, publisher: Any) -> None:
    mug = ProductFactory.create(name="Mug & <i>saucer</i>", description="<p>One &lt;mug&gt;</p>")
    pot = ProductFactory.create(name="Pot")
    values = {"query": "mug", "locale": "en", "pinned": [str(pot.pk)]}
    assert publisher.post("/api/v1/curations", values).status_code == 201
    page = anonymous.get(PATH, {"q": "Mug", "highlight": "true", "fields": "id"}).json()
    assert page["pinned"] == [str(pot.pk)]
    assert page["highlights"] == [
        {"id": str(pot.pk), "name": "Pot", "description": []},
        {
            "id": str(mug.pk),
            "name": "<mark>Mug</mark> &amp; &lt;i&gt;saucer&lt;/i&gt;",
            "description": ["One &lt;<mark>mug</mark>&gt;"],
        },
    ]
    plain = anonymous.get(PATH, {"q": "mug", "limit": "1"}).json()
    assert ("highlights" in plain, plain["pinned"]) == (False, [str(pot.pk)])
    second = anonymous.get(PATH, {"q": "mug", "limit": "1", "cursor": plain["next_cursor"]}).json()
    assert second["pinned"] == []
    assert anonymous.get("/api/v1/curations").status_code == 401
