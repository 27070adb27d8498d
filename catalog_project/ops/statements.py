"""The hot statements, below the ORM: SQL compiled once, prepared by PostgreSQL, bytes as they came.

A body travels from the table to the socket without being decoded, parsed or printed on the way.
This is the one place that talks to libpq: a cursor costs 70 µs a read, the rest of it 15.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

# A page's rows as PostgreSQL sent them, in its text format; None is NULL.
Rows: TypeAlias = list[tuple[bytes | None, ...]]
Connection: TypeAlias = "psycopg.Connection[Any]"
# Statements that a connection keeps prepared; the one not used for longest makes room.
MOST_PREPARED = 100
# To plan the statement that prints documents takes ten times as long as to run it for one product.
# A plan that a session keeps is made for a few rows; of more, PostgreSQL is to see how many.
FEW = 50

_numbers = count(1)
_prepared: "WeakKeyDictionary[Connection, OrderedDict[str, bytes]]" = WeakKeyDictionary()


def fetch(sql: str, parameters: Sequence[Any]) -> Rows:
    """The rows of a statement with `$1` placeholders.

    Raises Django's database errors, as the ORM does, and is counted as a query like its own.
    """
    with _counted(sql) as connection:
        result = _execute(connection, sql, parameters)
    return _rows(result)


def fetch_planned_anew(sql: str, parameters: Sequence[Any]) -> Rows:
    """The same, for a statement whose best plan depends on the values: PostgreSQL sees them.

    A kept plan cannot know whether a filter finds half of the table or one row of it.
    """
    with _counted(sql) as connection:
        result = _execute(connection, sql, parameters, is_kept=False)
    return _rows(result)


def execute(sql: str, parameters: Sequence[Any]) -> int:
    """How many rows a statement with `$1` placeholders wrote. Otherwise as `fetch`."""
    with _counted(sql) as connection:
        return _execute(connection, sql, parameters).command_tuples or 0


def array_of(values: Iterable[UUID | str]) -> str:
    """Ids or texts as one value of a statement: `= ANY(%s::uuid[])`. The driver would look at each
    of them, which takes longer than the statement."""
    return "{" + ",".join([_element(each) for each in values]) + "}"


def _element(value: UUID | str) -> str:
    if isinstance(value, UUID):
        return value.hex
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def numbered(sql: str, *names: str) -> str:
    """The same statement with `%(name)s` as `$1`, `$2`, in the order of the names."""
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    return re.sub(r"%(?:\((\w+)\)s|%)", lambda found: numbers[found[1]] if found[1] else "%", sql)


@contextmanager
def _counted(sql: str) -> Iterator[Connection]:
    connection = connections[DEFAULT_DB_ALIAS]  # Django's proxy would look it up five times: 8 µs
    connection.ensure_connection()
    start = perf_counter()
    with connection.wrap_database_errors:
        yield connection.connection
    if connection.queries_logged:
        spent = f"{perf_counter() - start:.3f}"
        connection.queries_log.append({"sql": sql, "time": spent})


def _rows(result: "PGresult") -> Rows:
    columns = range(result.nfields)
    return [
        tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)
    ]


def _execute(
    to: Connection, sql: str, parameters: Sequence[Any], *, is_kept: bool = True
) -> "PGresult":
    values: list[Any] = Transformer(to).dump_sequence(parameters, [PyFormat.TEXT] * len(parameters))  # type: ignore[assignment]  # None is NULL
    if is_kept:
        result = to.pgconn.exec_prepared(_prepare(to, sql), values)
    else:
        result = to.pgconn.exec_params(sql.encode(), values)
    return _checked(to, result, ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _prepare(to: Connection, sql: str) -> bytes:
    """The name under which the connection has the statement."""
    names = _prepared.setdefault(to, OrderedDict())
    if sql in names:
        names.move_to_end(sql)
        return names[sql]
    if len(names) == MOST_PREPARED:
        _, oldest = names.popitem(last=False)
        _checked(to, to.pgconn.exec_(b"DEALLOCATE " + oldest), ExecStatus.COMMAND_OK)
    name = b"document_%d" % next(_numbers)
    _checked(to, to.pgconn.prepare(name, sql.encode()), ExecStatus.COMMAND_OK)
    names[sql] = name
    return name


def _checked(to: Connection, result: "PGresult", *expected: ExecStatus) -> "PGresult":
    if result.status in expected:
        return result
    error = error_from_result(result)
    if to.pgconn.status == ConnStatus.BAD and not isinstance(error, psycopg.OperationalError):
        raise psycopg.OperationalError(str(error))  # a lost connection has no SQLSTATE
    raise error
