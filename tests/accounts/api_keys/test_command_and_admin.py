"""Operators and staff: keys by command and in the admin."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts import api_keys
from accounts.key_texts import parts_of
from accounts.models import ApiKey, AuditEvent
from tests.accounts.api_keys.shared import ME, PRODUCTS
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Program

pytestmark = pytest.mark.django_db


class TestCommand:
    def run(self, *words: str) -> str:
        out = io.StringIO()
        call_command("api_keys", *words, stdout=out)
        return out.getvalue()

    def test_a_key_is_made_listed_replaced_and_revoked(self) -> None:
        UserFactory.create(username="ada", editor=True)
        options = ["--owner", "ADA", "--name", "import", "--scope", "products:read"]
        text = self.run("create", *options, "--days", "30", "--role", "viewer").strip()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 200
        key = ApiKey.objects.get()
        line = f"{key.pk}  living  ada  import  viewer  products:read  used "
        assert self.run("list").startswith(line)
        assert self.run("list", "--owner", "bob") == ""
        newer = self.run("rotate", str(key.pk), "--overlap-hours", "0").strip()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401
        assert self.run("revoke", str(parts_of(newer)[0])) == "Revoked import of ada.\n"
        assert APIClient(HTTP_X_API_KEY=newer).get(PRODUCTS).status_code == 401
        assert [row.split()[1] for row in self.run("list").splitlines()] == ["over", "over"]

    def test_what_cannot_be_is_one_clear_line(self) -> None:
        UserFactory.create(username="ada", viewer=True)
        options = ["--name", "x", "--scope", "products:read"]
        with pytest.raises(CommandError, match="There is no user 'bob'"):
            self.run("create", "--owner", "bob", *options)
        with pytest.raises(CommandError, match="The owner is viewer, no more"):
            self.run("create", "--owner", "ada", *options, "--role", "editor")
        with pytest.raises(CommandError, match="There is no API key"):
            self.run("revoke", "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12")


class TestAdmin:
    LIST = "/admin/accounts/apikey/"

    @pytest.fixture
    def desk(self, db: None) -> Client:
        client = Client()
        client.force_login(UserFactory.create(username="ada", editor=True, is_staff=True))
        return client

    def add(self, desk: Client, **changes: Any) -> Any:
        sent = {"name": "import", "role": "viewer", "scopes": ["products:read"], **changes}
        return desk.post(f"{self.LIST}add/", sent)

    def test_the_key_is_shown_once_in_the_answer(self, desk: Client) -> None:
        assert desk.get(f"{self.LIST}add/").status_code == 200
        answer = self.add(desk, networks="127.0.0.0/8, 192.0.2.0/24")
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        ((key, text),) = answer.context["made"]
        assert text in answer.content.decode()
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 200
        assert key.networks == ["127.0.0.0/8", "192.0.2.0/24"]
        for page in (self.LIST, f"{self.LIST}{key.pk}/change/"):
            shown = desk.get(page)
            assert shown.status_code == 200
            assert parts_of(text)[1] not in shown.content.decode()

    @pytest.mark.parametrize(
        "wrong", [{"role": "manager"}, {"scopes": ["x:read"]}, {"networks": "x"}, {"name": ""}]
    )
    def test_what_the_rules_refuse_the_form_refuses(
        self, desk: Client, wrong: dict[str, Any]
    ) -> None:
        answer = self.add(desk, **wrong)
        assert answer.status_code == 200
        assert answer.context["errors"]
        assert not ApiKey.objects.exists()

    def test_a_rule_that_no_field_knows_is_a_message(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api_keys, "MOST_KEYS", 0)
        assert self.add(desk)["Location"] == self.LIST
        assert b"0 is the most" in desk.get(self.LIST).content

    def test_own_keys_are_replaced_and_revoked(self, desk: Client) -> None:
        ((key, text),) = self.add(desk).context["made"]
        chosen = {"action": "rotate", "_selected_action": [str(key.pk)]}
        ((_, newer),) = desk.post(self.LIST, chosen).context["made"]
        assert APIClient(HTTP_X_API_KEY=newer).get(PRODUCTS).status_code == 200
        assert b"has a successor already" in desk.post(self.LIST, chosen, follow=True).content
        desk.post(self.LIST, {**chosen, "action": "revoke"})
        assert APIClient(HTTP_X_API_KEY=text).get(PRODUCTS).status_code == 401

    def test_the_keys_of_others_are_hidden(self, desk: Client) -> None:
        program = Program(UserFactory.create(viewer=True))
        assert desk.get(f"{self.LIST}{program.key.pk}/change/").status_code == 302
        desk.post(self.LIST, {"action": "revoke", "_selected_action": [str(program.key.pk)]})
        assert program.get(ME).status_code == 200

    def test_an_admin_sets_how_often_it_may_ask_and_nothing_else(self, program: Program) -> None:
        boss, key = Client(), program.key
        boss.force_login(UserFactory.create(admin=True))
        page = f"{self.LIST}{key.pk}/change/"
        assert boss.get(page).status_code == 200
        wrong = boss.post(page, {"rate": "9/fortnight"})
        assert (wrong.status_code, bool(wrong.context["errors"])) == (200, True)
        before = (key.role, key.scopes, key.name)
        sent = {"rate": "9/s", "role": "admin", "name": "x", "scopes": ["brands:write"]}
        assert boss.post(page, sent).status_code == 302
        key.refresh_from_db()
        assert (key.rate, (key.role, key.scopes, key.name)) == ("9/s", before)
        assert AuditEvent.objects.filter(event="api_key.rate_changed").count() == 1

    @pytest.mark.parametrize("role", ["editor", "manager"])
    def test_the_owner_does_not_set_the_rate(self, role: str) -> None:
        program = Program(UserFactory.create(roles=[role], is_staff=True))
        desk = Client()
        desk.force_login(program.owner)
        page = f"{self.LIST}{program.key.pk}/change/"
        assert desk.post(page, {"rate": "900/s"}).status_code == 403
        program.key.refresh_from_db()
        assert program.key.rate == ""


def test_the_command_sets_a_rate(program: Program) -> None:
    out = io.StringIO()
    call_command("api_keys", "rate", str(program.key.pk), "1200/min", stdout=out)
    assert out.getvalue() == "import of ada may ask 1200/min.\n"
    program.key.refresh_from_db()
    assert program.key.rate == "1200/min"
