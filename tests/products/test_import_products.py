"""The command: what it prints, and how it exits."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from products.management import progress
from products.models import Change, Price, Product
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
