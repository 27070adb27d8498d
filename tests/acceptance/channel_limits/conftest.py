"""A shop with two channels, and callers that are limited to one of them."""

from typing import Any

import pytest

from products.documents import views
from products.models.channels import Channel
from products.services.channels import create_channel
from tests.acceptance.channel_limits.callers import limited
from tests.acceptance.world import furnish
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program


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


@pytest.fixture(params=["person", "key", "key of a person"])
def of_outlet(request: Any, outlet: Channel, default: Channel) -> Any:
    """An admin's rights, limited to the outlet in each of the ways there are."""
    if request.param == "person":
        return Caller(limited(outlet))
    if request.param == "key":
        return Program(UserFactory.create(admin=True), channels=[outlet.pk])
    return Program(limited(outlet), channels=[outlet.pk, default.pk])
