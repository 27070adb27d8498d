"""Whatever changes a caller writes one row that all of them share: many at once must get along."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from accounts.api_keys import create_api_key, revoke_api_key, rotate_api_key
from accounts.errors import InvalidToken
from accounts.models import ApiKey, CallerStamp, User
from accounts.services import (
    change_password,
    create_user,
    delete_user,
    disable_user,
    enable_user,
    set_channels,
    set_roles,
    sign_everybody_out,
    sign_out_everywhere,
)
from accounts.sessions import end_session, renew_session, start_session
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12
Writer = Callable[[User, int], Any]


def roles(user: User, turn: int) -> None:
    set_roles(user.pk, roles=[["viewer"], ["editor"]][turn % 2], actor=SYSTEM)


def groups(_: User, turn: int) -> None:
    Group.objects.filter(name="publisher").update(name="publisher")
    assert turn >= 0


def keys(user: User, _: int) -> None:
    user.is_active = True  # as it was a moment ago; somebody may have disabled them
    key, _text = create_api_key(user, name="x", scopes=["products:read"], actor=SYSTEM)
    newer, _text = rotate_api_key(key.pk, visible=ApiKey.objects.all(), actor=SYSTEM)
    for each in (newer, key):
        revoke_api_key(each.pk, visible=ApiKey.objects.all(), actor=SYSTEM)


def sign_ins(user: User, _: int) -> None:
    pair = start_session(user)
    end_session(pair.refresh)


def stolen(user: User, _: int) -> None:
    """A token that is used twice ends its sign-in."""
    user.refresh_from_db()
    pair = start_session(user)
    for client in ("its own", "another"):
        try:
            renew_session(pair.refresh, client=client)
        except InvalidToken:
            return


def state(user: User, turn: int) -> None:
    (disable_user, enable_user)[turn % 2](user.pk, actor=SYSTEM)


def sign_outs(user: User, turn: int) -> None:
    if turn % 3 == 0:
        sign_everybody_out(actor=SYSTEM)
    sign_out_everywhere(user.pk, actor=SYSTEM)


def people(user: User, turn: int) -> None:
    change_password(user.pk, new_password=f"{PASSWORD}-{turn}", actor=SYSTEM)
    made = create_user(username=f"new{turn}", password=None, roles=["viewer"], actor=SYSTEM)
    start_session(made)
    set_channels(made.pk, channels=[], actor=SYSTEM)
    delete_user(made.pk, actor=SYSTEM)


WRITERS: tuple[Writer, ...] = (roles, groups, keys, sign_ins, stolen, state, sign_outs, people)


def test_eight_writers_at_once_never_wait_for_each_other() -> None:
    """PostgreSQL ends one of two that do, so a deadlock is an error here."""
    users = [UserFactory.create(editor=True) for _ in range(2)]
    start = Barrier(len(WRITERS))

    def work(writer: Writer) -> None:
        try:
            start.wait()
            for turn in range(ROUNDS):
                user = User.objects.get(pk=users[turn % 2].pk)
                writer(user, turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(WRITERS)) as pool:
        for done in [pool.submit(work, writer) for writer in WRITERS]:
            done.result()


@pytest.mark.parametrize("writer", [roles, groups, keys, sign_ins, state, sign_outs, people])
def test_each_writer_leaves_a_new_stamp(writer: Writer) -> None:
    user = UserFactory.create(editor=True)
    before = CallerStamp.objects.get().stamp
    writer(user, 0)
    assert CallerStamp.objects.get().stamp != before


def test_no_stamp_is_lost_where_two_commit_at_once() -> None:
    """Each of them waits for the other at the row, so a look between sees the first one's."""
    users = [UserFactory.create(editor=True) for _ in range(8)]
    start = Barrier(len(users))

    def work(user: User) -> set[Any]:
        try:
            start.wait()
            seen = set()
            for turn in range(ROUNDS):
                before = CallerStamp.objects.get().stamp
                roles(user, turn)
                after = CallerStamp.objects.get().stamp
                assert after != before, "what others remember would live on"
                seen.add(after)
            return seen
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(users)) as pool:
        for done in [pool.submit(work, user) for user in users]:
            assert done.result()
