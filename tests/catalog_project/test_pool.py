"""A pooled connection that the server closed is replaced before anybody notices."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from catalog_project.ops.postgresql.base import is_alive

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    """The server process that answers now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end(*backends: int) -> None:
    backend()
    own: Any = connection.connection
    with psycopg.connect(own.info.dsn) as other:
        for pid in backends:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def backends(times: int = 10) -> set[int]:
    """The server processes that so many requests one after the other meet."""
    met = set()
    for _ in range(times):
        met.add(backend())
        connection.close()
    return met


def test_connections_go_back_to_the_pool_and_come_again() -> None:
    assert len(backends(20)) <= settings.DATABASE_POOL_MAX_SIZE
    assert backends() & backends()


def test_connections_that_ended_in_the_pool_are_never_handed_out() -> None:
    ended = backends()
    end(*ended)
    connection.close()
    assert not backends() & ended


def test_a_connection_that_ends_in_use_is_an_error_once() -> None:
    end(backend())
    with pytest.raises(OperationalError):
        backend()
    connection.close()
    assert backend() > 0


def test_something_to_read_is_no_reason_to_drop_a_connection() -> None:
    backend()
    own: Any = connection.connection
    with psycopg.connect(own.info.dsn, autocommit=True) as quiet:
        assert is_alive(quiet)
        quiet.execute("LISTEN gossip")
        with psycopg.connect(own.info.dsn, autocommit=True) as other:
            other.execute("NOTIFY gossip")
        quiet.execute("SELECT pg_sleep(0.05)")
        assert is_alive(quiet)
        own.execute("SELECT pg_terminate_backend(%s, 5000)", [quiet.info.backend_pid])
        assert not is_alive(quiet)
