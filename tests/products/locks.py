"""What tests of two writers ask the database about locks."""

import threading
from collections.abc import Callable

from django.db import connection, transaction

from tests.acceptance.server import wait_until


def somebody_waits() -> bool:
    """Whether some session of this database waits for a lock.

    A transaction would see the sessions of its first look again, so that look is forgotten.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def wait_for_a_blocked_session() -> None:
    """Raises AssertionError when nobody waits for a lock within ten seconds."""
    wait_until(somebody_waits)


def overtake(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Let the second writer start, and wait, before the first one has committed."""

    def run() -> None:
        try:
            second()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        wait_for_a_blocked_session()
    thread.join(10)
    assert not thread.is_alive()
