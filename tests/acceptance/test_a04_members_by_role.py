"""What not everybody may see is in no answer that everybody gets, and nothing leads to it.

Every GET of the OpenAPI document is read as every role; a new route is read without a line here.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.roles import RESTRICTED_MEMBERS, Role
from products.documents.conditions import CONDITIONS
from products.documents.listing import BODY_FIELDS
from products.documents.orders import ORDERS
from tests.acceptance.server import ROOT
from tests.acceptance.world import Addresses, furnish
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import Operation, document, operations

pytestmark = pytest.mark.django_db
# What users name themselves: its keys are data, not members.
FREE = {"metadata", "options", "translations"}
# No member of any answer, whoever asks; `key`, `access` and `refresh` are shown once, at creation.
NEVER = re.compile(r"password|secret|digest|hash$|is_staff|is_superuser|session_epoch|kid$|sealed")
# Words that a thief of numbers would try.
GUESSES = ["cost", "costs", "cost_price", "variants.costs", "margin", "-cost", "password"]


def callers() -> dict[Role | None, APIClient]:
    everybody: dict[Role | None, APIClient] = {None: APIClient()}
    for role in Role:
        everybody[role] = Caller(UserFactory.create(roles=[role.group_name]))
    return everybody


def reads() -> list[Operation]:
    return [each for each in operations().values() if each.method == "get"]


def members(value: Any) -> Iterator[str]:
    """The name of every member, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name not in FREE:
                yield from members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


@pytest.fixture
def admin(db: None) -> Caller:
    furnish()
    caller = Caller(UserFactory.create(admin=True))
    Program(caller.user)
    return caller


def test_each_role_gets_the_members_that_are_for_it_and_no_others(admin: Caller) -> None:
    """All readers of an answer get the same members, so that nobody must remember to take some
    out; what is restricted has an address of its own, with the role that its member has."""
    known, people, read = Addresses(admin), callers(), 0
    for each in reads():
        address = known.of(each.path)
        for role, caller in people.items():
            answer = caller.get(address)
            if answer.status_code != 200:
                assert answer.status_code in {401, 403, 404}, (each.id, role)
                continue
            read += 1
            if "json" not in answer["Content-Type"]:
                continue  # lines of a file, as they were handed in
            seen = set(members([json.loads(line) for line in answer.content.splitlines()]))
            assert not [name for name in seen if NEVER.search(name)], each.id
            for name in seen & RESTRICTED_MEMBERS.keys():
                assert role is not None, (each.id, name)
                assert role >= RESTRICTED_MEMBERS[name], (each.id, name, role)
    assert read > 50


def test_published_rows_are_the_same_for_everybody_but_for_what_a_role_unlocks(
    admin: Caller,
) -> None:
    """An editor sees more rows, never other members of a row."""
    for path in ("/api/v1/products", "/api/v1/products/{key}"):
        address = Addresses(admin).of(path)
        bodies = [caller.get(address).json() for caller in callers().values()]
        assert all(set(members(body)) == set(members(bodies[0])) for body in bodies), path


def test_nothing_leads_to_a_restricted_member(admin: Caller) -> None:
    """Not an order, a filter, a part of an answer, a total: each is refused by name, for everybody,
    so that not even the time of an answer depends on it."""
    lists = [each for each in reads() if "{" not in each.path]
    for each, guess in product(lists, GUESSES):
        for query in (f"ordering={guess}", f"{guess}=1", f"{guess}_min=1", f"fields={guess}"):
            for caller in (APIClient(), admin):
                answer = caller.get(f"{each.path}?{query}")
                assert answer.status_code in {400, 401}, (each.id, query)


def test_what_prices_are_going_to_be_and_for_whom_is_not_for_shoppers(admin: Caller) -> None:
    """Who has not signed in is asked to (401); whose role does not reach is told so (403)."""
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    stranger = Caller(UserFactory.create())
    viewer = Caller(UserFactory.create(viewer=True))
    for each in reads():
        names = {parameter["name"] for parameter in each.facts.get("parameters", ())}
        for name, value in {"customer_group": "vip", "price_as_of": tomorrow}.items():
            if name in names:
                seen = [
                    caller.get(Addresses(admin).of(each.path), {name: value}).status_code
                    for caller in (APIClient(), stranger, viewer)
                ]
                assert seen == [401, 403, 200], (each.id, name)


def test_the_tables_that_lists_are_made_of_have_no_restricted_member() -> None:
    offered = {*BODY_FIELDS, *ORDERS, *CONDITIONS}
    words = {word for name in offered for word in re.split(r"\W+", name)}
    assert not words & RESTRICTED_MEMBERS.keys()


def test_the_document_has_a_restricted_member_only_where_its_role_is_asked_for() -> None:
    """A shape with such a member belongs to addresses that end in its name."""
    shapes = document()["components"]["schemas"]
    for name, shape in shapes.items():
        for member in shape.get("properties", {}).keys() & RESTRICTED_MEMBERS.keys():
            users = [
                each.path for each in operations().values() if f"schemas/{name}" in str(each.facts)
            ]
            assert users, name
            assert all(path.endswith(f"/{member}") for path in users), (name, users)


def test_the_docs_name_every_restricted_member() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \| `/", text, re.MULTILINE))
    assert rows == {name: role.group_name for name, role in RESTRICTED_MEMBERS.items()}
