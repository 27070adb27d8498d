"""What gunicorn says of a request that it cannot read: a problem document, as everywhere."""

import socket

import orjson
import uuid_utils
from gunicorn import util  # type: ignore[import-untyped]  # no stubs

from catalog_project.api import problem_types as types

KINDS = {
    400: types.BAD_REQUEST,
    414: types.ADDRESS_TOO_LONG,
    431: types.HEADERS_TOO_LARGE,
    500: types.INTERNAL_ERROR,
}


def write_problem(sock: socket.socket, status: int, reason: str, message: str) -> None:  # noqa: ARG001
    """Stands in for `gunicorn.util.write_error`. The message is for the log: it quotes bytes that
    somebody else may have smuggled in."""
    kind = KINDS.get(status, types.BAD_REQUEST)
    body = orjson.dumps(
        {
            "type": f"/docs/problems#{kind.code}",
            "title": kind.title,
            "status": status,
            "detail": kind.meaning,
            "code": kind.code,
            "request_id": str(uuid_utils.uuid7()),
        }
    )
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
        f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode() + body)


def answer_with_problems() -> None:
    """gunicorn offers no setting for it."""
    util.write_error = write_problem
