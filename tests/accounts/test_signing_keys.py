"""The keys that sign: made once, sealed, published, rotated without signing anybody out."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import jwt
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts import signing_keys
from accounts.models import AuditEvent, SigningKey
from accounts.signing_keys import PUBLISHED_FOR, prune_keys, rotate, signing_key
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/token/refresh"
JWKS = "/.well-known/jwks.json"


def key_ids() -> list[str]:
    return [key["kid"] for key in Client().get(JWKS).json()["keys"]]


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.fixture(params=["EdDSA", "RS256"])
def algorithm(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "ALGORITHM": request.param}
    return str(request.param)


def test_others_verify_tokens_with_the_published_keys(algorithm: str) -> None:
    caller = Caller(UserFactory.create())
    answer = Client().get(JWKS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert answer["Cache-Control"] == "public, max-age=300"
    keys = jwt.PyJWKSet.from_json(answer.content.decode())
    key = keys[kid_of(caller.tokens.access)]
    claims = jwt.decode(
        caller.tokens.access, key, [algorithm], audience="catalog-api", issuer="catalog"
    )
    assert claims["sub"] == str(caller.user.pk)
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(
            caller.tokens.refresh, key, [algorithm], audience="catalog-api", issuer="catalog"
        )


def test_what_is_published_is_public(algorithm: str) -> None:
    kid = signing_key().kid
    (key,) = Client().get(JWKS).json()["keys"]
    common = {"kid": kid, "use": "sig", "alg": algorithm}
    assert common.items() <= key.items()
    own = {"EdDSA": {"kty", "crv", "x"}, "RS256": {"kty", "n", "e"}}[algorithm]
    assert key.keys() == common.keys() | own


def test_a_shared_secret_is_not_published(settings: Any) -> None:
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "ALGORITHM": "HS256"}
    assert Caller(UserFactory.create()).get(ME).status_code == 200
    assert key_ids() == []


def test_the_key_set_is_read_only(client: Client) -> None:
    assert client.post(JWKS).status_code == 405
    assert client.head(JWKS).status_code == 200


def test_the_database_alone_signs_nothing(settings: Any) -> None:
    signing_key()
    row = SigningKey.objects.get()
    assert "PRIVATE" not in row.sealed_private
    assert row.public_jwk is not None
    assert set(row.public_jwk) == {"kty", "crv", "x", "kid", "use", "alg"}
    settings.SECRET_KEY = "another-" + "q7Rw2ZpX9v" * 5
    assert signing_key().kid != row.kid  # that one cannot be opened any more
    assert SigningKey.objects.count() == 2


def test_a_key_sealed_with_the_secret_before_goes_on(settings: Any) -> None:
    kid = signing_key().kid
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "q7Rw2ZpX9v" * 5
    assert signing_key().kid == kid


def test_rotation_signs_nobody_out_and_publishes_first() -> None:
    caller = Caller(UserFactory.create())
    old = kid_of(caller.tokens.access)
    with capture_logs() as logs:
        new = rotate()
    assert [line["kid"] for line in logs if line["event"] == "signing_key.rotated"] == [new.kid]
    assert AuditEvent.objects.get(event="signing_key.rotated").facts["kid"] == new.kid
    assert key_ids() == [old, new.kid]
    assert kid_of(Caller(caller.user).tokens.access) == old
    assert caller.get(ME).status_code == 200


def test_the_new_key_signs_when_every_copy_of_the_published_keys_is_stale() -> None:
    caller = Caller(UserFactory.create())
    old = kid_of(caller.tokens.access)
    new = rotate()
    SigningKey.objects.filter(pk=new.pk).update(signs_from=timezone.now())
    SigningKey.objects.filter(pk=old).update(
        verifies_until=timezone.now() + timedelta(days=14) - timedelta(seconds=1)
    )
    assert kid_of(Caller(caller.user).tokens.access) == new.kid
    assert caller.get(ME).status_code == 200
    renewed = APIClient().post(REFRESH, {"refresh": caller.tokens.refresh}, format="json").json()
    assert kid_of(renewed["access"]) == kid_of(renewed["refresh"]) == new.kid


def test_an_old_key_verifies_until_its_last_token_has_ended() -> None:
    signing_key()
    old = SigningKey.objects.get()
    new = rotate()
    old.refresh_from_db()
    assert old.verifies_until is not None
    assert new.signs_from - old.created_at >= PUBLISHED_FOR - timedelta(seconds=1)
    assert old.verifies_until - new.signs_from == timedelta(days=14, seconds=10)
    assert new.verifies_until is None


def test_a_withdrawn_key_opens_nothing_from_the_next_request_on() -> None:
    caller = Caller(UserFactory.create())
    assert caller.get(ME).status_code == 200
    new = rotate(withdraw=True)
    assert caller.get(ME).status_code == 401
    again = APIClient().post(REFRESH, {"refresh": caller.tokens.refresh}, format="json")
    assert again.status_code == 401
    assert key_ids() == [new.kid]
    assert kid_of(Caller(caller.user).tokens.access) == new.kid


def test_withdrawing_reaches_keys_that_were_rotated_before() -> None:
    caller = Caller(UserFactory.create())
    rotate()
    rotate(withdraw=True)
    assert caller.get(ME).status_code == 401


def test_another_algorithm_signs_at_once_and_the_old_tokens_stay_good(settings: Any) -> None:
    caller = Caller(UserFactory.create())
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "ALGORITHM": "HS256"}
    after = Caller(caller.user)
    assert jwt.get_unverified_header(after.tokens.access)["alg"] == "HS256"
    assert (caller.get(ME).status_code, after.get(ME).status_code) == (200, 200)


def test_keys_go_when_their_last_token_has_ended() -> None:
    signing_key()
    rotate()
    assert prune_keys() == 0
    SigningKey.objects.filter(verifies_until__isnull=False).update(verifies_until=timezone.now())
    assert prune_keys() == 1
    assert SigningKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_together_make_one_key() -> None:
    start = Barrier(6)

    def use(_: int) -> str:
        try:
            start.wait(timeout=30)
            return signing_key().kid
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(use, range(6)))) == 1
    assert SigningKey.objects.count() == 1


def test_a_process_that_never_signed_reads_the_key_once(django_assert_num_queries: Any) -> None:
    caller = Caller(UserFactory.create())
    signing_keys._known.clear()
    with django_assert_num_queries(2):
        assert caller.get(ME).status_code == 200
    with django_assert_num_queries(1):
        assert caller.get(ME).status_code == 200


def test_a_process_remembers_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "MOST_KNOWN", 2)
    signing_keys._known.clear()
    callers = []
    for _ in range(3):
        callers.append(Caller(UserFactory.create()))
        new = rotate()
        SigningKey.objects.filter(pk=new.pk).update(signs_from=timezone.now())
    assert len(signing_keys._known) <= 2
    assert [caller.get(ME).status_code for caller in callers] == [200] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithm": "none", "public_jwk": {}},
        {"algorithm": "HS256", "public_jwk": {"k": "secret"}},
        {"algorithm": "EdDSA", "public_jwk": None},
    ],
)
def test_the_database_refuses_a_key_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        SigningKey.objects.create(kid="x", sealed_private="", signs_from=timezone.now(), **wrong)


def test_the_command_rotates() -> None:
    old = signing_key().kid
    out = io.StringIO()
    call_command("rotate_signing_key", stdout=out)
    new = SigningKey.objects.exclude(pk=old).get()
    moment = new.signs_from.isoformat(timespec="seconds")
    assert out.getvalue() == f"The key {new.kid} (EdDSA) signs from {moment}.\n"


def test_the_command_withdraws() -> None:
    caller = Caller(UserFactory.create())
    out = io.StringIO()
    call_command("rotate_signing_key", withdraw=True, stdout=out)
    assert "everybody has to sign in again" in out.getvalue()
    assert caller.get(ME).status_code == 401


def test_a_key_id_follows_from_the_key() -> None:
    """RFC 8037 appendix A.3."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    named = json.loads(json.dumps({**jwk, "kid": "ignored", "use": "sig"}))
    assert signing_keys._thumbprint(named) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
