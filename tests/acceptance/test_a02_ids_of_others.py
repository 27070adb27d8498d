"""The id of something that is not yours opens nothing: the answer is 404 or 403, and not one byte
of the database differs.

Every operation of the OpenAPI document that names a row is tried: a new route needs no line here.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import ApiKey
from products.models import Product
from tests.acceptance.world import Addresses, dump, example_of, furnish, writes
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import Operation, operations

pytestmark = pytest.mark.django_db
PRODUCT = "/api/v1/products/{"
REFUSALS = {403, 404}
CALLERS: dict[str, Callable[[], APIClient]] = {
    "anonymous": APIClient,
    "no role": lambda: Caller(UserFactory.create()),
    "viewer": lambda: Caller(UserFactory.create(viewer=True)),
    "key of a viewer": lambda: Program(UserFactory.create(viewer=True)),
    "key of an admin, as viewer": lambda: Program(UserFactory.create(admin=True), role="viewer"),
}
each_caller = pytest.mark.parametrize("kind", CALLERS)


def naming_rows() -> list[Operation]:
    return [each for each in operations().values() if "{" in each.path]


def send(caller: APIClient, operation: Operation, address: str) -> Any:
    body = None if operation.method == "get" else example_of(operation)
    answer = getattr(caller, operation.method)(address, body, format="json")
    assert b"Traceback" not in answer.content
    return answer


def collection_of(operation: Operation) -> str:
    return operation.path.partition("/{")[0]


def own_ids(caller: Caller, collection: str) -> set[str]:
    answer = caller.get(collection)
    return {str(item["id"]) for item in answer.json()["items"]}


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(UserFactory.create(admin=True))


# --- What belongs to another user ---------------------------------------------------------------
def test_what_one_user_owns_no_other_user_can_reach() -> None:
    """Whatever a collection lists for its owner alone: API keys, and all that will follow."""
    furnish()
    owner, other = (Caller(UserFactory.create(manager=True)) for _ in range(2))
    for caller in (owner, other):
        Program(caller.user)
    before, reached = dump(), set()
    for each in naming_rows():
        collection = collection_of(each)
        if each.path.count("{") > 1 or not is_list(collection):
            continue
        for row in own_ids(owner, collection) - own_ids(other, collection):
            answer = send(other, each, each.path.replace("{key}", row))
            assert answer.status_code in REFUSALS, (each.id, answer.content)
            reached.add(each.id)
    assert dump() == before
    assert reached >= {"auth_keys_retrieve", "auth_keys_rotate", "auth_keys_delete"}


def is_list(path: str) -> bool:
    return any((each.path, each.method) == (path, "get") for each in operations().values())


def test_not_even_an_admin_gets_the_successor_of_a_foreign_key(admin: Caller) -> None:
    key = Program(UserFactory.create(editor=True)).key
    before = dump()
    answer = admin.post(f"/api/v1/api-keys/{key.pk}/rotate", {}, format="json")
    assert (answer.status_code, dump()) == (404, before)
    assert ApiKey.objects.get().successor_id is None


# --- What is hidden -----------------------------------------------------------------------------
@each_caller
def test_a_draft_is_not_there_for_whoever_may_not_see_it(kind: str, admin: Caller) -> None:
    """Not it, not its parts, by id as by slug; and its answer is that of a product that never
    was."""
    furnish(status="draft", slug="secret-lamp")
    Program(admin.user)
    caller, known = CALLERS[kind](), Addresses(admin).settle()
    before = dump()
    for each in naming_rows():
        if each.method != "get" or not each.path.startswith(PRODUCT):
            continue
        address = known.of(each.path)
        row = known.known["/api/v1/products"]
        never = send(caller, each, address.replace(row, "never-a-lamp")).status_code
        assert never in REFUSALS | {401}, each.id
        for named in (address, address.replace(row, "secret-lamp")):
            answer = send(caller, each, named)
            assert answer.status_code == never, (each.id, answer.content)
            assert b"Lamp" not in answer.content
    assert without_key_use(dump()) == without_key_use(before)


@each_caller
def test_whoever_may_only_read_writes_nothing_by_any_id(kind: str, admin: Caller) -> None:
    furnish()
    Program(admin.user)
    caller, known = CALLERS[kind](), Addresses(admin).settle()
    before = dump()
    for each in writes(operations()):
        if each.path.startswith("/api/v1/auth/"):
            continue
        foreign = each.path.startswith("/api/v1/api-keys/")
        if not foreign and each.path.startswith("/api/v1/api-keys"):
            continue  # everybody with a role makes keys of their own
        answer = send(caller, each, known.of(each.path))
        assert answer.status_code in ({401} if kind == "anonymous" else REFUSALS | {401}), each.id
    assert without_key_use(dump()) == without_key_use(before)


def without_key_use(dumped: dict[str, str]) -> dict[str, str]:
    """A key's last use is written down once a minute, whatever it was used for."""
    return {table: rows for table, rows in dumped.items() if table != "accounts_apikey"}


# --- What belongs to another product ------------------------------------------------------------
def test_a_part_is_not_found_below_another_product(admin: Caller) -> None:
    """The id of the part is right, the product is not: reads and writes alike."""
    other = furnish(name="Other")
    furnish(name="Lamp")
    Program(admin.user)
    known = Addresses(admin).settle()
    mine = UUID(known.of("/api/v1/products/{key}").rpartition("/")[2])
    stranger = other if other.pk != mine else Product.objects.exclude(pk=mine).get()
    before, tried = dump(), 0
    for each in naming_rows():
        if each.path.count("{") < 2 or not each.path.startswith(PRODUCT):
            continue
        if "{number}" in each.path:
            continue  # a version is no id: each product has a first one
        address = known.of(each.path).replace(str(mine), str(stranger.pk), 1)
        answer = send(admin, each, address)
        assert answer.status_code == 404, (each.id, answer.content)
        tried += 1
    assert tried >= 8
    assert dump() == before


def test_a_body_cannot_take_the_parts_of_another_product(admin: Caller) -> None:
    """Its variants and media, by id, in every place of a product's body that takes one."""
    stranger, mine = furnish(name="Other"), furnish(name="Lamp")
    variant, media = stranger.variants.get().pk, stranger.media.get().pk
    before = dump()
    address = f"/api/v1/products/{mine.pk}"
    own = [{"id": str(mine.variants.get().pk)}]
    bodies = [
        {"variants": [{"id": str(variant), "sku": "STOLEN"}]},
        {"variants": [*own, {"id": str(variant)}]},
        {"media": [{"id": str(media)}]},
        {"variants": [{**own[0], "media": [str(media)]}]},
    ]
    for body in bodies:
        answer = admin.patch(address, body, format="json")
        assert answer.status_code in {400, 404, 409}, (body, answer.content)
    part = {"options": {"Size": "X"}, "media": [str(media)]}
    assert admin.post(f"{address}/variants", part, format="json").status_code in {400, 404, 409}
    assert dump() == before


# --- Files --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    ["../manage.py", "..%2fmanage.py", "%2e%2e/manage.py", "/etc/passwd", ".", "", "nothing.png"],
)
def test_a_media_address_that_was_not_given_out_shows_nothing(path: str) -> None:
    answer = APIClient().get(f"/media/{path}")
    assert answer.status_code == 404
    assert b"django" not in answer.content
