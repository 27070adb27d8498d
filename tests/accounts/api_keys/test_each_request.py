"""A key is refused the moment it should be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts import api_key_use
from accounts.actors import actor_of
from accounts.api_keys import revoke_api_key
from accounts.key_texts import key_text, new_secret, parts_of
from accounts.models import ApiKey, AuditEvent, User
from accounts.services import change_password, delete_user, disable_user
from tests.accounts.api_keys.shared import EVERYBODYS, ME, PRODUCTS
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db


class TestTheText:
    def test_it_has_a_prefix_an_id_a_secret_and_a_checksum(self, program: Program) -> None:
        assert program.text.startswith(f"cat_live_{program.key.pk.hex}_")
        assert len(program.text) == 114
        assert parts_of(program.text)[0] == program.key.pk

    def test_a_typing_error_is_found_without_a_query(
        self, program: Program, django_assert_num_queries: Any
    ) -> None:
        for place in (10, 45, 80, 110):
            digit = "0" if program.text[place] != "0" else "1"
            typed = program.text[:place] + digit + program.text[place + 1 :]
            with django_assert_num_queries(0):
                assert APIClient(HTTP_X_API_KEY=typed).get(ME).status_code == 401

    @pytest.mark.parametrize("text", ["", "x", "cat_live_", "cat_live_é", "x" * 100_000])
    def test_what_was_never_a_key_is_refused(self, db: None, text: str) -> None:
        assert APIClient(HTTP_X_API_KEY=text).get(ME).status_code == 401
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401
        assert APIClient(HTTP_AUTHORIZATION=f"Bearer cat_live_{text}").get(ME).status_code == 401

    def test_the_database_holds_no_key_that_could_be_used(self, program: Program) -> None:
        _, secret = parts_of(program.text)
        stored = str(ApiKey.objects.values().get())
        assert secret not in stored
        assert program.text not in stored


class TestEachRequest:
    @pytest.mark.parametrize("header", ["HTTP_X_API_KEY", "HTTP_AUTHORIZATION"])
    def test_a_key_is_accepted_in_either_header(self, program: Program, header: str) -> None:
        value = program.text if header == "HTTP_X_API_KEY" else f"Bearer {program.text}"
        answer = APIClient(**{header: value}).get(ME)  # type: ignore[arg-type]
        assert answer.json()["username"] == "ada"

    def test_two_credentials_are_refused(self, program: Program) -> None:
        token = Caller(program.owner).tokens.access
        for other in (token, program.text):
            program.credentials(HTTP_X_API_KEY=program.text, HTTP_AUTHORIZATION=f"Bearer {other}")
            assert program.get(PRODUCTS).status_code == 401

    def test_it_costs_one_query_and_one_more_each_minute(
        self, program: Program, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(2):
            program.get(ME)
        with django_assert_num_queries(1):
            program.get(ME)
        used = ApiKey.objects.get().last_used_at
        assert used is not None
        ApiKey.objects.update(last_used_at=used - timedelta(seconds=61))
        with django_assert_num_queries(2):
            program.get(ME)

    def test_it_goes_on_where_its_use_cannot_be_noted(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read_only() -> Any:
            raise DatabaseError("cannot execute UPDATE in a read-only transaction")

        monkeypatch.setattr("accounts.api_key_use.connection.cursor", read_only)
        with capture_logs() as logs:
            assert program.get(ME).status_code == 200
        assert "api_key.use_not_noted" in [line["event"] for line in logs]

    def test_changes_name_the_key(self, program: Program) -> None:
        request: Any = program.get(ME).wsgi_request
        request.user = program.owner
        request.auth = api_key_use.KeyUse(
            key_id=program.key.pk, key_name="import", scopes=frozenset()
        )
        actor = actor_of(request)
        assert (actor.label, actor.user_id) == ("ada (key import)", program.owner.pk)


Ending = Callable[[Program], Any]
ENDINGS: dict[str, Ending] = {
    "revoked": lambda it: revoke_api_key(it.key.pk, visible=EVERYBODYS(), actor=SYSTEM),
    "expired": lambda _: ApiKey.objects.update(expires_at=timezone.now()),
    "deleted": lambda _: ApiKey.objects.all().delete(),
    "its owner disabled": lambda it: disable_user(it.owner.pk, actor=SYSTEM),
    "its owner disabled by hand": lambda _: User.objects.update(is_active=False),
    "its owner deleted": lambda it: delete_user(it.owner.pk, actor=SYSTEM),
    "its secret replaced": lambda _: ApiKey.objects.update(secret_digest="0" * 64),
    "bound to another network": lambda _: ApiKey.objects.update(networks=["192.0.2.0/24"]),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_key_is_refused_on_the_next_request_and_the_log_says_why(
    program: Program, ending: str
) -> None:
    assert program.get(ME).status_code == 200
    ENDINGS[ending](program)
    with capture_logs() as logs:
        answers = [program.get(path) for path in (ME, PRODUCTS)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert {answer.json()["detail"] for answer in answers} == {
        "The API key is invalid or has ended."
    }
    refused = [line for line in logs if line["event"] == "api_key.refused"]
    assert [line["key_id"] for line in refused] == [str(program.key.pk)] * 2
    rows = AuditEvent.objects.filter(event="api_key.refused", user_id=program.owner.pk)
    kept = [row.facts["reason"] for row in rows]  # one a minute, of keys that there are
    assert kept == ([] if refused[0]["reason"] == "unknown" else [refused[0]["reason"]])
    assert program.text not in str(logs)


@pytest.mark.parametrize(
    ("network", "address", "status"),
    [
        ("127.0.0.0/8", "127.0.0.1", 200),
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.7", "192.0.2.8", 401),
        ("192.0.2.0/24", "::ffff:192.0.2.9", 200),
        ("2001:db8::/32", "2001:db8:1::1", 200),
        ("2001:db8::/32", "127.0.0.1", 401),
        ("127.0.0.0/8", "", 401),
    ],
)
def test_a_key_is_good_only_from_its_networks(network: str, address: str, status: int) -> None:
    program = Program(UserFactory.create(editor=True), networks=[network])
    assert program.get(ME, REMOTE_ADDR=address).status_code == status


def test_a_forged_forwarding_header_does_not_move_a_caller() -> None:
    program = Program(UserFactory.create(editor=True), networks=["192.0.2.0/24"])
    assert program.get(ME, HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 401


def test_a_new_password_leaves_keys_alone(program: Program) -> None:
    change_password(program.owner.pk, new_password="quite-another-secret", actor=SYSTEM)
    assert program.get(ME).status_code == 200


def test_a_made_up_key_finds_nothing(program: Program) -> None:
    forged = key_text(program.key.pk, new_secret())
    assert APIClient(HTTP_X_API_KEY=forged).get(ME).status_code == 401
    unknown = key_text(program.owner.pk, new_secret())
    assert APIClient(HTTP_X_API_KEY=unknown).get(ME).status_code == 401
