"""Time limits of the database: on for requests, off for work that is meant to be long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def unlimited_statements() -> Iterator[None]:
    """Lift the statement and idle limits of this thread's connection; lock limits stay.

    For commands and jobs that touch the whole catalog. The settings' limits return afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
                cursor.execute("RESET idle_in_transaction_session_timeout")
