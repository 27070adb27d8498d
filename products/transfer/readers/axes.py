"""What tells the variants of a product apart, where the file does not say it."""

from collections.abc import Mapping, Sequence
from itertools import combinations

MOST = 12  # columns that are tried together


def axes_of(rows: Sequence[Mapping[str, str]], wanted: Sequence[str]) -> list[str]:
    """The fewest columns, in the order wanted, of which no two rows have the same values."""
    if len(rows) < 2:
        return []
    differing = [
        name
        for name in wanted
        if all(row.get(name) for row in rows) and len({row[name] for row in rows}) > 1
    ][:MOST]
    for count in (1, 2, 3):
        for names in combinations(differing, count):
            if len({tuple(row[name] for name in names) for row in rows}) == len(rows):
                return list(names)
    return []
