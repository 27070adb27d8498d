"""How many keys there are, for how long, and what the database itself refuses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import api_keys
from accounts.api_keys import MOST_KEYS, prune_api_keys, rotate_api_key
from accounts.errors import TooManyApiKeys
from accounts.models import ApiKey
from tests.accounts.api_keys.shared import ASKED, KEYS, post
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_more_keys_than_the_limit_however_they_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 3)
    caller = Caller(UserFactory.create(editor=True))
    start = Barrier(8)

    def make(_: int) -> int:
        try:
            start.wait(timeout=30)
            client = APIClient(HTTP_AUTHORIZATION=f"Bearer {caller.tokens.access}")
            return int(post(client, KEYS, **ASKED).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(make, range(8))) == [201] * 3 + [409] * 5
    assert MOST_KEYS == 50


def test_replacing_again_and_again_makes_no_endless_row_of_good_keys(
    monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 2)
    newest, everybodys = program.key, ApiKey.objects.all()
    for _ in range(3):
        newest, _ = rotate_api_key(newest.pk, visible=everybodys, actor=SYSTEM)
    with pytest.raises(TooManyApiKeys):
        rotate_api_key(newest.pk, visible=everybodys, actor=SYSTEM)
    Program(program.owner)  # replaced keys take nobody's place
    with pytest.raises(TooManyApiKeys):
        Program(program.owner)


def test_keys_go_ninety_days_after_their_end(program: Program) -> None:
    for days, gone in ((89, 0), (91, 1)):
        ApiKey.objects.update(revoked_at=timezone.now() - timedelta(days=days))
        assert prune_api_keys() == gone


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}])
def test_the_database_refuses_a_key_without_name_or_scopes(
    program: Program, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.update(**wrong)


def test_the_database_knows_what_a_rate_is(program: Program) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=program.key.pk).update(rate="often")
