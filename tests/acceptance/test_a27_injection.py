"""Names from outside are looked up in tables, never put into SQL; values are bound."""

from itertools import product

import pytest

from tests.acceptance.world import Addresses, dump, example_of, furnish, writes
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations

pytestmark = pytest.mark.django_db
HOSTILE = [
    "name'--",
    'name"; DROP TABLE products_product; --',
    "name) OR 1=1",
    "name__password__startswith",
    "product_id, (SELECT password FROM accounts_user LIMIT 1)",
    "CASE WHEN 1=1 THEN name ELSE id END",
    "$1",
    "%s",
    "{0}",
    "%(currency)s",
    "name\\",
    "attr.material'--",
    "pg_sleep(5)",
]


@pytest.fixture
def admin(db: None) -> Caller:
    furnish()
    caller = Caller(UserFactory.create(admin=True))
    Program(caller.user)
    Addresses(caller).settle()
    return caller


def collections() -> list[str]:
    return [
        each.path for each in operations().values() if each.method == "get" and "{" not in each.path
    ]


def test_a_name_that_is_sql_is_an_unknown_name(admin: Caller) -> None:
    """As a parameter, an order, a member of an answer, a facet."""
    before = dump()
    for path, text in product(collections(), HOSTILE):
        for query in ({text: "x"}, {"ordering": text}, {"fields": text}, {"facets": text}):
            answer = admin.get(path, query)
            assert answer.status_code == 400, (path, query, answer.content)
    assert dump() == before


def test_a_key_that_is_sql_is_an_unknown_member(admin: Caller) -> None:
    before = dump()
    known = Addresses(admin)
    for each in writes(operations()):
        if "/api-keys/" in each.path:
            continue
        body = {**example_of(each), **dict.fromkeys(HOSTILE, "x")}
        answer = getattr(admin, each.method)(known.of(each.path), body, format="json")
        assert answer.status_code == 400, (each.id, answer.content)
        pointers = {error["pointer"] for error in answer.json()["errors"]}
        assert pointers >= {f"/{text}" for text in HOSTILE}, each.id
    assert dump() == before


def test_a_key_of_free_data_is_kept_as_it_is(admin: Caller) -> None:
    """Where users name things themselves, a name that is SQL is a name."""
    for text in HOSTILE:
        body = {"name": text, "metadata": {text: text}, "tags": [text]}
        made = admin.post("/api/v1/products", body, format="json")
        assert made.status_code == 201, made.content
        assert (made.json()["name"], made.json()["metadata"]) == (text, {text: text})
        found = admin.get("/api/v1/products", {"sku": text})
        assert (found.status_code, found.json()["items"]) == (200, [])
