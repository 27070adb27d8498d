"""Idempotency-Key: a write that is sent again is done once, and answered as it was.

After draft-ietf-httpapi-idempotency-key-header-07. The answer is stored in the transaction of the
write: after a crash either both are there or neither, and Redis has no part in it. A refused
write (4xx, 5xx) leaves nothing behind, so the same key may try again.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from catalog_project.errors import DomainError
from catalog_project.models import StoredAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
METHODS = ("POST", "PATCH", "DELETE")
KEY_FORM = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_FOR = timedelta(hours=24)
# Headers of the first answer that its replay has, too; the others are about the request at hand.
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Content-Language", "Cache-Control", "Vary")

Handler = Callable[..., HttpResponse]


class UnusableKey(DomainError):
    """The Idempotency-Key has 1 to 255 visible ASCII characters, and this operation takes one."""

    status = 400
    code = "idempotency-key-unusable"
    title = "The Idempotency-Key cannot be used"


class KeyInFlight(DomainError):
    """A request with this Idempotency-Key is being answered at this moment."""

    code = "idempotency-key-in-flight"
    title = "The first request with this Idempotency-Key is not finished"

    def __init__(self) -> None:
        super().__init__("Wait a moment, then send it again: it will be answered as the first.")


class KeyOfAnother(DomainError):
    """The Idempotency-Key belongs to another request of this caller."""

    status = 422
    code = "idempotency-key-reused"
    title = "Another request had this Idempotency-Key"

    def __init__(self) -> None:
        super().__init__("Method, address, If-Match or body differ. Give each write a new key.")


def key_of_request(request: Request, *, allowed: bool) -> str | None:
    """The key, where there is one. Raises UnusableKey."""
    key = request.headers.get(HEADER)
    if key is None or request.method not in METHODS:
        return None
    if not KEY_FORM.fullmatch(key):
        raise UnusableKey("Send 1 to 255 visible ASCII characters, such as a UUID.")
    if not allowed:
        raise UnusableKey("This answer has a secret, which is never stored. Leave the header out.")
    return key


def answer_once(request: Request, key: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """The stored answer of this key, or this one, which is stored if it succeeds.

    Raises KeyInFlight and KeyOfAnother.
    """
    caller, fingerprint = _caller_of(request), _fingerprint(request)
    with transaction.atomic(), _alone(caller, key):
        stored = StoredAnswer.objects.filter(caller=caller, key=key).first()
        if stored is not None and stored.created_at > timezone.now() - KEPT_FOR:
            if bytes(stored.fingerprint) != fingerprint:
                raise KeyOfAnother
            return _replay(stored)
        if stored is not None:
            stored.delete()
        response = answer()
        if response.status_code < 400:
            StoredAnswer.objects.create(
                caller=caller,
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                headers={name: response[name] for name in KEPT_HEADERS if name in response},
                body=response.content,
            )
        else:
            transaction.set_rollback(True)
        return response


def prune_answers() -> int:
    """Forget the answers whose time is over; answers how many there were."""
    return StoredAnswer.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()[0]


@contextmanager
def _alone(caller: str, key: str) -> Iterator[None]:
    """Hold the key until the transaction ends. Raises KeyInFlight where somebody else does."""
    seed = hashlib.blake2b(f"{caller} {key}".encode(), digest_size=8).digest()
    number = int.from_bytes(seed, signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise KeyInFlight
    yield


def _caller_of(request: Request) -> str:
    """Two keys of one user are two callers."""
    key_id = getattr(request.auth, "key_id", None)
    return f"key {key_id}" if key_id else f"user {request.user.pk}"


def _fingerprint(request: Request) -> bytes:
    """Of what the request asks for. Where a form begins and ends its parts is no part of that."""
    state = hashlib.blake2b(digest_size=16)
    method, condition = request.method or "", request.headers.get("If-Match", "")
    for part in (method, request.get_full_path(), condition):
        state.update(f"{len(part)} {part}".encode())
    if (request.content_type or "").startswith("multipart/"):
        assert isinstance(request.data, QueryDict), "a form is read into one"
        _read_form(request.data, state)
    else:
        state.update(request._request.body)
    return state.digest()


def _read_form(form: QueryDict, state: Any) -> None:
    for name, values in sorted(form.lists()):
        for value in values:
            state.update(f"{len(name)} {name}".encode())
            if isinstance(value, UploadedFile):
                for chunk in value.chunks():
                    state.update(chunk)
                value.seek(0)
            else:
                state.update(str(value).encode())


def _replay(stored: StoredAnswer) -> HttpResponse:
    response = HttpResponse(bytes(stored.body), status=stored.status)
    if "Content-Type" not in stored.headers:
        del response["Content-Type"]  # Django gives every answer one, also those without a body
    for name, value in stored.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def rendered(response: HttpResponse) -> HttpResponse:
    """The answer with its bytes."""
    if isinstance(response, Response) and not response.is_rendered:
        response.render()
    return response
