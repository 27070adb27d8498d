"""What JSON is accepted, and that it arrives as it was sent."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog_project.api.parsers import parse_json
from catalog_project.api.refusals import MalformedBody

JSON = "application/json"


def flaws(body: bytes, most_depth: int = 32) -> list[tuple[str, str]]:
    with pytest.raises(MalformedBody) as refusal:
        parse_json(body, most_depth=most_depth)
    return [(flaw["pointer"], flaw["code"]) for flaw in refusal.value.flaws]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, -2, 0.5, true, null, "x"]}', {"a": [1, -2, 0.5, True, None, "x"]}),
        (b"9223372036854775807", 2**63 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"19.99", 19.99),
        (b"0.1", 0.1),
        (b"1e3", 1000.0),
        (b"123456789.012345", 123456789.012345),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\\\u0000"', "\\u0000"),
        ('"ünï"'.encode(), "ünï"),
        (b'{"a": {"a": 1}, "b": {"a": 1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    ],
)
def test_good_json_is_read(body: bytes, value: Any) -> None:
    assert parse_json(body, most_depth=32) == value


@pytest.mark.parametrize("number", ["19.99", "0.10", "1234567.8901", "99999999999999.9", "1e-7"])
def test_an_accepted_fraction_is_exact_as_a_decimal(number: str) -> None:
    assert Decimal(str(parse_json(number.encode(), most_depth=32))) == Decimal(number)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', [("/b", "duplicate-key")]),
        (b'{"a": 1, "\\u0061": 2}', [("", "duplicate-key")]),
        (b'[{"a": 1}, {"a": 1, "a": 1}]', [("/1", "duplicate-key")]),
        (b'{"a/b": [9223372036854775808]}', [("/a~1b/0", "number-too-large")]),
        (b'{"n": -9223372036854775809}', [("/n", "number-too-large")]),
        (b"1" * 300, [("", "number-too-large")]),
        (b"0.12345678901234567890", [("", "number-too-precise")]),
        (b"1e-400", [("", "number-too-precise")]),
        (b"1.2345678e-320", [("", "number-too-precise")]),
        (b"1e-99999999999999999999", [("", "number-too-precise")]),
        (b"0." + b"1" * 5000, [("", "number-too-precise")]),
        (b'{"a": ["x", "\\u0000"]}', [("/a/1", "nul-character")]),
        (b'{"a\\u0000": 1}', [("", "nul-character")]),
        (b'{"a": "\\u0000", "b": 1, "b": 1}', [("/a", "nul-character")]),
    ],
)
def test_each_flaw_is_found_at_its_place(body: bytes, found: list[tuple[str, str]]) -> None:
    assert flaws(body) == found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b"[Infinity]",
        b"1e400",
        b"1" * 5000,
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b'"\x01"',
        b"{} {}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_is_refused_as_a_whole(body: bytes) -> None:
    assert flaws(body) == [("", "malformed")]


def test_nesting_is_allowed_up_to_the_limit_and_not_beyond() -> None:
    nested = b"[" * 4 + b"]" * 4
    assert parse_json(nested, most_depth=4) == [[[[]]]]
    assert flaws(b"[" * 5 + b"]" * 5, most_depth=4) == [("/0/0/0/0", "too-deep")]
    assert parse_json(b"[[],[],[],[],[],[]]", most_depth=4) == [[]] * 6


def test_the_deepest_limit_that_may_be_set_is_kept() -> None:
    assert flaws(b"[" * 1000 + b"]" * 1000, most_depth=512) == [("/0" * 512, "too-deep")]
    parse_json(b"[" * 512 + b"]" * 512, most_depth=512)


def test_many_flaws_are_cut_short() -> None:
    assert len(flaws(b"[" + b",".join([b"1e-400"] * 5000) + b"]")) == 50


def test_a_key_given_100000_times_is_refused_at_once() -> None:
    body = b"{" + b",".join([b'"a":1'] * 100_000) + b"}"
    assert flaws(body) == [("", "duplicate-key")]


pytest_urls = pytest.mark.urls("tests.catalog_project.views")


@pytest_urls
def test_an_exact_amount_survives_the_way_through_a_serializer(client: Client) -> None:
    body = b'{"name": "x", "price": 1234567.8901, "metadata": {"weight": 0.1, "n": 5}}'
    response = client.generic("POST", "/api/echo", body, content_type=JSON)
    assert response.json() == {
        "name": "x",
        "price": "1234567.8901",
        "metadata": {"weight": 0.1, "n": 5},
    }


@pytest_urls
def test_the_answer_names_every_flaw(client: Client) -> None:
    body = b'{"name": 1e-400, "tags": [{"a": 1, "a": 2}]}'
    response = client.generic("POST", "/api/echo", body, content_type=JSON)
    assert response.status_code == 400
    answer = response.json()
    assert answer["code"] == "malformed-body"
    assert sorted(flaw["pointer"] for flaw in answer["errors"]) == ["/name", "/tags/0"]


@pytest_urls
@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": "application/json; charset=zlib_codec"},
        {"content_type": JSON, "HTTP_CONTENT_ENCODING": "gzip"},
        {"content_type": JSON, "HTTP_CONTENT_ENCODING": "identity, br"},
    ],
)
def test_other_encodings_are_415(client: Client, headers: dict[str, str]) -> None:
    response = client.generic("POST", "/api/echo", b"{}", **headers)  # type: ignore[arg-type]  # META
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")


@pytest_urls
@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=UTF-8"])
def test_utf8_may_be_named(client: Client, content_type: str) -> None:
    body = json.dumps({"name": "ü"}, ensure_ascii=False).encode()
    response = client.generic("POST", "/api/echo", body, content_type=content_type)
    assert response.json() == {"name": "ü"}


@pytest_urls
def test_a_body_over_the_limit_is_413_and_names_the_limit(client: Client, settings: Any) -> None:
    settings.BODY_MAX_BYTES = 2000
    body = b'"' + b"a" * 1998 + b'"'
    assert client.generic("PUT", "/api/echo", body, content_type=JSON).status_code == 200
    response = client.generic("PUT", "/api/echo", body + b" ", content_type=JSON)
    assert response.status_code == 413
    assert (response.json()["code"], response.json()["limit"]) == ("content-too-large", 2000)
