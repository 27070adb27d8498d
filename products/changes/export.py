"""Everything at one instant, line by line, and the place in the feed from which to go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection, transaction
from psycopg import RawServerCursor

from products.changes.feed import Place, end_of_feed
from products.changes.record import SNAPSHOTS

# How much is fetched at once: as many rows as make this many characters, by those before.
CHUNK = 256 * 1024
MOST_ROWS = 64


@dataclass(frozen=True)
class Selection:
    """Rows of one type: all, or those with these ids (a query with `$1` placeholders)."""

    type: str
    ids: str = ""
    parameters: Sequence[Any] = ()

    def sql(self) -> str:
        table, snapshot = SNAPSHOTS[self.type]
        return (
            f"SELECT json_build_object('type', '{self.type}', 'id', p.id, 'version', p.version,"
            f" 'record', {snapshot})::text FROM {table} p"
            f"{f' WHERE p.id IN ({self.ids})' if self.ids else ''} ORDER BY p.id"
        )


@dataclass(frozen=True)
class Ending:
    """What the last line says."""

    place: Place
    count: int


def export(selections: Sequence[Selection]) -> Iterator[bytes | Ending]:
    """Lines of JSON in one snapshot, several at a time, and at last the ending.

    Each row has the form that it has in the feed, and no statement lasts for longer than a part of
    it: a reader who stalls is cut off by the limit on idle transactions. Within a transaction of
    the caller's, the snapshot is what that one sees.
    """
    count = 0
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        place = end_of_feed()
        for selection in selections:
            for rows in _fetched(selection):
                count += len(rows)
                yield ("\n".join(rows) + "\n").encode()
    yield Ending(place, count)


def _fetched(selection: Selection) -> Iterator[list[str]]:
    rows = 1
    with (
        connection.wrap_database_errors,
        RawServerCursor(connection.connection, "catalog_export") as cursor,
    ):
        cursor.execute(selection.sql(), selection.parameters)
        while found := [text for (text,) in cursor.fetchmany(rows)]:
            yield found
            average = sum(map(len, found)) // len(found)
            rows = max(1, min(MOST_ROWS, 2 * rows, CHUNK // max(1, average)))


def last_line(cursor: str, ending: Ending) -> bytes:
    return orjson.dumps({"next_cursor": cursor, "count": ending.count}) + b"\n"
