"""Django's PostgreSQL backend, with a cheaper way to tell a pooled connection that is lost."""

import select
from contextlib import suppress
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket where Django asks the server: a question for each request costs as much
    as the answer that the request came for. Use it with CONN_HEALTH_CHECKS off.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        while True:
            connection = super().get_new_connection(conn_params)
            if self.pool is None or is_alive(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)  # the pool opens another one instead


def is_alive(connection: "psycopg.Connection[Any]") -> bool:
    """A server that went away has closed the socket: there is something to read where there should
    be silence. Only then is it worth a question.
    """
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if not socket.poll(0):
        return True
    with suppress(psycopg.OperationalError):
        ConnectionPool.check_connection(connection)
        return True
    return False
