"""Channels and locales, as callers see them."""

from typing import Any

import pytest

from products.models import Change
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
GERMAN = {"code": "de", "name": "German"}


def test_a_locale_lives_from_creation_to_tombstone(publisher: Any, anonymous: Any) -> None:
    created = publisher.post("/api/v1/locales", GERMAN)
    assert created.status_code == 201
    assert created.json().items() >= {**GERMAN, "fallback": None, "is_default": False}.items()
    swiss = publisher.post(
        "/api/v1/locales", {"code": "de-CH", "name": "Swiss German", "fallback": "de"}
    )
    assert swiss.json()["fallback"] == "de"
    path = "/api/v1/locales/de-CH"
    assert anonymous.get(path).json() == swiss.json()
    patched = publisher.patch(path, {"fallback": None}, HTTP_IF_MATCH=swiss["ETag"])
    assert (patched.json()["fallback"], patched.json()["version"]) == (None, 2)
    stale = publisher.patch(path, {"name": "Lost"}, HTTP_IF_MATCH=swiss["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert publisher.delete(path).status_code == 204
    assert [row["code"] for row in anonymous.get("/api/v1/locales").json()["items"]] == ["de", "en"]
    events = Change.objects.filter(aggregate="locale").order_by("sequence")
    assert list(events.values_list("event", flat=True)) == [
        "locale.created",
        "locale.created",
        "locale.updated",
        "locale.deleted",
    ]


def test_a_channel_lives_from_creation_to_tombstone(publisher: Any, anonymous: Any) -> None:
    publisher.post("/api/v1/locales", GERMAN)
    values = {"name": "Europe", "currency": "EUR", "locales": ["en", "de"]}
    created = publisher.post("/api/v1/channels", values)
    assert created.status_code == 201
    shown = {**values, "slug": "europe", "is_default": False, "is_printed": True, "version": 1}
    assert created.json().items() >= shown.items()
    path = "/api/v1/channels/europe"
    assert anonymous.get(path).json() == created.json()
    patched = publisher.patch(path, {"locales": ["de"]}, HTTP_IF_MATCH=created["ETag"])
    assert (patched.json()["locales"], patched.json()["version"]) == (["de"], 2)
    replaced = publisher.put(path, {"name": "Europe", "locales": ["en"]})
    assert (replaced.json()["currency"], replaced.json()["slug"]) == (None, "europe")
    assert publisher.put(path, {"name": "Europe"}).status_code == 400
    assert publisher.delete(path).status_code == 204
    slugs = [row["slug"] for row in anonymous.get("/api/v1/channels").json()["items"]]
    assert slugs == ["default"]


def test_editors_do_not_shape_channels(editor: Any) -> None:
    assert editor.post("/api/v1/channels", {"name": "Europe"}).status_code == 403
    assert editor.post("/api/v1/locales", GERMAN).status_code == 403
    assert editor.delete("/api/v1/channels/default").status_code == 403


@pytest.mark.parametrize(
    ("noun", "body", "pointer"),
    [
        ("channels", {"name": "E", "currency": "euro"}, "/currency"),
        ("channels", {"name": "E", "currency": "eur"}, "/currency"),
        ("channels", {"name": "E", "locales": ["xx"]}, "/locales/0"),
        ("channels", {"name": "E", "is_default": True}, "/is_default"),
        ("locales", {"code": "DE", "name": "German"}, "/code"),
        ("locales", {"code": "de"}, "/name"),
        ("locales", {"code": "de", "name": "German", "fallback": "xx"}, "/fallback"),
    ],
)
def test_a_wrong_field_is_named(publisher: Any, noun: str, body: Any, pointer: str) -> None:
    answer = publisher.post(f"/api/v1/{noun}", body)
    assert answer.status_code == 400
    problem = answer.json()
    pointers = [error["pointer"] for error in problem.get("errors", [])] or [problem["pointer"]]
    assert pointers == [pointer]


def test_lists_take_as_many_queries_for_many_rows(
    publisher: Any, anonymous: Any, django_assert_num_queries: Any
) -> None:
    ProductFactory.create()
    for number in range(5):
        publisher.post("/api/v1/locales", {"code": f"x{'abcde'[number]}", "name": "L"})
        publisher.post("/api/v1/channels", {"name": f"C {number}", "locales": ["en", "xa"]})
    with django_assert_num_queries(2):
        assert len(anonymous.get("/api/v1/channels").json()["items"]) == 6
    with django_assert_num_queries(1):
        assert len(anonymous.get("/api/v1/locales").json()["items"]) == 6
