"""People make, replace and revoke their keys over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts.models import ApiKey
from tests.accounts.api_keys.shared import ASKED, KEYS, ME, PRODUCTS, post
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db


class TestOverHttp:
    def test_the_key_is_shown_once(self, editor: Caller) -> None:
        with capture_logs() as logs:
            answer = post(editor, KEYS, **ASKED, networks=["127.0.0.0/8"])
        assert answer.status_code == 201
        assert answer["Cache-Control"] == "no-store"
        made = answer.json()
        assert APIClient(HTTP_X_API_KEY=made["key"]).get(PRODUCTS).status_code == 200
        shown = editor.get(answer["Location"])
        assert shown.json().keys() == made.keys() - {"key"}
        assert (made["role"], made["networks"]) == ("editor", ["127.0.0.0/8"])
        assert made["key"] not in str(logs)
        assert "api_key.created" in [line["event"] for line in logs]

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"name": ""}, "/name"),
            ({"name": "x" * 101}, "/name"),
            ({"scopes": []}, "/scopes"),
            ({"scopes": ["products:eat"]}, "/scopes"),
            ({"scopes": ["auth:write"]}, "/scopes"),
            ({"scopes": "products:read"}, "/scopes"),
            ({"role": "king"}, "/role"),
            ({"networks": ["192.0.2.7/24"]}, "/networks"),
            ({"networks": ["everywhere"]}, "/networks"),
            ({"networks": ["10.0.0.0/8"] * 21}, "/networks"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
            ({"owner": "root"}, "/owner"),
            ({"last_used_at": None}, "/last_used_at"),
        ],
    )
    def test_a_wrong_value_is_named(
        self, editor: Caller, wrong: dict[str, Any], pointer: str
    ) -> None:
        answer = post(editor, KEYS, **{**ASKED, **wrong})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert not ApiKey.objects.exists()

    def test_a_key_makes_and_ends_no_keys(self, program: Program) -> None:
        one = f"{KEYS}/{program.key.pk}"
        answers = [
            program.get(KEYS),
            post(program, KEYS, **ASKED),
            post(program, f"{one}/rotate"),
            program.delete(one),
        ]
        assert [answer.status_code for answer in answers] == [401] * 4
        assert program.get(ME).status_code == 200

    def test_replacing_leaves_both_good_until_the_overlap_is_over(self, editor: Caller) -> None:
        program = Program(editor.user, "products:read")
        answer = post(editor, f"{KEYS}/{program.key.pk}/rotate", overlap_seconds=60)
        assert answer.status_code == 201
        successor = APIClient(HTTP_X_API_KEY=answer.json()["key"])
        assert successor.get(PRODUCTS).status_code == program.get(PRODUCTS).status_code == 200
        assert successor.get("/api/v1/brands").status_code == 403
        program.key.refresh_from_db()
        assert program.key.expires_at is not None
        assert timedelta(0) < program.key.expires_at - timezone.now() <= timedelta(seconds=60)
        assert editor.get(f"{KEYS}/{program.key.pk}").json()["successor"] == answer.json()["id"]

    def test_without_an_overlap_the_old_key_ends_at_once(self, editor: Caller) -> None:
        program = Program(editor.user)
        post(editor, f"{KEYS}/{program.key.pk}/rotate", overlap_seconds=0)
        assert program.get(ME).status_code == 401

    def test_an_overlap_never_prolongs_a_key(self, editor: Caller) -> None:
        soon = timezone.now() + timedelta(minutes=5)
        program = Program(editor.user, expires_at=soon)
        post(editor, f"{KEYS}/{program.key.pk}/rotate")
        program.key.refresh_from_db()
        assert program.key.expires_at == soon

    def test_what_is_over_or_replaced_has_no_successor(self, editor: Caller) -> None:
        program = Program(editor.user)
        path = f"{KEYS}/{program.key.pk}"
        assert post(editor, f"{path}/rotate").status_code == 201
        assert post(editor, f"{path}/rotate").json()["code"] == "api-key-is-over"
        editor.delete(path)
        assert post(editor, f"{path}/rotate").status_code == 409
        assert post(editor, f"{path}/rotate", overlap_seconds=10**7).status_code == 400

    def test_revoking_twice_is_the_same_as_once(self, editor: Caller) -> None:
        program = Program(editor.user)
        path = f"{KEYS}/{program.key.pk}"
        assert [editor.delete(path).status_code for _ in range(2)] == [204, 204]
        assert editor.get(path).json()["revoked_at"] is not None

    def test_the_list_has_pages_and_a_fixed_number_of_queries(
        self, editor: Caller, django_assert_num_queries: Any
    ) -> None:
        for _ in range(3):
            Program(editor.user)
            with django_assert_num_queries(2):
                editor.get(KEYS)
        page = editor.get(KEYS, {"limit": 2}).json()
        rest = editor.get(KEYS, {"limit": 2, "cursor": page["next_cursor"]}).json()
        assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)

    def test_the_keys_of_others_do_not_exist(self, program: Program, manager: Caller) -> None:
        path = f"{KEYS}/{program.key.pk}"
        before = list(ApiKey.objects.values())
        answers = [manager.get(path), post(manager, f"{path}/rotate"), manager.delete(path)]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert manager.get(KEYS).json()["items"] == []
        assert list(ApiKey.objects.values()) == before

    def test_an_admin_sees_and_revokes_but_never_holds_the_keys_of_others(
        self, program: Program
    ) -> None:
        boss = Caller(UserFactory.create(admin=True))
        path = f"{KEYS}/{program.key.pk}"
        assert [key["owner"] for key in boss.get(KEYS).json()["items"]] == ["ada"]
        assert post(boss, f"{path}/rotate").status_code == 404
        assert boss.delete(path).status_code == 204
        assert program.get(ME).status_code == 401


def test_an_admin_sets_the_rate_of_a_key_and_nobody_else_does(program: Program) -> None:
    address = f"{KEYS}/{program.key.pk}"
    owner, admin = Caller(program.owner), Caller(UserFactory.create(admin=True))
    assert owner.patch(address, {"rate": "9/s"}, format="json").status_code == 403
    answer = admin.patch(address, {"rate": "9/s"}, format="json")
    assert (answer.status_code, answer.json()["rate"]) == (200, "9/s")
    wrong = admin.patch(address, {"rate": "9/fortnight"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/rate")
    assert program.get(ME)["RateLimit-Policy"] == '"key";q=9;w=1'
    assert admin.patch(address, {"rate": ""}, format="json").json()["rate"] == ""
