"""The feed: nobody misses a change, and those of one thing come in their order."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.urls import resolve
from rest_framework.test import APIRequestFactory, force_authenticate

from catalog_project.ops import slots
from products.api import changes as view
from products.changes import gauges
from products.changes.feed import MOST_BYTES, Place, _page_sql, end_of_feed, read_feed
from products.changes.horizon import settle_places
from products.models import Brand, Change, ChangeHorizon, Product
from products.services.brands import delete_brand, update_brand
from products.services.costs import set_costs
from products.services.products import update_product
from tests.acceptance.server import test_database_url
from tests.accounts.fixtures import Caller
from tests.products.changes.feeds import settle
from tests.products.factories import SYSTEM, BrandFactory, CategoryFactory, ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.quiet]
URL = "/api/v1/changes"


def elsewhere(work: Callable[[], object]) -> None:
    """In another session, which has committed when this answers."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def rename(brand: Brand, name: str) -> None:
    update_brand(brand.pk, values={"name": name}, expected_version=None, actor=SYSTEM)


@pytest.fixture
def long_writer() -> Iterator[psycopg.Connection]:
    """A session that has written something, and does not end its transaction."""
    with psycopg.connect(test_database_url()) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield other


@pytest.fixture
def start() -> str:
    return view.cursor_of(end_of_feed())


def told(caller: Caller, after: str, **query: str) -> list[tuple[str, int]]:
    settle()
    answer = caller.get(URL, {"after": after, **query})
    assert answer.status_code == 200, answer.content
    return [(item["event"], item["version"]) for item in answer.json()["items"]]


def test_changes_of_one_thing_come_in_order_though_the_later_writer_began_first(
    editor: Caller, start: str
) -> None:
    """The id of a transaction tells when it first wrote anything, not when it had the brand."""
    brand = BrandFactory.create(name="A")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        elsewhere(lambda: rename(brand, "B"))
        rename(brand, "C")
    settle()
    answer = editor.get(URL, {"after": start, "types": "brand"}).json()
    assert [item["record"]["name"] for item in answer["items"]] == ["A", "B", "C"]
    assert [item["version"] for item in answer["items"]] == [1, 2, 3]


def test_what_committed_above_a_running_transaction_waits_for_it_and_the_reader_does_not(
    editor: Caller, start: str, long_writer: psycopg.Connection
) -> None:
    BrandFactory.create(name="A")
    answer = editor.get(URL, {"after": start}).json()
    assert (answer["items"], answer["has_more"]) == ([], False)
    assert dict(gauges.feed_lag())[()] > 0
    assert dict(gauges.oldest_writer())[()] > 0
    long_writer.commit()
    settle()
    assert told(editor, answer["next_cursor"]) == [("brand.created", 1)]
    assert gauges.feed_lag() == [((), 0.0)]


def test_nothing_is_missed_wherever_the_reader_stood_when_transactions_ended(
    editor: Caller, start: str
) -> None:
    """Three writers that begin in one order and end in another; a reader looks each time."""
    seen: list[str] = []
    cursor = start
    with psycopg.connect(test_database_url()) as first:
        first.execute("SELECT pg_current_xact_id()")
        for step in range(4):
            BrandFactory.create(name=f"Early {step}")
            if step == 2:
                first.execute(
                    "INSERT INTO products_change (at, event, aggregate, aggregate_id, version,"
                    " snapshot, actor_label, source, request_id) VALUES (now(), 'brand.created',"
                    " 'brand', gen_random_uuid(), 1, '{\"name\": \"Late\"}', '', 'command', '')"
                )
                first.commit()
            page = editor.get(URL, {"after": cursor, "limit": "1"}).json()
            seen += [item["record"]["name"] for item in page["items"]]
            cursor = page["next_cursor"]
    settle()
    rest = editor.get(URL, {"after": cursor}).json()["items"]
    seen += [item["record"]["name"] for item in rest]
    assert sorted(seen) == ["Early 0", "Early 1", "Early 2", "Early 3", "Late"]


