"""API keys that are limited to channels."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.api_keys import rotate_api_key
from accounts.models import ApiKey
from products.models.channels import Channel
from tests.acceptance.test_a01_callers_and_keys import NOBODY
from tests.accounts.factories import SYSTEM
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db


class TestKeys:
    def test_it_is_made_over_the_api_and_keeps_its_limit_when_it_is_replaced(
        self, outlet: Channel, admin: Caller
    ) -> None:
        asked = {"name": "Outlet", "scopes": ["products:read"], "channels": [str(outlet.pk)]}
        made = admin.post("/api/v1/api-keys", asked, format="json").json()
        assert (made["channels"], made["role"]) == ([str(outlet.pk)], "admin")
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
            ({"channels": ["nowhere"]}, "/channels/0"),
            ({"channels": "outlet"}, "/channels"),
            ({"channels": [str(NOBODY)]}, "/channels/0"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, asked: dict[str, Any], pointer: str, outlet: Channel, admin: Caller
    ) -> None:
        base = {"name": "x", "scopes": ["products:read"], "channels": [str(outlet.pk)]}
        answer = admin.post("/api/v1/api-keys", {**base, **asked}, format="json")
        assert answer.status_code == 400
        body = answer.json()
        named = [error["pointer"] for error in body.get("errors", [])] or [body["pointer"]]
        assert named == [pointer]
