"""Below the ORM the same promises hold: typed errors, counted queries, bounded server memory."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from catalog_project.ops import statements
from catalog_project.ops.statements import execute, fetch, numbered

pytestmark = pytest.mark.django_db


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'document_%'")
        return [row[0] for row in cursor.fetchall()]


def test_parameters_of_each_kind_reach_the_server_as_they_are() -> None:
    key = UUID(int=7)
    sent = [key, 'it\'s \\ "quoted"', 21, ['a"b', "c,d", "\\", "NULL"]]
    sql = "SELECT $1::uuid, $2::text, $3::int, ($4::text[])[1], ($4::text[])[4], NULL::text"
    assert fetch(sql, sent) == [
        (str(key).encode(), b'it\'s \\ "quoted"', b"21", b'a"b', b"NULL", None)
    ]


def test_text_that_postgresql_cannot_hold_is_a_data_error() -> None:
    with pytest.raises(DataError), transaction.atomic():
        fetch("SELECT $1::text", ["a\0b"])


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / $1::int", DataError),
        ("SELECT no_such_column, $1::int", ProgrammingError),
        ("SELECT pg_sleep(10), $1::int", OperationalError),
    ],
)
def test_errors_are_those_of_the_orm(sql: str, error: type[Exception]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        with pytest.raises(error) as raised, transaction.atomic():
            fetch(sql, [0])
    assert isinstance(raised.value.__cause__, psycopg.Error)


def test_a_statement_is_prepared_once() -> None:
    before = set(prepared())
    for number in range(3):
        assert fetch("SELECT $1::int + 40", [number]) == [(str(number + 40).encode(),)]
    assert len(set(prepared()) - before) == 1


def test_the_server_keeps_a_bounded_number_of_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_PREPARED", 5)
    statements._prepared.clear()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for number in range(12):
        fetch("SELECT 1", [])  # in use all the time, so it stays
        assert fetch(f"SELECT $1::int + {number}", [1]) == [(str(number + 1).encode(),)]
    assert len(prepared()) == 5
    assert connection.connection is not None
    assert "SELECT 1" in statements._prepared[connection.connection]


def test_each_is_counted_as_a_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        fetch("SELECT 1", [])


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_an_operational_error() -> None:
    fetch("SELECT 1", [])
    assert connection.connection is not None
    pid = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(OperationalError):
        fetch("SELECT 1", [])
    connection.close()
    assert fetch("SELECT 1", []) == [(b"1",)]


def test_written_rows_are_counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (number int) ON COMMIT DROP")
    assert execute("INSERT INTO kept SELECT generate_series(1, $1::int)", [3]) == 3
    assert execute("UPDATE kept SET number = 0 WHERE number > $1::int", [1]) == 2
    assert execute("DELETE FROM kept WHERE number > $1::int", [1]) == 0


def test_names_become_numbers() -> None:
    sql = "SELECT %(b)s, '%%', %(a)s, %(b)s"
    assert numbered(sql, "a", "b") == "SELECT $2, '%', $1, $2"
