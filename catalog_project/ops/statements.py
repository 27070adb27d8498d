"""The hot reads, below the ORM: SQL compiled once, prepared by PostgreSQL, bytes as they came.

A body travels from the table to the socket without being decoded, parsed or printed on the way.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psycopg
from django.db import connection

# A page's rows as PostgreSQL sent them, in its text format; None is NULL.
Rows = list[tuple[bytes | None, ...]]


def fetch(sql: str, parameters: Sequence[Any]) -> Rows:
    """The rows of a statement with `$1` placeholders.

    Raises Django's database errors, as the ORM does, and is counted as a query like its own.
    """
    connection.ensure_connection()
    start = perf_counter()
    with connection.wrap_database_errors:
        cursor = psycopg.RawCursor(connection.connection)
        cursor.execute(sql, parameters, prepare=True)
    if connection.queries_logged:
        spent = f"{perf_counter() - start:.3f}"
        connection.queries_log.append({"sql": sql, "time": spent})
    result = cursor.pgresult
    assert result is not None
    columns = range(result.nfields)
    return [
        tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)
    ]
