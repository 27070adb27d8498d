"""The wizard of imports, page by page, as a browser without JavaScript sees it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from products.models import ImportJob, Product
from products.transfer.importing.jobs import pause_import, run_import
from tests.products.admin.pages import form_fields, url
from tests.products.admin.test_pages import WHO, queries_of
from tests.products.factories import ProductFactory
from tests.products.transfer.shop_files import lines, product

pytestmark = pytest.mark.django_db
SHOP = lines(
    product("oak-stool", title="Oak stool, <b>oiled</b>"),
    product("ash-bench"),
    product("bad-price", price="12 and a half"),
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORTS_ROOT = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def manager(staff: Callable[[str], Client]) -> Client:
    return staff("manager")


def hand_in(browser: Client, text: str = SHOP, **fields: Any) -> Any:
    file = SimpleUploadedFile("shop.csv", text.encode())
    return browser.post(url("importjob", "add"), {"file": file, **fields})


def shown(browser: Client, job: ImportJob, query: str = "") -> str:
    page = browser.get(url("importjob", job.pk, "change") + query)
    assert page.status_code == 200
    return page.content.decode()


def press(browser: Client, job: ImportJob, *parts: str, **fields: str) -> str:
    answer = browser.post(url("importjob", job.pk, *parts), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_file_to_the_report_and_back(manager: Client) -> None:
    ProductFactory.create(name="Oak stool", slug="oak-stool")
    asked = hand_in(manager)
    job = ImportJob.objects.get()
    assert asked["Location"] == url("importjob", job.pk, "change")
    page = manager.get(asked["Location"])
    text = page.content.decode()
    assert "It looks like <strong>Shopify CSV</strong>. It has Shopify&#x27;s columns" in text

    options = {**form_fields(page, "options_form"), "currency": ["EUR"]}
    assert "Waiting for the worker." in press(manager, job, "change", **options)
    progress = manager.get(url("importjob", job.pk, "progress")).json()
    assert progress == {
        "state": "planning",
        "done": 0,
        "total": 0,
        "said": "Waiting for the worker.",
        "counts": "",
    }
    text = shown(manager, job)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
    assert "catalog/import_progress.js" in text

    run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.options["currency"], job.counts["changed"]) == ("planned", "EUR", 1)
    text = shown(manager, job)  # what is refused needs a look first
    assert "is no amount of money" in text
    assert "import_progress.js" not in text
    changed = shown(manager, job, "?show=changed")
    assert "Oak stool, &lt;b&gt;oiled&lt;/b&gt;" in changed
    assert "Ash bench" in shown(manager, job, "?show=created")
    assert Product.objects.count() == 1

    assert "It is being written" in press(manager, job, "step", "start")
    run_import(job.pk)
    text = shown(manager, job, "?show=created")  # there is no such list any more
    assert "It is done." in text
    refused = manager.get(url("importjob", job.pk, "refused")).content.decode()
    assert refused.splitlines() == [SHOP.splitlines()[0], SHOP.splitlines()[3]]
    assert "Products turned back: 2." in press(manager, job, "undo")
    assert Product.objects.get().name == "Oak stool"
    assert "No product" not in press(manager, job, "undo", skip_changed="on")


def test_columns_of_no_format_are_guessed_and_corrected(manager: Client) -> None:
    hand_in(manager, "Artikel,Preis\nLampe,9\n")
    job = ImportJob.objects.get()
    page = manager.get(url("importjob", job.pk, "change"))
    assert "It is of <strong>no known format</strong>" in page.content.decode()
    fields = form_fields(page, "options_form")
    wrong = press(manager, job, "change", **{**fields, "mapping": '{"version": 1, "colums": {}}'})
    assert "colums" in wrong
    mapping = (
        '{"version": 1, "columns": {"Artikel": {"field": "name"}, "Preis": {"field": "price"}}}'
    )
    press(manager, job, "change", **{**fields, "mapping": mapping})
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts["created"]) == ("planned", 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a file, or give an address"),
        ({"url": "http://127.0.0.1/x.csv"}, "public Internet"),
        ({"url": "https://shop.example/", "mapping": "["}, "This is no JSON"),
        ({"file": SimpleUploadedFile("x.zip", b"PK\x03\x04")}, "it was cut"),
    ],
)
def test_what_cannot_be_imported_says_why_and_leaves_nothing(
    manager: Client, folder: Path, fields: dict[str, Any], said: str
) -> None:
    page = manager.post(url("importjob", "add"), fields)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not ImportJob.objects.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


def test_an_import_is_paused_gone_on_with_and_cancelled(manager: Client) -> None:
    hand_in(manager)
    job = ImportJob.objects.get()
    press(manager, job, "step", "plan")
    pause_import(job.pk)
    assert "Go on" in shown(manager, job)
    assert "Waiting for the worker." in press(manager, job, "step", "resume")
    assert "Cancelled" in press(manager, job, "step", "cancel")
    assert "The import is cancelled: this cannot be done" in press(manager, job, "step", "start")
    assert manager.post(url("importjob", job.pk, "step", "explode")).status_code == 404
    assert manager.get(url("importjob", job.pk, "step", "start")).status_code == 405


def test_pages_cost_the_same_however_much_was_imported(
    manager: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    for count in (2, 60):
        hand_in(manager, lines(*(product(f"p-{count}-{n}", price="x") for n in range(count))))
        job = ImportJob.objects.latest("id")
        press(manager, job, "step", "plan")
        run_import(job.pk)
        address = url("importjob", job.pk, "change")
        queries_of(manager, address, django_assert_num_queries, WHO + 3)
    queries_of(manager, url("importjob"), django_assert_num_queries, WHO + 2)


def test_nobody_but_a_manager_takes_a_step(staff: Callable[[str], Client], manager: Client) -> None:
    hand_in(manager)
    job = ImportJob.objects.get()
    publisher = staff("publisher")
    assert hand_in(publisher).status_code == 403
    for parts in (("step", "start"), ("step", "cancel"), ("undo",), ("change",)):
        assert publisher.post(url("importjob", job.pk, *parts)).status_code == 403
    job.refresh_from_db()
    assert (job.state, ImportJob.objects.count()) == ("uploaded", 1)
