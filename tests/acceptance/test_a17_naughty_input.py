"""Hostile text and hostile JSON: nothing makes a 5xx, and what is taken is read back as sent.

The public collections (big list of naughty strings, JSONTestSuite) are read from
CATALOG_SAMPLES_DIR where they are; a set of our own always runs.
"""

import json
import os
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from products.documents import build
from products.models import Product
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db
VECTORS = Path(os.environ.get("CATALOG_SAMPLES_DIR", "../shared/data")) / "vectors"
PRODUCTS = "/api/v1/products"

OUR_STRINGS = {
    "empty": "",
    "blank": " \t\n",
    "no-break space": "\u00a0",
    "zero width": "\u200b",
    "right to left": "\u202eevil\u202c",
    "combining": "Z\u0351\u036b\u0343\u036aalgo",
    "four bytes": "\U0001f600\U0001f469\u200d\U0001f467\U0001d4b3",
    "not a character": "\uffff\ufffe",
    "control": "\x01\x02\x1b[31m\x7f\x85",
    "carriage return": "a\r\nX-Injected: 1",
    "NUL": "a\0b",
    "SQL": "'; DROP TABLE products_product; --",
    "LIKE": "100%_\\",
    "template": "{{ 7*7 }}{% debug %}${7*7}<%= 7*7 %>",
    "format": "%s%n%(name)s{0}{name}",
    "markup": "<img src=x onerror=alert(1)>\"'><!--",
    "script address": "javascript:alert(1)",
    "path": "../../../../etc/passwd",
    "a UUID": "01a1f9eb-bebf-71ed-9c15-cbd31f59ecb4",
    "number": "1e400",
    "array literal": '{"a",NULL,\\}',
    "JSON": '{"a": [1, 2]}',
    "JSON escape": "\\u0000 \\ud800",
    "backslashes": "\\\\\\",
    "long": "x" * 120_000,
    "Turkish": "İıŞş",
    "ligature": "ﬁ ǅ ß",
}


def public_strings() -> dict[str, str]:
    try:
        strings: list[str] = json.loads((VECTORS / "blns" / "blns.json").read_text())
    except FileNotFoundError:
        return {}
    return {f"blns {number}": text for number, text in enumerate(dict.fromkeys(strings))}


needs_blns = pytest.mark.skipif(
    not public_strings(),
    reason=f"the big list of naughty strings is not in {VECTORS}: set CATALOG_SAMPLES_DIR",
)


def with_everywhere(text: str) -> dict[str, Any]:
    """A product with the text in each of its strings."""
    return {
        "name": text,
        "description": text,
        "tags": [text],
        "seo": {"title": text, "description": text},
        "metadata": {text: [text, {"deep": text}]},
        "option_names": [text],
        "variants": [{"sku": text, "options": {text: text}, "metadata": {"v": text}}],
        "media": [{"url": "https://images.example/a.png", "alt": text}],
        "slug": text,
    }


def without(body: dict[str, Any], pointers: list[str]) -> dict[str, Any]:
    """The body without the members that were refused; a name must stay."""
    rest = {name: value for name, value in body.items() if f"/{name}" not in pointers}
    for pointer in pointers:
        rest.pop(pointer.split("/")[1] if pointer else "", None)
    return {"name": "Kept", **rest}


def trimmed(value: Any) -> Any:
    """Tags and SKUs are names for machines: blanks around them are not part of them."""
    return [item.strip() for item in value] if isinstance(value, list) else value.strip()


def assert_read_back(sent: dict[str, Any], got: dict[str, Any]) -> None:
    for name, value in sent.items():
        if name == "tags":
            assert got["tags"] == trimmed(value)
        elif name == "variants":
            assert got["variants"][0]["sku"] == trimmed(value[0]["sku"])
            assert got["variants"][0]["options"] == value[0]["options"]
            assert got["variants"][0]["metadata"] == value[0]["metadata"]
        elif name == "media":
            assert got["media"][0]["alt"] == value[0]["alt"]
        else:
            assert got[name] == value


def try_everywhere(client: Any, text: str) -> bool:
    """Send it, leave out what is refused, until the rest is taken. Whether anything was."""
    body = with_everywhere(text)
    for _ in range(len(body) + 1):
        answer = client.post(PRODUCTS, body, format="json")
        if answer.status_code == 201:
            assert_read_back(body, answer.json())
            stored = client.get(f"{PRODUCTS}/{answer.json()['id']}")
            assert stored.content == answer.content
            return len(body) > 1
        assert answer.status_code in (400, 409), (text, answer.content)
        problem = answer.json()
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        assert pointers, problem
        body = without(body, pointers)
    pytest.fail(f"{text!r} is refused for ever: {problem}")


