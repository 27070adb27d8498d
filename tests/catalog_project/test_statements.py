"""The hot reads are prepared, and nothing else is."""

import pytest
from django.contrib.auth.models import Group
from django.db import ProgrammingError, connection, transaction

from catalog_project.ops.statements import fetch

pytestmark = pytest.mark.django_db


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_is_prepared_once_and_stays_so() -> None:
    sql = "SELECT $1::int + 1 AS prepared_by_this_test"
    assert [fetch(sql, [number]) for number in (1, 2)] == [[(b"2",)], [(b"3",)]]
    assert prepared().count(sql) == 1


def test_what_the_orm_asks_is_not_prepared() -> None:
    for _ in range(12):
        list(Group.objects.filter(name="nobody"))
    assert [sql for sql in prepared() if "auth_group" in sql and "nobody" in sql] == []


def test_null_is_none_and_errors_are_djangos() -> None:
    assert fetch("SELECT NULL", []) == [(None,)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        fetch("SELECT nothing", [])
