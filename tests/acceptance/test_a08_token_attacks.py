"""Tokens that are forged, mistyped, stretched or absurd are a 401, never a 500."""

import base64
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from accounts.signing_keys import published_keys, signing_key
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth"
Claims = dict[str, Any]


@pytest.fixture
def good(db: None) -> Claims:
    """The claims of an access token that is accepted."""
    caller = Caller(UserFactory.create(manager=True))
    return jwt.decode(caller.tokens.access, options={"verify_signature": False})


def signed(claims: Claims, key: Any = None, algorithm: str | None = None, **header: Any) -> str:
    """An access token as we sign them, but for what is said here."""
    ours = signing_key()
    named = {"typ": "at+jwt", "kid": ours.kid, **header}
    return jwt.encode(claims, key or ours.private, algorithm or ours.algorithm, headers=named)


def signed_bytes(payload: bytes, **header: Any) -> str:
    """The same for claims that PyJWT would not encode."""
    ours = signing_key()
    named = {"typ": "at+jwt", "kid": ours.kid, **header}
    return jwt.PyJWS().encode(payload, ours.private, ours.algorithm, headers=named)


@pytest.fixture(params=["EdDSA", "RS256", "HS256"])
def algorithm(request: pytest.FixtureRequest, settings: Any) -> str:
    """Whichever the operator chose."""
    settings.SIMPLE_JWT = {**settings.SIMPLE_JWT, "ALGORITHM": request.param}
    return str(request.param)


def unsigned(header: Any, payload: Any, signature: str = "") -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in (header, payload)
    ]
    return ".".join([*parts, signature])


def answers(token: str) -> set[int]:
    """What every door that takes a token says to it."""
    bearer = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get(f"{AUTH}/me").status_code
    doors = [("token/verify", "token"), ("token/refresh", "refresh"), ("logout", "refresh")]
    posted = {
        APIClient().post(f"{AUTH}/{path}", {field: token}, format="json").status_code
        for path, field in doors
    }
    return {bearer, *posted}


def test_the_untouched_claims_are_accepted(algorithm: str, good: Claims) -> None:
    token = signed(good)
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get(f"{AUTH}/me").status_code == 200


@pytest.mark.parametrize(
    "foreign", ["none", "None", "NONE", "nOnE", "", "HS999", "RS384", "ES256", None, 1]
)
def test_the_algorithm_is_ours_to_choose(algorithm: str, good: Claims, foreign: Any) -> None:
    signature = signed(good).rsplit(".", 1)[1]
    header = {"alg": foreign, "typ": "at+jwt", "kid": signing_key().kid}
    assert answers(unsigned(header, good)) == {401}
    assert answers(unsigned(header, good, signature)) == {401}


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256"], indirect=True)
def test_the_public_key_is_no_shared_secret(algorithm: str, good: Claims) -> None:
    """The oldest trick: sign with HS256 and what everybody may know."""
    ours = signing_key()
    public = ours.public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (jwk,) = published_keys()["keys"]
    header = {"alg": "HS256", "typ": "at+jwt", "kid": ours.kid}
    for secret in (public, public.strip(), json.dumps(jwk).encode(), ours.kid.encode()):
        body = unsigned(header, good).rsplit(".", 1)[0]
        mac = hmac.digest(secret, body.encode(), "sha256")
        assert answers(f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}") == {401}


def test_the_secret_of_the_service_signs_no_token(good: Claims) -> None:
    """Neither without a key id, as long ago, nor under the id of a key of ours."""
    kid = signing_key().kid
    for header in ({}, {"kid": kid}, {"kid": "x" * 43}):
        named = {"typ": "at+jwt", **header}
        assert answers(jwt.encode(good, settings.SECRET_KEY, "HS256", headers=named)) == {401}


def test_a_key_from_the_token_itself_is_not_trusted(good: Claims) -> None:
    private = Ed25519PrivateKey.generate()
    own = jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
    header: Claims = {"jwk": own, "jku": "http://127.0.0.1:9/keys"}
    kids: list[Any] = [signing_key().kid, "../../dev/null", "' OR 1=1", "", "nul\0", "x" * 43]
    for kid in kids:
        assert answers(signed(good, private, **header, kid=kid)) == {401}
        assert answers(signed(good, private, kid=kid)) == {401}
    for kid in (1, None, [], {}):
        assert answers(unsigned({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}, good, "x")) == {401}


def test_a_header_we_never_write_is_refused_though_signed(good: Claims) -> None:
    assert answers(signed(good, jku="http://127.0.0.1:9/keys")) == {401}


