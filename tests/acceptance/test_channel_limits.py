"""An API key that is for some channels reads no other one, and writes nothing that all share."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.api_keys import rotate_api_key
from accounts.models import ApiKey
from products.documents import views
from products.models.channels import Channel
from products.services.channels import create_channel
from tests.acceptance.world import Addresses, dump, example_of, furnish, writes
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_names_of_another_test() -> None:
    """A test that is rolled back leaves names behind that no commit ever made."""
    views.Memory.views = None


@pytest.fixture
def outlet(db: None) -> Channel:
    furnish()
    row: Channel = create_channel(values={"name": "Outlet"}, actor=SYSTEM)
    return row


@pytest.fixture
def default(outlet: Channel) -> Channel:
    return Channel.objects.exclude(pk=outlet.pk).get()


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(UserFactory.create(admin=True))


def reads_by_channel() -> list[str]:
    """Every address that takes `?channel=`: a new one is tried without a line here."""
    return [
        each.path
        for each in operations().values()
        if each.method == "get"
        and any(p.get("name") == "channel" for p in each.facts.get("parameters", ()))
    ]


def test_each_address_that_takes_a_channel_refuses_a_foreign_one(
    default: Channel, outlet: Channel, admin: Caller
) -> None:
    program, known = Program(admin.user, channels=[default.pk]), Addresses(admin)
    assert len(reads_by_channel()) >= 2
    for path in reads_by_channel():
        refused = program.get(known.of(path), {"channel": outlet.slug})
        assert (refused.status_code, refused.json()["code"]) == (403, "channel-forbidden"), path
        # The key is for the default one, so that whoever names none gets an answer of it.
        assert program.get(known.of(path)).status_code == 200, path


def test_to_name_no_channel_is_to_name_the_default_one(outlet: Channel, admin: Caller) -> None:
    program, known = Program(admin.user, channels=[outlet.pk]), Addresses(admin)
    for path in reads_by_channel():
        refused = program.get(known.of(path))
        assert (refused.status_code, refused.json()["code"]) == (403, "channel-forbidden"), path


def test_other_channels_are_not_there(default: Channel, outlet: Channel, admin: Caller) -> None:
    program = Program(admin.user, channels=[outlet.pk])
    listed = program.get("/api/v1/channels").json()["items"]
    assert [item["slug"] for item in listed] == [outlet.slug]
    for key in (default.slug, default.pk):
        assert program.get(f"/api/v1/channels/{key}").status_code == 404
    assert program.get(f"/api/v1/channels/{outlet.slug}").status_code == 200


def test_values_of_all_channels_at_once_are_for_whoever_may_see_them_all(
    outlet: Channel, admin: Caller
) -> None:
    program, known = Program(admin.user, channels=[outlet.pk]), Addresses(admin)
    for path in ("/products/{product}/attributes", "/products/{p}/variants/{v}/attributes"):
        address = known.of(f"/api/v1{path}")
        assert admin.get(address).status_code == 200
        assert program.get(address).json()["code"] == "channel-forbidden"


def test_it_writes_nothing(outlet: Channel, admin: Caller) -> None:
    """Products are shared by all channels: a change of one is a change in every channel."""
    program, known = Program(admin.user, channels=[outlet.pk]), Addresses(admin).settle()
    before = {table: rows for table, rows in dump().items() if table != "accounts_apikey"}
    for each in writes(operations()):
        if "/auth/" not in each.path and "/api-keys" not in each.path:
            send = getattr(program, each.method)
            answer = send(known.of(each.path), example_of(each), format="json")
            assert answer.status_code == 403, (each.id, answer.content)
    assert {name: rows for name, rows in dump().items() if name != "accounts_apikey"} == before


def test_it_is_made_over_the_api_and_keeps_its_limit_when_it_is_replaced(
    outlet: Channel, admin: Caller
) -> None:
    asked = {"name": "Outlet", "scopes": ["products:read"], "channels": [str(outlet.pk)]}
    made = admin.post("/api/v1/api-keys", asked, format="json").json()
    assert (made["channels"], made["role"]) == ([str(outlet.pk)], "viewer")
    _, text = rotate_api_key(made["id"], visible=ApiKey.objects.all(), actor=SYSTEM)
    successor = APIClient()
    successor.credentials(HTTP_X_API_KEY=text)
    address = "/api/v1/products"
    found = successor.get(address, {"channel": outlet.slug})
    assert found.status_code in {200, 503}, found.content  # printing
    assert successor.get(address).status_code == 403


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"role": "editor"}, "/role"),
        ({"channels": ["nowhere"]}, "/channels/0"),
        ({"channels": "outlet"}, "/channels"),
    ],
)
def test_what_makes_no_sense_is_refused(
    asked: dict[str, Any], pointer: str, outlet: Channel, admin: Caller
) -> None:
    base = {"name": "x", "scopes": ["products:read"], "channels": [str(outlet.pk)]}
    answer = admin.post("/api/v1/api-keys", {**base, **asked}, format="json")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
