"""The command: what it prints, and how it exits."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from products.management import progress
from products.management.commands import import_products
from products.management.import_progress import show_progress
from products.models import Change, ImportJob, Price, Product
from products.transfer.importing.jobs import (
    RUN_IMPORT,
    create_import,
    prune_imports,
    resume_imports,
    run_import,
    start_import,
)
from products.transfer.importing.kept_files import folder_of
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.running import work_on
from tests.products.factories import SYSTEM
from tests.products.transfer.shop_files import lines, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(lines(product(barcode="123"), product("b-stool", price="x")))
    return path


def run(file: Path, *arguments: str, out: StringIO | None = None) -> str:
    out = out or StringIO()
    call_command("import_products", str(file), "--format", "shopify", *arguments, stdout=out)
    return out.getvalue()


def test_the_text_names_lines_and_counts(file: Path) -> None:
    *told, undo = run(file).splitlines()
    change = Change.objects.get(aggregate="product")
    assert undo == f"To undo it: request id {change.request_id} (docs/changes.md)."
    assert told == [
        "Refused: line 3, b-stool, column 'Variant Price': 'x' is no amount of money. Write it "
        "like 1299.95: a point, no thousands separator, no currency sign. [invalid-amount]",
        "Warning: line 2, oak-stool, column 'Variant Barcode': '123' is no GTIN; it is kept in "
        "the variant's metadata. Correct the digits. [invalid-barcode]",
        "2 lines of shop.csv: created 1, changed 0, unchanged 0, refused 1.",
    ]


def test_a_dry_run_says_so(file: Path) -> None:
    assert run(file, "--dry-run").endswith("Nothing was changed: this was a dry run.\n")
    assert not Product.objects.exists()


def test_refused_lines_are_written_to_a_file(file: Path, tmp_path: Path) -> None:
    run(file, "--refused", str(tmp_path / "again.csv"))
    header, line = (tmp_path / "again.csv").read_text().splitlines()
    assert (header, line[:8]) == (file.read_text().splitlines()[0], "b-stool,")


def test_all_or_nothing_fails_when_anything_is_refused(file: Path) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        run(file, "--all-or-nothing", out=out)
    assert stopped.value.code == 1
    assert out.getvalue().splitlines()[-2:] == [
        "2 lines of shop.csv: created 0, changed 0, unchanged 0, refused 1.",
        "Rolled back: as products were refused, nothing was kept.",
    ]
    assert not Product.objects.exists()


def test_json_is_one_object_on_stdout(file: Path) -> None:
    report: dict[str, Any] = json.loads(run(file, "--json"))
    assert (report["created"], report["refused"], report["dry_run"]) == (1, 1, False)


def test_the_currency_of_the_prices_can_be_given(file: Path) -> None:
    run(file, "--currency", "EUR")
    assert Price.objects.get().currency == "EUR"


def test_an_unknown_currency_is_refused(file: Path) -> None:
    with pytest.raises(CommandError, match="'EURO' is no ISO 4217 currency code"):
        run(file, "--currency", "EURO")


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Nothing was imported\. .* is no file\."):
        run(tmp_path / "gone.csv")


def test_programs_find_the_reason_too(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(b"Handle,Title\na,\0\n")
    out = StringIO()
    with pytest.raises(CommandError, match="line 2: "):
        call_command("import_products", str(path), format="shopify", json=True, stdout=out)
    assert "[nul]" in json.loads(out.getvalue())["error"]


def test_the_change_log_names_the_file(file: Path) -> None:
    run(file)
    change = Change.objects.get(event="product.created")
    assert (change.source, change.actor_label) == ("import", "import of shop.csv")


def test_long_lists_are_cut_in_the_text_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(lines(*[product(f"lamp-{n}", price="x") for n in range(60)]))
    said = run(path).splitlines()
    assert said[-2] == "... and 10 more: --json lists them."
    assert said[-1].endswith("refused 60.")


def test_ctrl_c_leaves_an_import_that_goes_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(turns: Iterator[ImportJob]) -> Iterator[ImportJob]:
        yield next(turns)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_products, "show_progress", interrupted)
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_products", str(file), stderr=err)
    assert stopped.value.code == 130
    job = ImportJob.objects.get()
    assert job.state == "paused"
    assert f"manage.py import_products --resume {job.pk}" in err.getvalue()
    assert not Product.objects.exists()
    monkeypatch.undo()
    out = StringIO()
    call_command("import_products", resume=job.pk, stdout=out)
    assert "created 1, changed 0, unchanged 0, refused 1." in out.getvalue()


def test_the_bar_of_an_import_tells_rate_and_counts(file: Path) -> None:
    terminal, log = Terminal(), StringIO()
    for stream in (terminal, log):
        job = create_import(
            file,
            file_name="shop.csv",
            reading=Reading(currency="EUR"),
            policy=Policy(),
            actor=SYSTEM,
        )
        start_import(job.pk, in_worker=False)
        assert [*show_progress(work_on(job.pk), stream=stream)][-1].state == "done"
    assert "Writing" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()
    assert re.search(
        r"Writing: 2 of 2, [\d,]+/s, 0:00 left, unchanged 1, refused 1", log.getvalue()
    )


def test_an_import_that_was_left_is_taken_up_and_old_ones_are_forgotten(file: Path) -> None:
    call_command("import_products", str(file), dry_run=True, stdout=StringIO())
    job = ImportJob.objects.get()
    start_import(job.pk)
    start_import_again = ProcrastinateJob.objects.filter(task_name=RUN_IMPORT)
    assert start_import_again.count() == 1
    assert resume_imports() == 0, "it was heard of a moment ago"
    ImportJob.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
    assert resume_imports() == 1
    assert start_import_again.count() == 1, "the queue has it already"
    run_import(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert prune_imports() == 0
    ImportJob.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert folder_of(job.pk).is_dir()
    assert prune_imports() == 1
    assert not folder_of(job.pk).exists()
    assert not ImportJob.objects.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal_and_ten_lines_in_a_log() -> None:
    log, terminal = StringIO(), Terminal()
    steps = [5] * 40
    assert sum(progress.track(steps, total=200, title="Working", stream=log)) == 200
    assert log.getvalue().splitlines()[0] == "Working: 20 of 200"
    assert len(log.getvalue().splitlines()) == 10
    assert sum(progress.track(steps, total=200, title="Working", stream=terminal)) == 200
    assert "Working" in terminal.getvalue()