def test_an_unknown_key_costs_no_more_than_one_query(
    good: Claims, django_assert_num_queries: Any
) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {signed(good, kid='x' * 43)}")
    with django_assert_num_queries(1):
        assert client.get(f"{AUTH}/me").status_code == 401


# Constants, because the ids of tests must be the same in every process.
STRANGER = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12"
PAST, FUTURE = 1_700_000_000, 4_000_000_000
WRONG: dict[str, list[Any]] = {
    "sub": [1, None, [], {}, True, "", "1", "x" * 300, STRANGER, "nul\0", "' OR 1=1 --"],
    "sid": [1, None, [], {}, "", "nul\0", STRANGER],
    "jti": [1, None, [], {}],
    "token_type": ["sliding", "", 1, None, []],
    "aud": ["other", ["other"], [], None, 1, ""],
    "iss": ["other", ["catalog"], None, 1, ""],
    "exp": [0, 1, PAST, -1, None, "x", [], 1e400, 10**30, 1.5, True],
    "nbf": [FUTURE, "x", [], 1e400],
    "iat": [FUTURE, "x", [], None, 1e400],
}
# Distributed runs compare the names of tests, so no name holds a time.
WRONG_CLAIMS = [
    pytest.param(name, value, id=f"{name}-{number}")
    for name, values in WRONG.items()
    for number, value in enumerate(values)
]


@pytest.mark.parametrize(("name", "value"), WRONG_CLAIMS)
def test_a_wrong_claim_is_refused_though_signed(good: Claims, name: str, value: Any) -> None:
    assert answers(signed_bytes(json.dumps({**good, name: value}).encode())) == {401}


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "token_type", "aud", "iss", "exp", "iat"])
def test_a_missing_claim_is_refused_though_signed(good: Claims, name: str) -> None:
    del good[name]
    assert answers(signed(good)) == {401}


@pytest.mark.parametrize("payload", ["[]", "1", "null", '"x"', "{", "", "[" * 600])
def test_a_payload_that_is_no_object_is_refused(db: None, payload: str) -> None:
    assert answers(signed_bytes(payload.encode())) == {401}


@pytest.mark.parametrize(
    "token", ["x", "..", "a.b.c", "é.é.é", "%00", "x" * 3000, "a" * 1_000_000, "." * 1000]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert answers(token) <= {401, 413}


def test_a_token_padded_beyond_reason_is_refused_though_signed(good: Claims) -> None:
    assert answers(signed({**good, "padding": "x" * 2048})) == {401}


def test_a_header_nested_beyond_reason_is_refused(db: None) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 1400).decode().rstrip("=")
    assert answers(f"{nested}.e30.x") == {401}


@pytest.mark.parametrize("typ", ["JWT", "rt+jwt", "JWE", "", "logout+jwt", 1])
def test_a_token_of_another_kind_is_refused(good: Claims, typ: Any) -> None:
    raw = json.dumps(good).encode()
    if isinstance(typ, str):
        assert answers(signed_bytes(raw, typ=typ)) == {401}
    assert answers(unsigned({"alg": "EdDSA", "typ": typ, "kid": signing_key().kid}, good)) == {401}


def test_what_the_token_declares_critical_must_be_understood(good: Claims) -> None:
    assert answers(signed(good, crit=["exp2"], exp2=1)) == {401}


def test_each_token_opens_its_own_door_only(viewer: Caller) -> None:
    refresh_as_access = APIClient(HTTP_AUTHORIZATION=f"Bearer {viewer.tokens.refresh}")
    assert refresh_as_access.get(f"{AUTH}/me").status_code == 401
    for path in ("token/refresh", "logout"):
        body = {"refresh": viewer.tokens.access}
        assert APIClient().post(f"{AUTH}/{path}", body, format="json").status_code == 401
    assert TokenFamily.objects.get().ended_at is None


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer  ", "bearer x.y.z", "BEARER é", "bearer cat_live_0"]
)
def test_a_broken_header_is_refused(header: str) -> None:
    """Also where nobody has to sign in: who means to is not taken for anybody else."""
    client = APIClient(HTTP_AUTHORIZATION=header)
    for address in (f"{AUTH}/me", "/api/v1/products"):
        assert client.get(address).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_in_any_case(scheme: str, viewer: Caller) -> None:
    """RFC 9110 section 11.1."""
    for credentials in (viewer.tokens.access, Program(viewer.user).text):
        client = APIClient(HTTP_AUTHORIZATION=f"{scheme} {credentials}")
        assert client.get(f"{AUTH}/me").json()["username"] == viewer.user.username
