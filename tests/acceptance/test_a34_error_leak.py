"""An error tells its caller a code and an id; the rest is in the log alone."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from catalog_project.models import StoredAnswer
from tests.acceptance.server import Server
from tests.acceptance.world import Addresses, dump, example_of, furnish, writes
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller
from tests.catalog_project.openapi import operations

SECRETS = ("canary", "Traceback", "RuntimeError", "psycopg", "SELECT", "site-packages", "/work")


def assert_tells_nothing(content: str) -> None:
    for secret in SECRETS:
        assert secret not in content


def fail(*_args: Any, **_options: Any) -> Any:
    raise RuntimeError("canary SELECT password")


LAYERS = {
    "a view": "accounts.api.views.Me.initial",
    "the authentication": "accounts.authentication.CatalogJWTAuthentication.authenticate",
    "the renderer": "catalog_project.api.renderers.FastJSONRenderer.render",
    "the negotiation": "catalog_project.api.negotiation.FixedNegotiation.select_renderer",
    "the exception handler": "catalog_project.api.problems._of_api_exception",
    "a middleware": "django.middleware.security.SecurityMiddleware.process_request",
}


@pytest.mark.parametrize("place", LAYERS.values(), ids=LAYERS.keys())
def test_a_defect_in_any_layer_is_a_plain_500(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(place, fail)
    response = client.get("/api/v1/auth/me")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == "internal-error"
    assert body["request_id"] == response["X-Request-ID"]
    assert_tells_nothing(response.content.decode())


def test_a_defect_of_a_page_is_a_plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.middleware.security.SecurityMiddleware.process_request", fail)
    response = client.get("/admin/login/")
    assert response.status_code == 500
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert_tells_nothing(response.content.decode())


# They write no rows of the catalog.
BESIDE = tuple(f"/api/v1/{noun}" for noun in ("auth", "api-keys", "imports", "exports", "feeds"))


class TestEveryOperation:
    """Each one of the document, with a row that is there: a new one is tried without a line."""

    @pytest.fixture
    def known(self, db: None) -> Addresses:
        furnish(status="draft")
        owner = Caller(UserFactory.create(admin=True), raise_request_exception=False)
        asked = {"name": "import", "scopes": ["products:read"]}
        assert owner.post("/api/v1/api-keys", asked, format="json").status_code == 201
        return Addresses(owner).settle()

    @pytest.mark.parametrize(
        "place",
        [
            "django.db.backends.utils.CursorWrapper._execute",
            "rest_framework.views.APIView.finalize_response",
        ],
    )
    def test_a_defect_is_a_plain_500(
        self, place: str, known: Addresses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = [(each, known.of(each.path), example_of(each)) for each in operations().values()]
        failed = 0
        for each, address, body in asked:
            with monkeypatch.context() as broken, transaction.atomic():
                broken.setattr(place, fail)
                answer = getattr(known.caller, each.method)(address, body, format="json")
                broken.undo()
                transaction.set_rollback(True)
            if answer.status_code < 500:
                continue  # the statement that it is broken at is not one of its own
            failed += 1
            assert answer.json()["code"] == "internal-error", each.id
            assert answer["Content-Type"] == "application/problem+json", each.id
            assert answer.json()["request_id"] == answer["X-Request-ID"], each.id
            assert_tells_nothing(answer.content.decode())
        assert failed > len(asked) * 0.7

    def test_a_write_that_fails_at_its_end_has_changed_nothing(
        self, known: Addresses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("products.services.unit_of_work.UnitOfWork.finish", fail)
        before, failed = dump(), set()
        for each in writes(operations()):
            if each.path.startswith(BESIDE):
                continue
            sent = {"idempotency-key": each.id} if each.method == "post" else {}
            answer = getattr(known.caller, each.method)(
                known.of(each.path), example_of(each), format="json", headers=sent
            )
            if answer.status_code >= 500:
                failed.add(each.id)
                assert answer.json()["code"] == "internal-error", each.id
                assert_tells_nothing(answer.content.decode())
        assert len(failed) > 30
        assert not failed & set(StoredAnswer.objects.values_list("key", flat=True))
        StoredAnswer.objects.all().delete()  # of what needs no unit of work
        assert dump() == before


@pytest.mark.django_db
def test_a_broken_statement_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_nonsense(*_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT canary FROM nowhere")

    monkeypatch.setattr("catalog_project.ops.health.run_checks", run_nonsense)
    response = Client(raise_request_exception=False).get("/health/ready")
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert_tells_nothing(response.content.decode())


def test_errors_of_the_running_service_tell_nothing(server: Server) -> None:
    with server.client() as client:
        answers = [
            client.get("/api/v1/nowhere"),
            client.post(
                "/api/v1/auth/token", content=b"{", headers={"content-type": "application/json"}
            ),
            client.delete("/api/v1/auth/token"),
            client.get("/nowhere"),
            client.get("/api/v1/auth/me", headers={"authorization": "Bearer canary"}),
        ]
    assert [answer.status_code for answer in answers] == [404, 400, 405, 404, 401]
    for answer in answers:
        assert_tells_nothing(answer.text)
        assert answer.headers["server"] == "gunicorn"  # without a version


def test_the_log_has_what_the_caller_was_not_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("accounts.api.views.Me.initial", fail)
    client.get("/api/v1/auth/me")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info is not None
    assert "canary" in str(record.exc_info[1])
