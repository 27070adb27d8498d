"""The connection: in UTC, with limits, from a pool; the limits lift for long work."""

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import OperationalError, connection, transaction

from catalog_project.ops.database import unlimited_statements

pytestmark = pytest.mark.django_db


def shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def test_every_limit_is_set() -> None:
    assert shown("statement_timeout") == "10s"
    assert shown("lock_timeout") == "3s"
    assert shown("idle_in_transaction_session_timeout") == "30s"
    assert shown("TimeZone") == "UTC"
    assert shown("jit") == "off"
    assert shown("application_name") == "catalog"


def test_connections_come_from_a_pool() -> None:
    # How it tells lost ones: test_pool.py.
    assert connection.pool is not None  # type: ignore[attr-defined]  # PostgreSQL's
    assert connection.settings_dict["CONN_MAX_AGE"] == 0


def test_a_long_statement_is_ended() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 100")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")
        transaction.set_rollback(True)


def test_long_work_lifts_the_limits_of_statements_but_not_of_locks() -> None:
    with unlimited_statements():
        assert shown("statement_timeout") == "0"
        assert shown("idle_in_transaction_session_timeout") == "0"
        assert shown("lock_timeout") == "3s"
    assert shown("statement_timeout") == "10s"
    assert shown("idle_in_transaction_session_timeout") == "30s"


def test_the_limits_return_after_a_failure() -> None:
    with pytest.raises(RuntimeError), unlimited_statements():
        raise RuntimeError
    assert shown("statement_timeout") == "10s"


def test_migrations_run_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        migrate.Command,
        "handle",
        lambda *_args, **_options: seen.append(shown("statement_timeout")),
    )
    call_command("migrate", skip_checks=True)
    assert seen == ["0"]