def assert_strings_survive(client: Any, texts: dict[str, str]) -> None:
    client.raise_request_exception = False
    taken = [name for name, text in texts.items() if try_everywhere(client, text)]
    assert len(taken) > len(texts) * 0.8
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []


def test_hostile_text_is_refused_or_read_back_as_sent(editor: Any) -> None:
    assert_strings_survive(editor, OUR_STRINGS)


@needs_blns
def test_the_big_list_of_naughty_strings_is_refused_or_read_back_as_sent(editor: Any) -> None:
    assert_strings_survive(editor, public_strings())


def addresses(text: str) -> Iterator[str]:
    path = quote(text, safe="")[:2000]
    yield f"{PRODUCTS}/{path}"
    yield f"{PRODUCTS}/{path}/variants/{path}"
    yield f"/api/v1/brands/{path}"
    names = "tag sku gtin brand category price_min updated_since status ordering fields cursor"
    for name in [*names.split(), "limit", "total", path]:
        yield f"{PRODUCTS}?{name}={path}"
    yield f"/api/v1/categories?below={path}&parent={path}"
    yield f"/api/v1/brands?cursor={path}"


HEADERS = ["IF_MATCH", "IF_NONE_MATCH", "ACCEPT", "AUTHORIZATION", "X_REQUEST_ID", "ORIGIN"]


def assert_reads_survive(client: Any, texts: dict[str, str]) -> None:
    client.raise_request_exception = False
    product = ProductFactory.create()
    for text in texts.values():
        for address in addresses(text):
            answer = client.get(address)
            assert answer.status_code < 500, (address, answer.content)
        header = text.encode()[:2000].decode("latin-1")
        for name in HEADERS:
            answer = client.generic("GET", f"{PRODUCTS}/{product.pk}", **{f"HTTP_{name}": header})
            assert answer.status_code < 500, (name, text)
            assert client.generic(
                "PATCH", f"{PRODUCTS}/{product.pk}", "{}", content_type=header
            ).status_code in (400, 401, 403, 415), text


def test_hostile_addresses_and_headers_are_answered(editor: Any) -> None:
    assert_reads_survive(editor, OUR_STRINGS)


@needs_blns
@pytest.mark.soak
def test_the_big_list_in_addresses_and_headers_is_answered(editor: Any) -> None:
    assert_reads_survive(editor, public_strings())


# Body -> the code of the refusal.
HOSTILE_JSON: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "validation-failed"),
    "half": (b'{"name": "x"', "malformed-body"),
    "two keys": (b'{"name": "a", "name": "b"}', "duplicate-key"),
    "two deep keys": (b'{"name": "a", "metadata": {"a": {"k": 1, "k": 2}}}', "duplicate-key"),
    "a NUL": (b'{"name": "a\\u0000b"}', "nul-character"),
    "a NUL in a key": (b'{"name": "a", "metadata": {"a\\u0000b": 1}}', "nul-character"),
    "a raw NUL": (b'{"name": "a\0b"}', "malformed-body"),
    "half a surrogate pair": (b'{"name": "\\ud800"}', "malformed-body"),
    "not UTF-8": (b'{"name": "\xff"}', "malformed-body"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "malformed-body"),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "x"}', "malformed-body"),
    "NaN": (b'{"name": "a", "metadata": {"n": NaN}}', "malformed-body"),
    "infinity": (b'{"name": "a", "metadata": {"n": Infinity}}', "malformed-body"),
    "too large a number": (b'{"name": "a", "metadata": {"n": 1e400}}', "malformed-body"),
    "5,000 digits": (b'{"name": "a", "metadata": {"n": %s}}' % (b"9" * 5000), "malformed-body"),
    "30 digits": (b'{"name": "a", "metadata": {"n": %s}}' % (b"9" * 30), "number-too-large"),
    "too many decimals": (
        b'{"name": "a", "metadata": {"n": 0.1234567890123456789}}',
        "number-too-precise",
    ),
    "100,000 levels": (b'{"name":"a","metadata":{"n":%s' % (b"[" * 100_000), "malformed-body"),
    "100 levels": (
        b'{"name":"a","metadata":{"n":%s%s}}' % (b"[" * 100, b"]" * 100),
        "too-deep",
    ),
}


