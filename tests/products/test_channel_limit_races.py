"""No user and no API key is limited to a channel that is not there."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from accounts.api_keys import create_api_key, revoke_api_key
from accounts.errors import InvalidApiKey, InvalidUser
from accounts.models import ApiKey, User
from accounts.services import create_user, set_channels
from products.errors import StillInUse
from products.models import Channel
from products.services.channels import create_channel, delete_channel
from tests.accounts.factories import SYSTEM, UserFactory
from tests.products.locks import overtake

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outlet() -> Channel:
    return create_channel(values={"name": "Outlet"}, actor=SYSTEM)


def delete(outlet: Channel) -> None:
    delete_channel(outlet.pk, expected_version=None, actor=SYSTEM)


def limit_a_user(outlet: Channel) -> None:
    create_user(username="eve", password=None, channels=[outlet.pk], actor=SYSTEM)


def limit_a_key(outlet: Channel) -> None:
    owner = User.objects.get(username="boss")
    create_api_key(owner, name="K", scopes=["products:read"], channels=[outlet.pk], actor=SYSTEM)


def named_channels() -> set[Any]:
    rows: list[Any] = [*User.objects.all(), *ApiKey.objects.filter(revoked_at=None)]
    return {key for row in rows for key in row.channels}


def test_a_channel_stays_while_somebody_is_limited_to_it(outlet: Channel) -> None:
    boss = UserFactory.create(username="boss", admin=True)
    limit_a_user(outlet)
    limit_a_key(outlet)
    with pytest.raises(StillInUse, match="1 people and 1 API keys"):
        delete(outlet)
    revoke_api_key(ApiKey.objects.get().pk, visible=ApiKey.objects.all(), actor=SYSTEM)
    with pytest.raises(StillInUse, match="1 people and 0 API keys"):
        delete(outlet)
    set_channels(User.objects.get(username="eve").pk, channels=[], actor=SYSTEM)
    assert boss.channels == []
    delete(outlet)
    assert not Channel.objects.filter(pk=outlet.pk).exists()


@pytest.mark.parametrize("limit", [limit_a_user, limit_a_key])
@pytest.mark.parametrize("is_first", [True, False])
def test_whoever_comes_second_sees_what_the_first_did(
    outlet: Channel, limit: Any, is_first: bool
) -> None:
    UserFactory.create(username="boss", admin=True)

    def second(act: Any) -> None:
        with suppress(StillInUse, InvalidUser, InvalidApiKey):
            act(outlet)
        connection.close()

    first, then = (limit, delete) if is_first else (delete, limit)
    overtake(lambda: first(outlet), lambda: second(then))
    assert Channel.objects.filter(pk=outlet.pk).exists() is is_first
    assert named_channels() == ({outlet.pk} if is_first else set())
