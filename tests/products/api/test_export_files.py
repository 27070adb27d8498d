"""Exports over the API: a small one at once, a large one by the worker, each for whoever may."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from products import jobs
from products.api import export_files
from products.models import Export, Product
from products.services import exports as services
from products.services.files_out import place_of
from products.transfer.truth import Wanted, snapshot
from tests.accounts.fixtures import Caller, Program
from tests.products.factories import ProductFactory
from tests.products.transfer.whole_catalog import furnish

pytestmark = pytest.mark.django_db
NOW, JOBS = "/api/v1/exports/products", "/api/v1/exports"


@pytest.fixture(autouse=True)
def exports_root(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORTS_ROOT = tmp_path / "exports"
    return tmp_path / "exports"


def asked(caller: Caller | Program, **body: Any) -> dict[str, Any]:
    answer = caller.post(JOBS, {"format": "ndjson", **body}, format="json")
    assert answer.status_code == 202, answer.content
    found: dict[str, Any] = answer.json()
    assert answer["Location"].endswith(f"{JOBS}/{found['id']}")
    return found


def made(caller: Caller | Program, **body: Any) -> dict[str, Any]:
    key = asked(caller, **body)["id"]
    jobs.make_export(key)
    found: dict[str, Any] = caller.get(f"{JOBS}/{key}").json()
    return found


def test_a_small_export_is_the_answer(editor: Caller) -> None:
    furnish()
    answer = editor.get(NOW, {"format": "csv", "status": "published"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="products.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["slug"] for row in rows} == {"lamp", "nothing"}
    assert not [name for name in rows[0] if name.startswith("cost.")]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", "format"),
        ("format=pdf", "format"),
        ("format=csv&limit=5", "limit"),
        ("format=csv&colour=red", "colour"),
        ("format=csv&archived=maybe", "archived"),
        ("format=csv&currency=euro", "currency"),
        ("format=csv&link=ftp://x", "link"),
    ],
)
def test_what_is_no_parameter_is_refused(editor: Caller, query: str, place: str) -> None:
    answer = editor.get(f"{NOW}?{query}")
    assert answer.status_code == 400, answer.content
    assert place in json.dumps(answer.json())


def test_more_than_an_answer_holds_is_for_a_job(
    editor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProductFactory.create_batch(3)
    monkeypatch.setattr(export_files, "MOST_STREAMED", 2)
    answer = editor.get(NOW, {"format": "ndjson"})
    assert (answer.status_code, answer.json()["code"]) == (409, "export-too-large")
    assert made(editor)["products"] == 3


def test_the_worker_makes_the_file(editor: Caller, exports_root: Path) -> None:
    furnish()
    waiting = asked(editor, filters="status=archived")
    assert (waiting["state"], waiting["file"]) == ("pending", None)
    early = editor.get(f"{JOBS}/{waiting['id']}/file")
    assert (early.status_code, early.json()["code"]) == (404, "export-not-ready")
    jobs.make_export(waiting["id"])
    done = editor.get(f"{JOBS}/{waiting['id']}").json()
    assert (done["state"], done["products"], done["error"]) == ("done", 1, "")
    answer = editor.get(done["file"])
    content = answer.getvalue()
    assert len(content) == done["size"]
    assert [json.loads(line).get("slug") for line in content.splitlines()] == [None, "candle", None]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    jobs.make_export(waiting["id"])  # again, and nothing happens
    assert [each["id"] for each in editor.get(JOBS).json()["items"]] == [waiting["id"]]
    assert len(list((exports_root / "exports").iterdir())) == 1


def test_costs_are_for_managers(editor: Caller, manager: Caller) -> None:
    furnish()
    for refused in (
        editor.get(NOW, {"format": "ndjson", "with_costs": "true"}),
        editor.post(JOBS, {"format": "ndjson", "with_costs": True}, format="json"),
    ):
        assert refused.status_code == 403, refused.content
    assert not Export.objects.exists()
    done = made(manager, with_costs=True)
    assert editor.get(done["file"]).status_code == 403
    assert b'"costs":[{' in manager.get(done["file"]).getvalue()
    program = Program(manager.user, "exports:read", "exports:write")
    refused = program.get(NOW, {"format": "ndjson", "with_costs": "true"})
    assert refused.status_code == 403
    assert program.get(done["file"]).status_code == 403


@pytest.mark.parametrize("who", ["anonymous", "viewer"])
def test_exports_are_for_editors(request: pytest.FixtureRequest, who: str) -> None:
    caller = request.getfixturevalue(who)
    statuses = {
        caller.get(NOW, {"format": "csv"}).status_code,
        caller.get(JOBS).status_code,
        caller.post(JOBS, {"format": "csv"}, format="json").status_code,
    }
    assert statuses == {401 if who == "anonymous" else 403}


def test_a_file_that_cannot_be_made_says_why(
    editor: Caller, exports_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports_root.write_text("no folder")
    failed = made(editor)
    assert failed["state"] == "failed"
    assert failed["error"].startswith("The file cannot be written: ")
    exports_root.unlink()
    key = asked(editor, filters="status=draft")["id"]
    Export.objects.filter(pk=key).update(filters="channel=gone")
    jobs.make_export(key)
    assert "channel" in editor.get(f"{JOBS}/{key}").json()["error"]
    assert list((exports_root / "exports").iterdir() if exports_root.exists() else []) == []


@pytest.mark.django_db(transaction=True)
def test_files_go_when_their_time_is_over(editor: Caller, settings: Any) -> None:
    settings.EXPORT_DAYS = 2
    ProductFactory.create()
    old, deleted = made(editor), made(editor)
    assert editor.delete(f"{JOBS}/{deleted['id']}").status_code == 204
    assert not place_of("exports", UUID(deleted["id"])).exists()
    assert services.forget_exports() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        assert services.forget_exports() == 1
    assert not place_of("exports", UUID(old["id"])).exists()
    assert editor.get(f"{JOBS}/{old['id']}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_instant() -> None:
    """What others write while it is read is not in it."""
    products = ProductFactory.create_batch(2)
    with snapshot(Wanted()) as truth:
        assert truth.count() == 2
        with connection.copy().cursor() as other:
            other.execute("UPDATE products_product SET name = 'New'")
        names = {each["name"] for each in truth.products()}
    assert names == {each.name for each in products}
    assert set(Product.objects.values_list("name", flat=True)) == {"New"}
