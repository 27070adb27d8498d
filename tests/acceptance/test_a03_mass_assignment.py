"""Whoever sends a member that is not theirs to set is told its name, and nothing is written.

Every write of the OpenAPI document, at every place of its body where an object stands: a new route
is tried without a line here.
"""

import copy
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from tests.acceptance.world import (
    Addresses,
    dump,
    example_of,
    furnish,
    objects_in,
    schema_of,
    writes,
)
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller
from tests.catalog_project.openapi import Operation, operations

pytestmark = pytest.mark.django_db
STRANGER = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12"
NOT_YOURS: dict[str, Any] = {
    "id": STRANGER,
    "created_at": "2001-01-01T00:00:00Z",
    "owner": STRANGER,
    "is_staff": True,
    "is_superuser": True,
    "version": 99,
    "cost_price": "0.01",
}
# Lists whose `id` is the caller's to say: it names an existing row of the same product, which the
# service checks, or is the id that another system has given. An item of a bulk write names one.
NAMES_A_ROW = {
    ("variants", "0"),
    ("media", "0"),
    ("external_ids", "0"),
    ("items", "0"),
    ("0", "external_id"),
}
# A manager says of whom they invite whether they are staff.
IS_THEIRS = {"auth_invitations_create": {"is_staff"}}
FORM = "multipart/form-data"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


def an_id_of(steps: tuple[str, ...]) -> set[str]:
    return {"id"} if steps[-2:] in NAMES_A_ROW else set()


@pytest.fixture
def admin(db: None) -> Caller:
    furnish(status="draft")
    caller = Caller(UserFactory.create(admin=True))
    made = {"name": "import", "scopes": ["products:read"]}
    assert caller.post("/api/v1/api-keys", made, format="json").status_code == 201
    Addresses(caller).settle()
    return caller


def send(
    caller: Caller, operation: Operation, body: Any, query: str = "", *, kind: str = JSON
) -> Any:
    address = Addresses(caller).of(operation.path) + query
    return caller.generic(operation.method.upper(), address, json.dumps(body), kind)


def kinds_of(operation: Operation) -> list[str]:
    """Each name under which its body may come."""
    return [JSON, MERGE_PATCH] if operation.method == "patch" else [JSON]


def named(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def intruded(body: dict[str, Any], steps: tuple[str, ...]) -> dict[str, Any]:
    """The body with the members that are not the caller's to set, at this place."""
    whole = copy.deepcopy(body)
    place: Any = whole
    for step, following in zip(steps, (*steps, "")[1:], strict=True):
        if step == "0":
            place = place[0]
            continue
        if not place.get(step):
            place[step] = [{}] if following == "0" else {}
        place = place[step]
    forbidden = NOT_YOURS.keys() - an_id_of(steps)
    place.update({name: NOT_YOURS[name] for name in forbidden})
    return whole


def places(operation: Operation) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    for steps, _ in objects_in(schema_of(operation)):
        prefix = "".join(f"/{step}" for step in steps)
        allowed = an_id_of(steps) | IS_THEIRS.get(operation.id, set())
        forbidden = NOT_YOURS.keys() - allowed
        yield steps, {f"{prefix}/{name}" for name in forbidden}


def test_no_write_takes_what_is_not_the_callers_to_set(admin: Caller) -> None:
    before = dump()
    for each in writes(operations()):
        body = example_of(each)
        for (steps, pointers), kind in product(places(each), kinds_of(each)):
            answer = send(admin, each, intruded(body, steps), kind=kind)
            assert answer.status_code == 400, (each.id, steps, answer.content)
            assert named(answer) >= pointers, (each.id, steps)
    assert dump() == before


def test_no_write_takes_it_from_the_query(admin: Caller) -> None:
    before = dump()
    for each in writes(operations()):
        answer = send(admin, each, example_of(each), "?is_staff=true&version=99")
        assert answer.status_code == 400, (each.id, answer.content)
        unknown = {error["pointer"] for error in answer.json()["errors"]}
        assert unknown >= {"/is_staff", "/version"}, each.id
    assert dump() == before


def test_no_form_takes_it(admin: Caller) -> None:
    before = dump()
    forms = [each for each in writes(operations()) if example_of(each, FORM)]
    assert forms
    for each in forms:
        form = {"file": SimpleUploadedFile("lamp.png", b"x"), **NOT_YOURS}
        answer = admin.post(Addresses(admin).of(each.path), form, format="multipart")
        assert answer.status_code == 400, (each.id, answer.content)
        assert named(answer) >= {f"/{name}" for name in NOT_YOURS}, each.id
    assert dump() == before


def test_the_document_never_offers_what_is_not_the_callers_to_set() -> None:
    for each in writes(operations()):
        for steps, schema in objects_in(schema_of(each)):
            offered = schema.get("properties", {}).keys() & NOT_YOURS.keys()
            allowed = an_id_of(steps) | IS_THEIRS.get(each.id, set())
            assert offered <= allowed, (each.id, steps)


def test_nobody_becomes_staff_by_asking(admin: Caller) -> None:
    before = set(User.objects.values_list("username", "is_staff", "is_superuser"))
    for each in writes(operations()):
        send(admin, each, {"is_staff": True, "is_superuser": True, "roles": ["admin"]})
    assert set(User.objects.values_list("username", "is_staff", "is_superuser")) == before