def test_types_tombstones_and_what_an_item_says(
    manager: Caller, editor: Caller, start: str
) -> None:
    brand, product = BrandFactory.create(name="A"), ProductFactory.create()
    CategoryFactory.create()
    variant = product.variants.get()
    costs: Any = [{"currency": "USD", "amount": Decimal(5)}]
    set_costs(product.pk, variant.pk, costs=costs, actor=SYSTEM)
    delete_brand(brand.pk, expected_version=None, actor=SYSTEM)
    assert told(editor, start) == [
        ("brand.created", 1),
        ("product.created", 1),
        ("category.created", 1),
        ("brand.deleted", 2),
    ]
    assert told(editor, start, types="product,category") == told(editor, start)[1:3]
    assert ("cost.created", 1) in told(manager, start)
    refused = editor.get(URL, {"types": "cost"})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission-denied")
    settle()
    gone = editor.get(URL, {"after": start, "types": "brand"}).json()["items"][-1]
    assert gone["is_deleted"]
    assert (gone["id"], gone["record"]["name"]) == (str(brand.pk), "A")
    assert gone["actor"] == {"id": None, "label": "tests"}


def test_pages_join_without_a_gap_and_take_the_same_statements(
    editor: Caller, start: str, django_assert_num_queries: Any
) -> None:
    brand = BrandFactory.create()
    for n in range(6):
        rename(brand, f"Name {n}")
    settle()
    cursor, versions = start, []
    for _ in range(4):
        editor.get(URL, {"after": cursor, "limit": "2"})  # the caller is remembered
        with django_assert_num_queries(4):  # who asks, the bounds before and behind, the page
            page = editor.get(URL, {"after": cursor, "limit": "2"}).json()
        versions += [item["version"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert (versions, page["has_more"]) == ([1, 2, 3, 4, 5, 6, 7], False)
    assert told(editor, cursor) == []


def test_a_page_of_large_changes_ends_early(editor: Caller, start: str) -> None:
    """Random letters cannot be compressed, so three of them are more than a page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,"
            " actor_label, source, request_id) SELECT now(), 'brand.created', 'brand',"
            " gen_random_uuid(), 1, (SELECT jsonb_build_object('x', string_agg(md5(n::text || k),"
            " '')) FROM generate_series(1, %s) n), '', 'command', '' FROM generate_series(1, 3) k",
            [MOST_BYTES // 40],
        )
    settle()
    sizes = []
    for _ in range(3):
        page = editor.get(URL, {"after": start}).json()
        sizes.append((len(page["items"]), page["has_more"]))
        start = page["next_cursor"]
    assert sizes == [(1, True), (1, True), (1, False)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"after": "nonsense"}, "bad-cursor"),
        ({"after": "WyJjaGFuZ2VzIiwtMSwwXQ=="}, "bad-cursor"),
        ({"types": "brands"}, "validation-failed"),
        ({"types": ""}, "validation-failed"),
        ({"limit": "1001"}, "validation-failed"),
        ({"limit": "0"}, "validation-failed"),
        ({"since": "yesterday"}, "validation-failed"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(editor: Caller, query: dict[str, str], code: str) -> None:
    refused = editor.get(URL, query)
    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_shoppers_and_viewers_do_not_follow(anonymous: Any, viewer: Caller) -> None:
    assert anonymous.get(URL).status_code == 401
    assert viewer.get(URL).status_code == 403


# --- Waiting ------------------------------------------------------------------------------------
@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What happens in each pause of a waiting reader, instead of time."""
    happenings: list[Callable[[], object]] = []

    def pause(_seconds: float) -> None:
        assert connection.connection is None, "a waiting reader keeps no connection"
        (happenings.pop(0) if happenings else settle)()

    monkeypatch.setattr("products.api.waiting.time.sleep", pause)
    return happenings


def test_a_reader_who_waits_is_told_as_soon_as_something_happens(
    editor: Caller, start: str, pauses: list[Callable[[], object]]
) -> None:
    pauses += [lambda: None, BrandFactory.create]
    answer = editor.get(URL, {"after": start}, headers={"prefer": "respond-async, wait=20"})
    assert [item["event"] for item in answer.json()["items"]] == ["brand.created"]
    assert answer["Preference-Applied"] == "wait=20"
    assert pauses == []


def test_who_finds_no_free_slot_is_answered_at_once(
    editor: Caller, start: str, pauses: list[Callable[[], object]], settings: Any
) -> None:
    settings.LONG_ANSWERS = 0
    answer = editor.get(URL, {"after": start}, headers={"prefer": "wait=20"})
    assert answer.json()["items"] == []
    assert "Preference-Applied" not in answer


def test_a_worker_that_is_to_end_answers_whoever_waits(
    editor: Caller,
    start: str,
    pauses: list[Callable[[], object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses += [lambda: monkeypatch.setattr(slots, "is_ending", lambda: True)]
    assert editor.get(URL, {"after": start}, headers={"prefer": "wait=20"}).json()["items"] == []
    assert pauses == []


# --- The end of the log, and other databases ----------------------------------------------------
def test_a_cursor_from_before_what_was_forgotten_is_refused(editor: Caller, start: str) -> None:
    brand = BrandFactory.create()
    rename(brand, "B")
    kept = Change.objects.order_by("sequence").last()
    assert kept is not None
    ChangeHorizon.objects.create(xid=kept.xid, sequence=kept.sequence - 1, at=kept.at)
    refused = editor.get(URL, {"after": start})
    assert (refused.status_code, refused.json()["code"]) == (410, "changes-forgotten")
    assert "export" in refused.json()["detail"]
    settle()
    # Without a cursor the feed begins with what it has.
    assert [item["version"] for item in editor.get(URL).json()["items"]] == [2]


def test_a_restored_database_serves_its_changes_and_refuses_the_cursors_of_the_old_one(
    editor: Caller,
) -> None:
    """A dump keeps places that the new server has not counted up to."""
    brand = BrandFactory.create()
    rename(brand, "B")
    far = 2**40
    with connection.cursor() as cursor:
        cursor.execute("UPDATE products_change SET xid = %s::text::xid8", [far])
    old = view.cursor_of(Place(far, 1))
    assert editor.get(URL).json()["items"] == []
    assert editor.get(URL, {"after": old}).status_code == 410
    assert settle_places() == Change.objects.count()
    assert settle_places() == 0
    rename(brand, "C")
    settle()
    versions = [item["version"] for item in editor.get(URL, {"types": "brand"}).json()["items"]]
    assert versions == [1, 2, 3]


def test_a_change_in_parts_says_so(editor: Caller, start: str) -> None:
    variants = [{"options": {"Size": str(n)}} for n in range(101)]
    product = ProductFactory.create(variants=variants)
    update_product(
        product.pk,
        values={"name": "Other"},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    settle()
    whole, part = editor.get(URL, {"after": start, "types": "product"}).json()["items"]
    assert (whole["is_partial"], len(whole["record"]["variants"])) == (False, 101)
    assert (part["is_partial"], part["record"]["variants"]) == (True, [])
    assert (part["record"]["name"], part["record"]["variants_gone"]) == ("Other", [])
    assert Product.objects.count() == 1


def test_the_feed_reads_few_rows_of_a_long_log() -> None:
    """One of a rare type behind very many of another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_change (at, event, aggregate, aggregate_id, version, snapshot,"
            " actor_label, source, request_id) SELECT now(), 'product.created', 'product',"
            " gen_random_uuid(), 1, '{}', '', 'command', '' FROM generate_series(1, 20000)"
        )
        cursor.execute("ANALYZE products_change")
    BrandFactory.create()
    settle()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE page AS {_page_sql(100)}")
        try:
            cursor.execute("EXPLAIN EXECUTE page('{brand}', '1', 0, '9223372036854775807')")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        finally:
            cursor.execute("DEALLOCATE page")
    assert "Index Only Scan using change_feed_of_type" in plan
    assert "Seq Scan" not in plan
    assert len(read_feed(Place(0, 0), types=["brand"], limit=1).items) == 1


def test_a_page_is_let_go_as_soon_as_it_is_sent(editor: Caller) -> None:
    """And not when the collector comes by, tens of pages later."""
    BrandFactory.create()
    request = APIRequestFactory().get(URL)
    force_authenticate(request, user=editor.user)
    answer = resolve(URL).func(request)
    assert answer.status_code == 200
    page = weakref.ref(answer)
    gc.disable()
    try:
        del answer
        assert page() is None
    finally:
        gc.enable()
