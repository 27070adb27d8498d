"""A write that is sent again under its Idempotency-Key is done once, and answered as it was."""

import json
import os
import signal
import socket
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog_project.api.idempotency import KEPT_FOR, prune_answers
from catalog_project.models import StoredAnswer
from products.models import Change, Media, Product
from tests.acceptance.callers import at_once, http, signed_in
from tests.acceptance.server import Serve, Server, wait_until
from tests.accounts.fixtures import Caller, Program
from tests.products.factories import BrandFactory, ProductFactory
from tests.products.pictures import picture

__all__ = ["http"]
PRODUCTS = "/api/v1/products"
LAMP = {"name": "Lamp", "variants": [{"sku": "LAMP-1"}]}


def send(caller: Any, key: str, body: Any = LAMP, path: str = PRODUCTS, **extra: Any) -> Any:
    return caller.post(path, body, format="json", headers={"Idempotency-Key": key, **extra})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "body", "done"),
    [
        (PRODUCTS, LAMP, 201),
        (f"{PRODUCTS}/bulk", {"items": [{"operation": "create", "product": LAMP}]}, 200),
    ],
    ids=["single", "bulk"],
)
def test_of_fifty_at_once_one_is_done_and_the_others_are_told_so(
    http: httpx.Client, path: str, body: Any, done: int
) -> None:
    key = {"Idempotency-Key": "the-same"}
    answers = at_once(50, lambda _: http.post(path, json=body, headers=key))
    counts = Counter(answer.status_code for answer in answers)
    assert counts[done] >= 1
    assert counts.keys() <= {done, 409}
    assert len({answer.content for answer in answers if answer.status_code == done}) == 1
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"idempotency-key-in-flight"}
    assert sum("Idempotency-Replayed" not in a.headers for a in answers) == 1 + counts[409]
    assert Product.objects.count() == Change.objects.count() == 1
    again = http.post(path, json=body, headers=key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (done, "true")


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_between_commit_and_reply_leaves_the_answer_behind(
    serve: Serve, publisher: Caller
) -> None:
    first = serve()
    body = json.dumps(LAMP).encode()
    request = (
        f"POST {PRODUCTS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {publisher.tokens.access}\r\nIdempotency-Key: once\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    with socket.create_connection(("127.0.0.1", first.port), timeout=10) as connected:
        connected.sendall(request)
        wait_until(Product.objects.exists)
        kill(first)  # nobody has read a reply
    headers = {"Idempotency-Key": "once", "Content-Type": "application/json"}
    with signed_in(serve(), publisher.tokens.access) as client:
        answer = client.post(PRODUCTS, content=body, headers=headers)
        # The same JSON with other blanks: the key of other bytes is the key of another request.
        other = client.post(PRODUCTS, content=body + b" ", headers=headers)
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (201, "true")
    assert other.status_code == 422
    assert answer.json()["id"] == str(Product.objects.get().pk)


def kill(server: Server) -> None:
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    server.process.kill()
    server.process.wait()


@pytest.mark.django_db
def test_the_replay_has_status_body_and_headers_of_the_first_answer(publisher: Caller) -> None:
    first, second = send(publisher, "a"), send(publisher, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    for name in ("ETag", "Location", "Content-Type", "Cache-Control", "Vary"):
        assert second.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["X-Request-ID"] != first.headers["X-Request-ID"]


@pytest.mark.django_db
def test_a_patch_and_a_delete_are_repeated_too(publisher: Caller) -> None:
    brand = BrandFactory.create(name="Lumen")
    path, key = f"/api/v1/brands/{brand.pk}", {"Idempotency-Key": "p", "If-Match": '"1"'}
    patched = [publisher.patch(path, {"name": "Lux"}, format="json", headers=key) for _ in range(2)]
    assert [answer.status_code for answer in patched] == [200, 200]
    assert patched[0].json()["version"] == patched[1].json()["version"] == 2
    deleted = [publisher.delete(path, headers={"Idempotency-Key": "d"}) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in deleted] == [(204, b"")] * 2
    assert "Content-Type" not in deleted[1].headers
    assert Change.objects.filter(aggregate_id=brand.pk, event="brand.deleted").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body", "extra"),
    [
        (PRODUCTS, {"name": "Another"}, {}),
        ("/api/v1/brands", LAMP, {}),
        (PRODUCTS, LAMP, {"If-Match": '"1"'}),
    ],
)
def test_the_key_of_another_request_is_refused(
    publisher: Caller, path: str, body: Any, extra: dict[str, str]
) -> None:
    send(publisher, "a")
    answer = send(publisher, "a", body, path, **extra)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert Product.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_one_callers_own(publisher: Caller, editor: Caller) -> None:
    program = Program(publisher.user)
    answers = [send(caller, "a", {"name": "Lamp"}) for caller in (publisher, editor, program)]
    assert len({answer.json()["id"] for answer in answers}) == Product.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ä", "a\x7f"])
def test_a_key_that_cannot_be_is_refused(publisher: Caller, key: str) -> None:
    answer = send(publisher, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-unusable")
    assert Product.objects.count() == 0


@pytest.mark.django_db
def test_a_refused_write_leaves_the_key_free(publisher: Caller) -> None:
    held = ProductFactory.create(variants=[{"sku": "LAMP-1"}])
    assert send(publisher, "a").json()["code"] == "sku-taken"
    assert StoredAnswer.objects.count() == 0
    publisher.post(f"{PRODUCTS}/{held.pk}/archive")
    assert send(publisher, "a").status_code == 201


@pytest.mark.django_db
def test_a_secret_is_never_stored(publisher: Caller) -> None:
    body = {"name": "import", "scopes": ["products:read"]}
    answer = send(publisher, "a", body, "/api/v1/api-keys")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-unusable")
    assert StoredAnswer.objects.count() == 0


@pytest.mark.django_db
def test_an_upload_is_recognised_by_its_parts(publisher: Caller) -> None:
    product = ProductFactory.create()
    path = f"{PRODUCTS}/{product.pk}/media"

    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.png", content, "image/png")
        return publisher.post(
            path, {"file": file}, format="multipart", headers={"Idempotency-Key": "a"}
        )

    first = picture(size=(8, 8))
    assert [upload(first).status_code for _ in range(2)] == [201, 201]
    assert Media.objects.count() == 1
    assert upload(picture(size=(9, 9))).status_code == 422


@pytest.mark.django_db
def test_redis_may_forget_everything(publisher: Caller) -> None:
    first = send(publisher, "a")
    cache.clear()
    assert send(publisher, "a").content == first.content


@pytest.mark.django_db
def test_after_a_day_the_key_is_forgotten(publisher: Caller) -> None:
    send(publisher, "a", {"name": "Lamp"})
    assert prune_answers() == 0
    too_long_ago = timezone.now() - KEPT_FOR - timedelta(seconds=1)
    StoredAnswer.objects.update(created_at=too_long_ago)
    send(publisher, "a", {"name": "Lamp"})
    assert Product.objects.count() == 2
    StoredAnswer.objects.update(created_at=too_long_ago)
    assert prune_answers() == 1
    assert StoredAnswer.objects.count() == 0
