"""Who touched a field alone has it; where two did, somebody chooses."""

from typing import Any

import pytest

from products.admin.shown_inputs import packed, unpacked
from products.admin.three_way import Sides, merged

ROW = "variants/1"
PAGE = ("name", "slug", "accept_loss", f"{ROW}/sku", f"{ROW}/mpn", f"{ROW}/DELETE")
# was, theirs, mine -> field: choice ("": a question), and what is lost. One letter is one text.
CASES = {
    "nothing": ("name=a", "name=a", "name=a", {}, {}),
    "only mine": ("name=a", "name=a", "name=b", {"name": "mine"}, {}),
    "only theirs": ("name=a", "name=b", "name=a", {"name": "theirs"}, {}),
    "the same": ("name=a", "name=b", "name=b", {}, {}),
    "both": ("name=a", "name=b", "name=c", {"name": ""}, {}),
    "emptied by me": ("name=a", "name=a", "", {"name": "mine"}, {}),
    "emptied by both": ("name=a", "", "", {}, {}),
    "two fields": (
        "name=a slug=a",
        "name=b slug=a",
        "name=a slug=b",
        {"name": "theirs", "slug": "mine"},
        {},
    ),
    "nobody knows what it was": (None, "name=a", "name=b", {"name": ""}, {}),
    "a consent is not carried over": ("", "", "accept_loss=on", {}, {}),
    "a row of both": (
        f"{ROW}/sku=a {ROW}/mpn=a",
        f"{ROW}/sku=b {ROW}/mpn=a",
        f"{ROW}/id=1 {ROW}/sku=c {ROW}/mpn=b",
        {f"{ROW}/sku": "", f"{ROW}/mpn": "mine"},
        {},
    ),
    "a row of theirs": ("", f"{ROW}/sku=a", "", {}, {}),
    "a row that I delete": (
        f"{ROW}/sku=a",
        f"{ROW}/sku=a",
        f"{ROW}/id=1 {ROW}/sku=b {ROW}/DELETE=on",
        {f"{ROW}/DELETE": "mine"},
        {},
    ),
    "a row that I delete and they changed": (
        f"{ROW}/sku=a",
        f"{ROW}/sku=b",
        f"{ROW}/id=1 {ROW}/sku=a {ROW}/DELETE=on",
        {f"{ROW}/DELETE": ""},
        {},
    ),
    "a row that I add": ("", "", "variants/new-1/sku=n", {"variants/new-1": "mine"}, {}),
    "a row that they deleted and I changed": (
        "variants/2/sku=a variants/2/mpn=a",
        "",
        "variants/2/id=2 variants/2/sku=b variants/2/mpn=a",
        {},
        {"variants/2/sku": "b"},
    ),
    "a row that both deleted": ("variants/2/sku=a", "", "variants/2/DELETE=on", {}, {}),
    "a field that is gone": ("attribute__a=x", "", "attribute__a=y", {}, {"attribute__a": "y"}),
}


def inputs(text: str) -> dict[str, list[str]]:
    pairs = (pair.split("=") for pair in text.split())
    return {name: [value] for name, value in pairs}


@pytest.mark.parametrize(("was", "now", "mine", "choices", "lost"), CASES.values(), ids=CASES)
def test_each_field_has_who_touched_it(
    was: str | None, now: str, mine: str, choices: dict[str, str], lost: dict[str, str]
) -> None:
    sides = Sides(None if was is None else inputs(was), inputs(now), inputs(mine))
    fields = {name: [name] for name in PAGE if not name.startswith(ROW) or ROW in now}
    found = list(sides.differences(fields))
    assert {each.key: each.choice for each in found} == choices
    assert sides.lost() == lost
    kept = merged(sides.now, sides.mine, found, dict.fromkeys(choices, "mine"))
    for each in found:
        assert [kept.get(name, []) for name in each.inputs] == [list(texts) for texts in each.mine]
    theirs = merged(sides.now, sides.mine, found, dict.fromkeys(choices, "theirs"))
    assert {name: texts for name, texts in theirs.items() if texts} == sides.now


def test_what_a_page_remembers_comes_back_and_anything_else_is_nothing() -> None:
    held = {"name": ["ä\n€"], "tags": [], "publish_at_0": ["2026-01-01"]}
    assert unpacked(packed(held)) == held
    wrong: list[Any] = [{"name": ["x" * 9_000_000]}, {"name": "x"}, []]
    for other in ("", "x", "AAAA", "é", packed(held)[:-16], *map(packed, wrong)):
        assert unpacked(other) is None
