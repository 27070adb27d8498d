"""The feed: every change once, those of one aggregate in their order, deletions among them.

A place in the feed is (xid, sequence); see `PlaceInFeed`. Whoever reads on from the last place that
was served misses nothing, because nothing is served at or above the oldest transaction that still
runs: what commits later stands behind it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from catalog_project.ops.statements import fetch
from products.changes.record import SNAPSHOTS
from products.errors import ChangesForgotten

TYPES = tuple(sorted(SNAPSHOTS))
MOST = 1_000  # changes in a page
# Bytes of stored snapshots in a page, as PostgreSQL compressed them; one change may be larger.
MOST_BYTES = 2 * 1024**2


class Place(NamedTuple):
    xid: int
    sequence: int


@dataclass(frozen=True)
class FeedPage:
    items: list[bytes]  # JSON objects
    next: Place
    has_more: bool


# The oldest running transaction, the next one to begin, and up to where changes are forgotten.
_BOUNDS = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()),
           (SELECT xid FROM products_changehorizon),
           (SELECT sequence FROM products_changehorizon)
"""
# What a change is to readers of the feed. A snapshot in parts names the variants that went.
_ITEM = """
    json_build_object(
        'type', aggregate, 'id', aggregate_id, 'version', version, 'event', event,
        'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor', json_build_object('id', actor_id, 'label', actor_label),
        'source', source, 'request_id', request_id,
        'is_deleted', event LIKE '%.deleted', 'is_partial', base_version IS NOT NULL,
        'record', snapshot)
"""


def read_feed(after: Place | None, *, types: Collection[str], limit: int) -> FeedPage:
    """The next changes of these types behind `after`, or the oldest that are kept.

    The page ends early where it would get too large. Raises ChangesForgotten where changes behind
    `after` are gone, or the place is of another database.
    """
    watermark, _, horizon = _bounds()
    start = after or horizon
    rows = fetch(_page_sql(limit), [list(types), *start, watermark])
    _, newest, horizon = _bounds()  # behind the page: what was forgotten meanwhile is not in it
    if start < horizon or start.xid > newest:
        raise ChangesForgotten
    has_more = len(rows) > limit or bool(rows and rows[-1][3] == b"t")
    rows = rows[:limit]
    if has_more:
        end = Place(int(rows[-1][0] or 0), int(rows[-1][1] or 0))
    else:
        end = max(start, Place(watermark, 0))
    return FeedPage([row[2] or b"" for row in rows], end, has_more)


def end_of_feed() -> Place:
    """The place behind everything that the present snapshot is sure to hold."""
    return Place(_bounds()[0], 0)


def _bounds() -> tuple[int, int, Place]:
    ((oldest, newest, xid, sequence),) = fetch(_BOUNDS, [])
    return int(oldest or 0), int(newest or 0), Place(int(xid or 0), int(sequence or 0))


@lru_cache(maxsize=MOST)
def _page_sql(limit: int) -> str:
    """Each type has its place in the index, so that a rare one is found among many others.

    The limit stands in the text: with a parameter there, PostgreSQL would plan each page anew. One
    row more than asked for tells that there are more; so does the last row where the size ended
    the page. OFFSET 0 keeps the planner from reading the whole log for the rows of one page.
    """
    return f"""
        WITH places AS (
            SELECT found.* FROM unnest($1::text[]) AS wanted(type)
             CROSS JOIN LATERAL (
                   SELECT xid, sequence FROM products_change
                    WHERE aggregate = wanted.type AND (xid, sequence) > ($2::xid8, $3::bigint)
                      AND xid < $4::xid8
                    ORDER BY xid, sequence LIMIT {limit + 1:d}) found
             ORDER BY found.xid, found.sequence LIMIT {limit + 1:d}),
        sized AS (
            SELECT change.*, count(*) OVER () AS found,
                   row_number() OVER upward AS number,
                   sum(pg_column_size(change.snapshot)) OVER upward AS bytes
              FROM places
             CROSS JOIN LATERAL (
                   SELECT * FROM products_change WHERE sequence = places.sequence OFFSET 0) change
            WINDOW upward AS (ORDER BY change.xid, change.sequence))
        SELECT xid, sequence, {_ITEM}, number < found FROM sized
         WHERE bytes <= {MOST_BYTES} OR number = 1 ORDER BY xid, sequence
    """
