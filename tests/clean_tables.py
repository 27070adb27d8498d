"""What tests commit is gone after them, and what migrations wrote is back: a pytest plugin.

Django would empty every table with TRUNCATE and write the rows of the migrations one by one, 0.3 s
a test. Most tables are empty, though, and the others hold a few rows: deleting those, and copying
back what a schema of its own keeps, takes 5 ms. Triggers and foreign keys stay out of it, which
needs a superuser: so a DATABASE_URL from outside must name one.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from products.documents.views import Memory

TABLES = """
    SELECT format('%I', c.relname) FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.relname <> 'django_migrations'
"""
# Generated columns make themselves.
COLUMNS = """
    SELECT string_agg(format('%%I', attname), ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


@pytest.fixture(autouse=True)
def map_of_views_goes_back() -> Iterator[None]:
    """What a process remembers of channels and locales goes back with the rows that it is about."""
    before = Memory.views
    yield
    Memory.views = before


class Kept:
    """The rows of the migrations, in a schema beside the tables."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}

    def keep(self) -> None:
        with connection.cursor() as cursor:
            for table in used_tables():
                cursor.execute(COLUMNS, [table])
                self.columns[table] = cursor.fetchone()[0]
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            for table, columns in self.columns.items():
                cursor.execute(f"CREATE TABLE kept.{table} AS SELECT {columns} FROM {table}")

    def restore(self) -> None:
        steps = [f"DELETE FROM {table}" for table in used_tables()]
        steps += [
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"
            f" SELECT {columns} FROM kept.{table}"
            for table, columns in self.columns.items()
        ]
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute("; ".join(steps))
            finally:
                cursor.execute("RESET session_replication_role")


def used_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names]
        cursor.execute(" UNION ALL ".join(found) or "SELECT NULL WHERE false")
        return [name for (name,) in cursor.fetchall()]


kept = Kept()
# A thread or a server that ended a moment ago may still be connected: then the database cannot go.
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        kept.keep()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)


def _restore(_case: TransactionTestCase) -> None:
    kept.restore()


def pytest_configure() -> None:
    TransactionTestCase._fixture_teardown = _restore  # type: ignore[attr-defined]
