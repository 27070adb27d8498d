"""Round ranges for numbers of any size, and how many products have one in each of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext

MOST_RANGES = 10
PRECISION = 100  # digits: more than any two numbers that can be stored differ by
ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))

Range = tuple[Decimal, Decimal, int]  # from, to (both belong to it), and how many products


def ranges(
    numbers: Sequence[tuple[Sequence[Decimal], int]], *, is_whole: bool, is_spread: bool
) -> list[Range]:
    """At most MOST_RANGES, from the least number to the greatest.

    `numbers` are those of a product, with how many products have exactly these. A spread is a
    lowest and a highest number and all between them. A product counts in each range that it
    touches, as a filter by this range would find it; so do those at the edge of two. No numbers
    have no ranges.
    """
    if not numbers:
        return []
    least = min(min(each) for each, _ in numbers)
    greatest = max(max(each) for each, _ in numbers)
    with localcontext(prec=PRECISION):
        edges = _edges(least, greatest, is_whole=is_whole)
    counts = [0] * (len(edges) - 1)
    for amounts, count in numbers:
        pairs: Iterable[tuple[Decimal, Decimal]]
        pairs = [(amounts[0], amounts[-1])] if is_spread else zip(amounts, amounts, strict=True)
        touched = {n for pair in pairs for n in _touched(edges, *pair)}
        for n in touched:
            counts[n] += count
    return [(edges[n], edges[n + 1], count) for n, count in enumerate(counts)]


def _touched(edges: Sequence[Decimal], low: Decimal, high: Decimal) -> range:
    first = max(bisect_left(edges, low) - 1, 0)
    last = min(bisect_right(edges, high) - 1, len(edges) - 2)
    return range(first, last + 1)


def _edges(least: Decimal, greatest: Decimal, *, is_whole: bool) -> list[Decimal]:
    step = _step((greatest - least) / (MOST_RANGES - 2), is_whole=is_whole)
    first = (least / step).to_integral_value(ROUND_FLOOR) * step
    edges = [first, first + step]
    while edges[-1] < greatest:
        edges.append(edges[-1] + step)
    return edges


def _step(wanted: Decimal, *, is_whole: bool) -> Decimal:
    """The least round number that is at least as large."""
    if wanted == 0 or (is_whole and wanted < 1):
        return Decimal(1)
    power = Decimal(1).scaleb(wanted.adjusted())
    steps = (factor * power for factor in ROUND)
    return next(
        step for step in steps if step >= wanted and not (is_whole and step != step.to_integral())
    )