@pytest.mark.parametrize(("body", "code"), HOSTILE_JSON.values(), ids=HOSTILE_JSON.keys())
def test_hostile_json_is_refused_with_its_reason(editor: Any, body: bytes, code: str) -> None:
    editor.raise_request_exception = False
    answer = editor.generic("POST", PRODUCTS, body, content_type="application/json")
    problem = answer.json()
    found = {problem["code"], *(error["code"] for error in problem.get("errors", []))}
    assert (answer.status_code, code in found) == (400, True), problem
    assert not Product.objects.exists()


@pytest.mark.parametrize("value", [b"null", b"[]", b"1", b'"text"', b"true", b"[{}]"])
def test_a_body_that_is_no_object_is_refused(editor: Any, value: bytes) -> None:
    editor.raise_request_exception = False
    product = ProductFactory.create()
    for method, path in [
        ("POST", PRODUCTS),
        ("PUT", f"{PRODUCTS}/{product.pk}"),
        ("PATCH", f"{PRODUCTS}/{product.pk}"),
        ("POST", f"{PRODUCTS}/{product.pk}/variants"),
        ("POST", f"{PRODUCTS}/{product.pk}/media"),
        ("POST", "/api/v1/brands"),
        ("POST", "/api/v1/categories"),
        ("POST", "/api/v1/auth/token"),
    ]:
        answer = editor.generic(method, path, value, content_type="application/json")
        assert answer.status_code == 400, (method, path, answer.content)
    product.refresh_from_db()
    assert product.version == 1


WRONG_KINDS: list[Any] = [None, True, 1, 1.5, "text", [], {}, [None], [[]], [{}], {"a": None}]


def shapes_of_nothing() -> Iterator[dict[str, Any]]:
    """Each field of a product with a value of each wrong kind."""
    for name in with_everywhere("x"):
        for value in WRONG_KINDS:
            yield {"name": "Lamp", name: value}


def test_a_value_of_the_wrong_kind_is_refused_or_harmless(editor: Any) -> None:
    editor.raise_request_exception = False
    for body in shapes_of_nothing():
        answer = editor.post(PRODUCTS, body, format="json")
        assert answer.status_code in (201, 400, 409), (body, answer.content)
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []


def json_suite() -> dict[str, bytes]:
    """File name -> content. The first letter says whether JSON allows it: y, n, or i for maybe."""
    try:
        with tarfile.open(VECTORS / "jsontestsuite" / "test_parsing.tar.gz") as archive:
            files = [(Path(member.name).name, archive.extractfile(member)) for member in archive]
            return {name: file.read() for name, file in files if file and name[:2] in VERDICTS}
    except FileNotFoundError:
        return {}


VERDICTS = {"y_", "n_", "i_"}
# Valid JSON (RFC 8259) that this API refuses on purpose; see catalog_project/api/parsers.py.
STRICTER = {"duplicate-key", "nul-character", "number-too-large", "number-too-precise", "too-deep"}


@pytest.mark.skipif(
    not json_suite(), reason=f"JSONTestSuite is not in {VECTORS}: set CATALOG_SAMPLES_DIR"
)
def test_the_json_test_suite_is_judged_as_the_standard_says(editor: Any) -> None:
    editor.raise_request_exception = False
    suite = json_suite()
    assert len(suite) > 300
    for name, raw in suite.items():
        alone = editor.generic("POST", PRODUCTS, raw, content_type="application/json")
        assert alone.status_code == 400, name  # none of them is a product
        body = b'{"name":"x","metadata":{"v":' + raw + b"}}"
        answer = editor.generic("POST", PRODUCTS, body, content_type="application/json")
        if name.startswith("n_"):
            assert answer.status_code == 400, name
        elif name.startswith("y_"):
            assert_taken_or_stricter(name, raw, answer)
        else:
            assert answer.status_code in (201, 400), name


def assert_taken_or_stricter(name: str, raw: bytes, answer: Any) -> None:
    if answer.status_code == 201:
        assert exactly(answer.content)["metadata"]["v"] == exactly(raw), name
        return
    codes = {error["code"] for error in answer.json()["errors"]}
    assert (answer.status_code, codes <= STRICTER) == (400, True), (name, answer.content)


def exactly(body: bytes) -> Any:
    """The value with numbers as they were written: 123e65 is 68 digits, not the nearest double."""
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)
