"""What an old snapshot says must hold; what it cannot know is not asked of it."""

from typing import Any

import pytest

from products.changes.compare import still_tells

SNAPSHOT: dict[str, Any] = {
    "name": "Chair",
    "tags": ["a", "b"],
    "metadata": {"colours": [{"code": "red"}]},
    "variants": [{"sku": "A", "metadata": {}, "prices": [{"amount": 1}, {"amount": 2}]}],
}


@pytest.mark.parametrize(
    "now",
    [
        SNAPSHOT,
        {**SNAPSHOT, "mpn": "X-1"},
        {**SNAPSHOT, "relations": [{"kind": "bundle"}]},
        {**SNAPSHOT, "variants": [{**SNAPSHOT["variants"][0], "weight": None}]},
        {
            **SNAPSHOT,
            "variants": [
                {
                    **SNAPSHOT["variants"][0],
                    "prices": [{"amount": 1, "tax": "a"}, {"amount": 2, "tax": "b"}],
                }
            ],
        },
    ],
    ids=["the same", "a column", "a list", "a column of a part", "a column of a part's part"],
)
def test_members_that_a_snapshot_lacks_are_not_compared(now: dict[str, Any]) -> None:
    assert still_tells(SNAPSHOT, now)


@pytest.mark.parametrize(
    "now",
    [
        {**SNAPSHOT, "name": "Bench"},
        {name: value for name, value in SNAPSHOT.items() if name != "tags"},
        {**SNAPSHOT, "tags": ["b", "a"]},
        {**SNAPSHOT, "tags": ["a", "b", "c"]},
        {**SNAPSHOT, "tags": None},
        {**SNAPSHOT, "metadata": {"colours": [{"code": "red"}], "more": 1}},
        {**SNAPSHOT, "metadata": {"colours": [{"code": "red", "more": 1}]}},
        {**SNAPSHOT, "variants": []},
        {**SNAPSHOT, "variants": [*SNAPSHOT["variants"], {"sku": "B"}]},
        {**SNAPSHOT, "variants": [{**SNAPSHOT["variants"][0], "sku": "B"}]},
        {**SNAPSHOT, "variants": [{**SNAPSHOT["variants"][0], "metadata": {"more": 1}}]},
        {**SNAPSHOT, "variants": [{**SNAPSHOT["variants"][0], "prices": [{"amount": 1}]}]},
    ],
)
def test_everything_that_a_snapshot_says_is_compared(now: dict[str, Any]) -> None:
    assert not still_tells(SNAPSHOT, now)
