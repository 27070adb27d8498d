"""docs/security.md claims nothing that is not there."""
# ruff: noqa: RUF001 - ranges of items have an en dash, as typographers want it

import re

from tests.acceptance.server import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
# Levels 1 and 2 of ASVS 5.0 in the chapters that are answered: section -> its last item, where the
# items of both levels come first; else the items themselves.
ITEMS = {
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "13.2": 5, "13.3": 2, "13.4": 5, "13.1": 1,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


def answered() -> dict[str, str]:
    """Item of ASVS -> the line that answers it."""
    found: dict[str, str] = {}
    rows = re.findall(r"^\| (\d[\d., –]*) \|[^|]*\| (.+) \|$", TEXT, re.MULTILINE)
    for items, answer in rows:
        for item in items.split(", "):
            first, _, last = item.partition("–")
            section, _, number = first.rpartition(".")
            end = int(last.rpartition(".")[2] if last else number)
            for each in range(int(number), end + 1):
                name = f"{section}.{each}"
                assert name not in found, f"{name} is answered twice"
                found[name] = answer
    return found


def test_every_item_of_levels_1_and_2_has_an_answer() -> None:
    asked = {f"{section}.{n}" for section, last in ITEMS.items() for n in range(1, last + 1)}
    assert answered().keys() == asked


def test_every_risk_of_the_top_ten_has_an_answer() -> None:
    assert re.findall(r"^\| API(\d+) \|", TEXT, re.MULTILINE) == [str(n) for n in range(1, 11)]


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+\.py)(?:::\w+)?`", TEXT))
    assert len(named) > 30
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_every_page_that_is_named_is_there() -> None:
    pages = set(re.findall(r"\]\(([\w./-]+\.md)", TEXT))
    assert sorted(page for page in pages if not (ROOT / "docs" / page).is_file()) == []


def test_whoever_finds_a_weakness_learns_whom_to_tell() -> None:
    assert "Reporting" in (ROOT / "SECURITY.md").read_text()
    assert "SECURITY.md" in (ROOT / "README.md").read_text()
