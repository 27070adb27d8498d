"""A file on its way in over HTTP: handed in, planned, started, reported, undone."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog_project.ops.outbound import Answer, Refused
from products.models import ImportJob, Product
from products.transfer.importing.jobs import pause_import, run_import
from tests.accounts.fixtures import Caller, Program
from tests.products.factories import ProductFactory
from tests.products.transfer.shop_files import lines, product

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports"
FILE = lines(
    product("oak-stool", Title="Oak stool, oiled"),
    product("ash-bench"),
    product("bad-price", **{"Variant Price": "12 and a half"}),
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORTS_ROOT = tmp_path
    return tmp_path


def upload(text: str | bytes = FILE, name: str = "shop.csv", **options: Any) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    return {"file": SimpleUploadedFile(name, content), **options}


def hand_in(caller: Any, *args: Any, **options: Any) -> Any:
    return caller.post(URL, upload(*args, **options), format="multipart")


def told(caller: Any, address: str, **query: Any) -> Any:
    answer = caller.get(f"{URL}/{address}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_file_is_planned_started_reported_mended_and_undone(manager: Caller) -> None:
    stool = ProductFactory.create(name="Oak stool", slug="oak-stool")
    made = hand_in(manager, currency="EUR")
    assert (made.status_code, made.json()["state"]) == (201, "planning")
    assert made["Location"].endswith(f"{URL}/{made.json()['id']}")
    key = made.json()["id"]
    run_import(key)

    planned = told(manager, key)
    counts = {name: planned["planned"][name] for name in ("created", "changed", "refused")}
    assert counts == {"created": 1, "changed": 1, "refused": 1}
    assert (planned["state"], planned["format"], planned["rows"]) == ("planned", "shopify", 3)
    first, second, third = told(manager, f"{key}/plan")["items"]
    assert (first["outcome"], first["product"], first["line"]) == ("changed", str(stool.pk), 2)
    name = {"field": "name", "before": "Oak stool", "after": "Oak stool, oiled"}
    assert name in first["differences"]
    assert (second["outcome"], second["handle"], second["product"]) == (
        "created",
        "ash-bench",
        None,
    )
    assert (third["outcome"], third["remarks"][0]["column"]) == ("refused", "Variant Price")
    assert Product.objects.count() == 1

    assert manager.post(f"{URL}/{key}/start").json()["state"] == "running"
    run_import(key)
    done = told(manager, key)
    assert (done["state"], done["counts"]["created"], done["finished_at"] is None) == (
        "done",
        1,
        False,
    )
    (refusal,) = told(manager, f"{key}/remarks", kind="refused")["items"]
    assert (refusal["line"], refusal["handle"]) == (4, "bad-price")

    refused = manager.get(f"{URL}/{key}/refused")
    content = refused.content
    assert refused["Content-Disposition"] == 'attachment; filename="shop-refused.csv"'
    again = content.replace(b"12 and a half", b"12.50")
    mended = hand_in(manager, again, "mended.csv", dry_run="false").json()["id"]
    run_import(mended)
    assert told(manager, mended)["counts"] | {"made": {}} == {
        **dict.fromkeys(done["counts"], 0),
        "created": 1,
        "made": {},
    }

    undone = manager.post("/api/v1/changes/undo", {"request_id": done["request_id"]}, format="json")
    assert len(undone.json()["undone"]) == 2
    stool.refresh_from_db()
    assert stool.name == "Oak stool"
    assert set(Product.objects.values_list("slug", flat=True)) == {"oak-stool", "bad-price"}


@pytest.mark.parametrize(
    ("form", "code", "place"),
    [
        (upload("only,two\n1,2\n"), "import-file-refused", "unknown-format"),
        (upload(b"\x1f\x8bnothing"), "import-file-refused", "damaged-archive"),
        (upload(currency="XYZ"), "invalid", "/currency"),
        (upload(locale="xx"), "unknown-reference", "/locale"),
        (upload(location="nowhere"), "unknown-reference", "/location"),
        (upload(refusals="some"), "validation-failed", "/refusals"),
        (upload(mapping="[1]"), "validation-failed", "/mapping"),
        (upload(dry_run="perhaps"), "validation-failed", "/dry_run"),
        (upload(colour="red"), "validation-failed", "/colour"),
        (upload(""), "validation-failed", "/file"),
        ({}, "validation-failed", "/file"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    manager: Caller, folder: Path, form: dict[str, Any], code: str, place: str
) -> None:
    if "file" in form:
        form["file"].seek(0)
    answer = manager.post(URL, form, format="multipart")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, code)
    assert place in (body.get("reason"), *(each["pointer"] for each in body.get("errors", ())))
    assert not ImportJob.objects.exists()
    assert list(folder.iterdir()) == []


def test_a_file_that_unpacks_to_too_much_is_refused(
    manager: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.transfer.archives.MAX_BYTES", 1_000)
    answer = hand_in(manager, gzip.compress(b"x" * 1_001), "shop.csv.gz")
    assert (answer.status_code, answer.json()["reason"]) == (400, "file-too-large")
    assert list(folder.iterdir()) == []


def test_an_address_is_fetched_through_the_guard(
    manager: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [
        Answer(200, {}, FILE.encode(), "https://shop.example/a/export.csv?x=1"),
        Answer(404, {}, b"", "https://shop.example/"),
        Refused("The address does not lead to the public Internet."),
    ]

    def get(url: str, **_: Any) -> Answer:
        if isinstance(answers[0], Exception):
            raise answers.pop(0)
        return answers.pop(0)  # type: ignore[no-any-return]  # it is one

    monkeypatch.setattr("products.transfer.importing.handing_in.outbound.get", get)
    body = {"url": "https://shop.example/latest", "fetch_media": True}
    made = manager.post(URL, body, format="json")
    assert (made.status_code, made.json()["file_name"]) == (201, "export.csv")
    for said in ("The server answered 404.", "public Internet"):
        refused = manager.post(URL, body, format="json").json()
        assert (refused["errors"][0]["pointer"], said in refused["detail"]) == ("/url", True)
    assert ImportJob.objects.count() == len(list(folder.iterdir())) == 1


def test_the_guard_is_there(manager: Caller, folder: Path) -> None:
    for url in ("http://127.0.0.1/", "http://[::1]/x", "http://169.254.169.254/latest"):
        refused = manager.post(URL, {"url": url}, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/url")
    assert list(folder.iterdir()) == []


def test_an_upload_that_is_sent_again_is_one_import(manager: Caller, folder: Path) -> None:
    sent = [
        manager.post(URL, upload(), format="multipart", headers={"idempotency-key": "once"})
        for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert sent[0].content == sent[1].content
    assert ImportJob.objects.count() == len(list(folder.iterdir())) == 1


def test_a_caller_may_wait_until_it_rests(manager: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    key = hand_in(manager).json()["id"]
    tag = manager.get(f"{URL}/{key}")["ETag"]
    pauses = [lambda: None, lambda: run_import(key)]
    monkeypatch.setattr("products.api.waiting.connection.close", lambda: None)
    monkeypatch.setattr("products.api.waiting.time.sleep", lambda _: pauses.pop(0)())
    headers = {"prefer": "wait=20", "if-none-match": tag}
    answer = manager.get(f"{URL}/{key}", headers=headers)
    assert (answer.json()["state"], answer["Preference-Applied"]) == ("planned", "wait=20")
    headers["if-none-match"] = answer["ETag"]
    assert manager.get(f"{URL}/{key}", headers=headers).status_code == 304


def test_what_is_asked_fits_the_state(manager: Caller) -> None:
    key = hand_in(manager).json()["id"]
    for method, part in (("get", "plan"), ("post", "start")):
        answer = getattr(manager, method)(f"{URL}/{key}/{part}")
        assert (answer.status_code, answer.json()["state"]) == (409, "planning")
    answer = manager.get(f"{URL}/{key}/refused")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-refused-lines")
    pause_import(key)
    assert manager.post(f"{URL}/{key}/start").json()["state"] == "planning"
    assert manager.post(f"{URL}/{key}/cancel").json()["state"] == "cancelled"
    assert manager.post(f"{URL}/{key}/cancel").status_code == 409
    assert manager.get(f"{URL}/nothing").status_code == 404


def test_lists_are_paged_in_a_fixed_number_of_queries(
    manager: Caller, django_assert_num_queries: Callable[..., Any]
) -> None:
    rows = [product(f"p-{n}", **{"Variant Price": "no"} if n % 2 else {}) for n in range(6)]
    keys = [hand_in(manager, lines(*rows)).json()["id"] for _ in range(3)]
    run_import(keys[0])
    pages = [manager.get(f"{URL}?limit=2").json()]
    pages.append(manager.get(f"{URL}?limit=2&cursor={pages[0]['next_cursor']}").json())
    assert [each["id"] for page in pages for each in page["items"]] == keys[::-1]
    plan = f"{URL}/{keys[0]}/plan"
    for limit in (2, 5):
        with django_assert_num_queries(5):  # who asks, the import, outcomes, records, remarks
            page = manager.get(f"{plan}?limit={limit}").json()
        assert [each["handle"] for each in page["items"]] == [f"p-{n}" for n in range(limit)]
    further = manager.get(f"{plan}?outcome=refused&limit=2").json()["next_cursor"]
    rest = manager.get(f"{plan}?outcome=refused&cursor={further}").json()
    assert [each["handle"] for each in rest["items"]] == ["p-5"]
    remarks = f"{URL}/{keys[0]}/remarks?kind=refused"
    further = manager.get(f"{remarks}&limit=2").json()["next_cursor"]
    rest = manager.get(f"{remarks}&cursor={further}").json()
    assert [each["line"] for each in rest["items"]] == [7]
    for query in ("outcome=gone", "cursor=eHg=", "limit=0"):
        assert manager.get(f"{plan}?{query}").status_code == 400


def test_managers_alone_and_keys_with_the_scope(manager: Caller, publisher: Caller) -> None:
    assert hand_in(publisher).status_code == 403
    assert publisher.get(URL).status_code == 403
    program = Program(manager.user, "imports:write")
    assert hand_in(program).status_code == 201
    assert program.get(URL).status_code == 403
    assert Program(manager.user, "products:write").post(URL).status_code == 403
