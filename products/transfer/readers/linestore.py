"""The lines of a file by product, on disk: memory stays flat in whatever order they stand."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from weakref import finalize

from products.transfer.readers.tables import Row
from products.transfer.records import FileRefused, Remark

BATCH = 1_000
CACHE_KIB = 16_384
_ROW = tuple[str, int, str]


class LineStore:
    """Each line is added under a key; `same` says that two keys are of one product.

    A private database of SQLite's that has no name: it spills to the temporary folder, and is gone
    with this object.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        finalize(self, self._db.close)
        self._db.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE_KIB};"
            "CREATE TABLE line (key TEXT, number INTEGER PRIMARY KEY, row TEXT);"
            "CREATE TABLE same (key TEXT PRIMARY KEY, owner TEXT) WITHOUT ROWID;"
            "CREATE TABLE fact (topic TEXT, key TEXT, value TEXT);"
        )
        self._pending: list[_ROW] = []

    def add(self, key: str, row: Row) -> None:
        """Raises FileRefused when the disk is full."""
        self._pending.append((key, row.line, json.dumps([row.last_line, row.cells])))
        if len(self._pending) >= BATCH:
            self._flush()

    def same(self, key: str, owner: str) -> bool:
        """Lines of `key` belong to `owner`. False when they belong to somebody else already."""
        self._run("INSERT OR IGNORE INTO same VALUES (?, ?)", key, owner)
        ((first,),) = self._run("SELECT owner FROM same WHERE key = ?", key)
        return bool(first == owner)

    def owner(self, key: str) -> str:
        """Of lines that belong to nobody else, the key itself."""
        for (owner,) in self._run("SELECT owner FROM same WHERE key = ?", key):
            return str(owner)
        return key

    def note(self, topic: str, key: str, value: str) -> None:
        """Something that is looked up later; a key may have several."""
        self._run("INSERT INTO fact VALUES (?, ?, ?)", topic, key, value)

    def noted(self, topic: str, key: str) -> list[str]:
        rows = self._run(
            "SELECT value FROM fact WHERE topic = ? AND key = ? ORDER BY rowid", topic, key
        )
        return [value for (value,) in rows]

    def count_without(self, topic: str, other: str) -> int:
        """How much was noted of a topic whose key is none of the other topic."""
        ((count,),) = self._run(
            "SELECT count(*) FROM fact WHERE topic = ? AND NOT EXISTS ("
            "SELECT 1 FROM fact same WHERE same.topic = ? AND same.key = fact.key)",
            topic,
            other,
        )
        return int(count)

    def each(self, topic: str) -> Iterator[str]:
        """All that was noted of a topic, in order."""
        for (value,) in self._run("SELECT value FROM fact WHERE topic = ? ORDER BY rowid", topic):
            yield value

    def settle(self) -> None:
        """Once, after the last line. Owners that are owned themselves hand on what they have."""
        self._flush()
        for _ in range(4):
            self._run(
                "UPDATE same SET owner = (SELECT up.owner FROM same up WHERE up.key = same.owner)"
                " WHERE owner IN (SELECT key FROM same WHERE key <> owner)"
            )
        self._run("CREATE INDEX fact_key ON fact (topic, key)")

    def __iter__(self) -> Iterator[tuple[str, list[Row]]]:
        """Owner and lines of each product, in the order of their first lines."""
        found = self._run(
            "SELECT owner, min(number) OVER (PARTITION BY owner) AS first, number, row FROM ("
            "SELECT coalesce(same.owner, line.key) AS owner, number, row"
            " FROM line LEFT JOIN same ON same.key = line.key) ORDER BY first, number"
        )
        for (_, owner), lines in groupby(found, key=lambda each: (each[1], each[0])):
            yield owner, [_row(number, row) for _, _, number, row in lines]

    def _flush(self) -> None:
        if self._pending:
            try:
                self._db.execute("BEGIN")
                self._db.executemany("INSERT INTO line VALUES (?, ?, ?)", self._pending)
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise _full(error) from error
            self._pending.clear()

    def _run(self, statement: str, *values: str) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise _full(error) from error


def _row(number: int, row: str) -> Row:
    last, cells = json.loads(row)
    return Row(number, last, cells)


def _full(error: sqlite3.Error) -> FileRefused:
    return FileRefused(
        Remark(
            "no-room",
            0,
            f"The temporary folder does not take the file's lines: {error}.",
            "Make room there, then start again.",
        )
    )
