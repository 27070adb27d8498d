"""What is not opened to limited callers is closed, whatever the route and the method."""

import re
from pathlib import Path
from typing import Any

import pytest

from accounts.channel_limits import RULES
from products.models.channels import Channel
from tests.acceptance.channel_limits.callers import FORBIDDEN, TRACES, code_of, limited
from tests.acceptance.test_a01_callers_and_keys import METHODS, NOBODY, addresses
from tests.acceptance.world import Addresses, dump, example_of, writes
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations

pytestmark = pytest.mark.django_db
ROW = re.compile(r"^\| `/api/v1/(\S+)` \| ([A-Z, ]+) \|", re.MULTILINE)
# Their credentials are in the body, or there are none: they ask for no caller.
WITHOUT_CALLER = {
    "auth/token",
    "auth/token/refresh",
    "auth/token/verify",
    "auth/logout",
    "auth/password-reset",
    "auth/password-reset/confirm",
}
FOR_PEOPLE = ("auth/", "api-keys")  # API keys are not accepted there


class TestEveryRoute:
    @pytest.mark.parametrize("kind", ["person", "key"])
    def test_only_what_the_rules_open_is_open(self, kind: str, outlet: Channel) -> None:
        """Every route times every method; a new route is closed until somebody decides."""
        person = limited(outlet)
        caller: Any = Caller(person) if kind == "person" else Program(person)
        for address in addresses():
            rule = address.removeprefix("/api/v1/")
            if rule in WITHOUT_CALLER or (kind == "key" and rule.startswith(FOR_PEOPLE)):
                continue
            for method in METHODS:
                answer = caller.generic(
                    method, address.format(*[NOBODY] * 3), "[]", "application/json"
                )
                if method in RULES.get(rule, ()):
                    assert answer.status_code != 405, (method, address)
                    continue
                assert code_of(answer) == FORBIDDEN, (method, address)
                assert "limited to the channels: outlet." in answer.json()["detail"]
                if rule == "auth/logout-all":
                    caller = Caller(person)

    def test_each_rule_is_a_route(self) -> None:
        assert RULES.keys() <= {address.removeprefix("/api/v1/") for address in addresses()}

    def test_the_documentation_prints_the_rules(self) -> None:
        text = Path("docs/channel-limits.md").read_text()
        printed = {route: tuple(methods.split(", ")) for route, methods in ROW.findall(text)}
        assert printed == dict(RULES)

    def test_a_refused_write_changes_nothing(self, of_outlet: Any, admin: Caller) -> None:
        known = Addresses(admin).settle()
        before = {name: rows for name, rows in dump().items() if name not in TRACES}
        for each in writes(operations()):
            rule = re.sub(r"\{\w+\}", "{}", each.path).removeprefix("/api/v1/")
            if each.method.upper() in RULES.get(rule, ()) or rule.startswith(FOR_PEOPLE):
                continue
            answer = getattr(of_outlet, each.method)(
                known.of(each.path), example_of(each), format="json"
            )
            assert code_of(answer) == FORBIDDEN, (each.id, answer.content)
        assert {name: rows for name, rows in dump().items() if name not in TRACES} == before
