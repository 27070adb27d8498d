"""Tokens that are forged, mistyped, stretched or absurd are a 401, never a 500."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import TokenFamily
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth"
Claims = dict[str, Any]


@pytest.fixture
def good(db: None) -> Claims:
    """The claims of an access token that is accepted."""
    caller = Caller(UserFactory.create(manager=True))
    return jwt.decode(caller.tokens.access, options={"verify_signature": False})


def signed(claims: Claims, key: str = "", algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(claims, key or settings.SECRET_KEY, algorithm, headers=header or None)


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


def test_the_untouched_claims_are_accepted(good: Claims) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {signed(good)}")
    assert client.get(f"{AUTH}/me").status_code == 200


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "nOnE", "", "HS999", "RS256", None, 1]
)
def test_the_algorithm_is_ours_to_choose(good: Claims, algorithm: Any) -> None:
    signature = signed(good).rsplit(".", 1)[1]
    header = {"alg": algorithm, "typ": "JWT"}
    assert answers(unsigned(header, good)) == {401}
    assert answers(unsigned(header, good, signature)) == {401}


def test_a_key_from_the_token_itself_is_not_trusted(good: Claims) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    own = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    header: Claims = {"jwk": own, "jku": "http://127.0.0.1:9/keys", "kid": "../../dev/null"}
    assert answers(signed(good, pem, "RS256", **header)) == {401}
    assert answers(signed(good, "x" * 64, **header)) == {401}


@pytest.mark.filterwarnings("ignore:The HMAC key")  # PyJWT finds it short for HS512
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_the_right_key_is_refused(good: Claims, algorithm: str) -> None:
    assert answers(signed(good, algorithm=algorithm)) == {401}


NOBODY = "01977f3e-0000-7000-8000-000000000000"
WRONG: dict[str, list[Any]] = {
    "sub": [1, None, [], {}, True, "", "1", "x" * 300, NOBODY, "nul\0", "' OR 1=1 --"],
    "sid": [1, None, [], {}, "", "nul\0", NOBODY],
    "jti": [1, None, [], {}],
    "token_type": ["sliding", "", 1, None, []],
    "aud": ["other", ["other"], [], None, 1, ""],
    "iss": ["other", ["catalog"], None, 1, ""],
    "exp": [0, 1, int(time.time()) - 60, -1, None, "x", [], 1e400, 10**30, 1.5, True],
    "nbf": [int(time.time()) + 3600, "x", [], 1e400],
    "iat": [int(time.time()) + 3600, "x", [], None, 1e400],
}
# Distributed runs compare the names of tests, so no name holds a time.
WRONG_CLAIMS = [
    pytest.param(name, value, id=f"{name}-{number}")
    for name, values in WRONG.items()
    for number, value in enumerate(values)
]


@pytest.mark.parametrize(("name", "value"), WRONG_CLAIMS)
def test_a_wrong_claim_is_refused_though_signed(good: Claims, name: str, value: Any) -> None:
    raw = json.dumps({**good, name: value}).encode()  # PyJWT would not encode some of them
    assert answers(jwt.PyJWS().encode(raw, settings.SECRET_KEY, "HS256")) == {401}


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "token_type", "aud", "iss", "exp", "iat"])
def test_a_missing_claim_is_refused_though_signed(good: Claims, name: str) -> None:
    del good[name]
    assert answers(signed(good)) == {401}


@pytest.mark.parametrize("payload", ["[]", "1", "null", '"x"', "{", "", "[" * 600])
def test_a_payload_that_is_no_object_is_refused(db: None, payload: str) -> None:
    assert answers(jwt.PyJWS().encode(payload.encode(), settings.SECRET_KEY, "HS256")) == {401}


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


@pytest.mark.parametrize("typ", ["at+jwt", "JWE", "", "logout+jwt", 1])
def test_a_token_of_another_kind_is_refused(good: Claims, typ: Any) -> None:
    raw = unsigned({"alg": "HS256", "typ": typ}, good).rsplit(".", 1)[0]
    key = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mac = key.sign(raw.encode(), settings.SECRET_KEY.encode())
    assert answers(f"{raw}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}") == {401}


def test_what_the_token_declares_critical_must_be_understood(good: Claims) -> None:
    assert answers(signed(good, crit=["exp2"], exp2=1)) == {401}


def test_each_token_opens_its_own_door_only(viewer: Caller) -> None:
    refresh_as_access = APIClient(HTTP_AUTHORIZATION=f"Bearer {viewer.tokens.refresh}")
    assert refresh_as_access.get(f"{AUTH}/me").status_code == 401
    for path in ("token/refresh", "logout"):
        body = {"refresh": viewer.tokens.access}
        assert APIClient().post(f"{AUTH}/{path}", body, format="json").status_code == 401
    assert TokenFamily.objects.get().ended_at is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer  ", "bearer x.y.z"])
def test_a_broken_header_is_refused(header: str) -> None:
    client = APIClient(HTTP_AUTHORIZATION=header)
    assert client.get(f"{AUTH}/me").status_code == 401
