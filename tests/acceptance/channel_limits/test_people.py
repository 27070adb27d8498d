"""People who are limited to channels, in the API and in the admin."""

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import set_channels
from products.models import Product
from products.models.channels import Channel
from tests.acceptance.channel_limits.callers import FORBIDDEN, code_of, limited
from tests.acceptance.test_a01_callers_and_keys import NOBODY
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db


class TestPeople:
    def test_a_limit_holds_from_the_next_request_on(self, outlet: Channel) -> None:
        caller = Caller(UserFactory.create(editor=True))
        address = "/api/v1/products"
        assert caller.get(address).status_code == 200
        set_channels(caller.user.pk, channels=[outlet.pk], actor=SYSTEM)
        assert code_of(caller.get(address)) == FORBIDDEN
        set_channels(caller.user.pk, channels=[], actor=SYSTEM)
        assert caller.get(address).status_code == 200

    def test_keys_that_were_there_before_are_limited_with_their_owner(
        self, outlet: Channel, default: Channel
    ) -> None:
        owner = UserFactory.create(editor=True)
        program = Program(owner, channels=[default.pk])
        assert program.get("/api/v1/products").status_code == 200
        set_channels(owner.pk, channels=[outlet.pk], actor=SYSTEM)
        for channel in (outlet, default):
            answer = program.get("/api/v1/products", {"channel": channel.slug})
            assert code_of(answer) == FORBIDDEN
            assert "limited to the channels: none." in answer.json()["detail"]

    def test_who_is_limited_sees_no_keys_of_others(self, outlet: Channel) -> None:
        Program(UserFactory.create(viewer=True))
        boss = limited(outlet)
        own = Program(boss)
        listed = Caller(boss).get("/api/v1/api-keys").json()["items"]
        assert [item["id"] for item in listed] == [str(own.key.pk)]

    def test_the_limit_of_a_deleted_channel_stays_one(
        self, outlet: Channel, default: Channel, admin: Caller
    ) -> None:
        caller = Caller(limited(outlet))
        assert admin.delete(f"/api/v1/channels/{outlet.pk}").status_code == 204
        assert code_of(caller.get("/api/v1/products")) == FORBIDDEN
        assert caller.get("/api/v1/channels").json()["items"] == []


class TestTheAdmin:
    @pytest.fixture
    def browser(self, outlet: Channel) -> Client:
        client = Client()
        client.force_login(limited(outlet, admin=True))
        return client

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_pages_that_show_all_channels_are_closed(self, method: str, browser: Client) -> None:
        product = Product.objects.get().pk
        for path in (
            "products/product/",
            f"products/product/{product}/change/",
            "products/product/add/",
            "products/pricelist/",
            "accounts/user/",
            "accounts/user/add/",
            "accounts/auditevent/",
            "nothing/of/the/kind/",
        ):
            answer = getattr(browser, method)(f"/admin/{path}")
            assert answer.status_code == 403, path
            assert "limited to the channels: outlet." in answer.content.decode()

    def test_one_s_account_and_keys_are_open_and_nothing_else_is_offered(
        self, browser: Client
    ) -> None:
        assert browser.get("/admin/").headers["Location"] == "/admin/account/"
        for path in ("account/", "accounts/apikey/", "accounts/apikey/add/"):
            page = browser.get(f"/admin/{path}")
            assert page.status_code == 200, path
            offered = re.findall(r'href="(/admin/[^"#?]+)', page.content.decode())
            for link in set(offered):
                assert browser.get(link).status_code in {200, 302}, link

    def test_a_manager_limits_somebody(self, outlet: Channel, manager: Caller) -> None:
        client, bob = Client(), UserFactory.create(viewer=True)
        client.force_login(manager.user)
        page = f"/admin/accounts/user/{bob.pk}/change/"
        assert "outlet" in client.get(page).content.decode()
        body = {
            "username": bob.username,
            "is_active": "on",
            "groups": [bob.groups.get().pk],
            "channels": [str(outlet.pk)],
        }
        assert client.post(page, body).status_code == 302
        bob.refresh_from_db()
        assert bob.channels == [outlet.pk]
        assert client.post(page, {**body, "channels": [str(NOBODY)]}).status_code == 200
        bob.refresh_from_db()
        assert bob.channels == [outlet.pk]
        assert client.post(page, {**body, "channels": []}).status_code == 302
        bob.refresh_from_db()
        assert bob.channels == []

    def test_a_limit_whose_channel_is_gone_is_kept_by_saving(
        self, outlet: Channel, manager: Caller, admin: Caller
    ) -> None:
        client, bob = Client(), limited(outlet, viewer=True)
        assert admin.delete(f"/api/v1/channels/{outlet.pk}").status_code == 204
        client.force_login(manager.user)
        page = f"/admin/accounts/user/{bob.pk}/change/"
        assert f"{outlet.pk} (deleted)" in client.get(page).content.decode()
        body = {
            "username": bob.username,
            "is_active": "on",
            "groups": [bob.groups.get().pk],
            "channels": [str(outlet.pk)],
        }
        assert client.post(page, body).status_code == 302
        bob.refresh_from_db()
        assert bob.channels == [outlet.pk]

    def test_a_new_user_has_the_limit_from_the_start(
        self, outlet: Channel, manager: Caller
    ) -> None:
        client = Client()
        client.force_login(manager.user)
        body = {
            "username": "eve",
            "password1": "four words nobody expects",
            "password2": "four words nobody expects",
            "channels": [str(outlet.pk)],
        }
        assert client.post("/admin/accounts/user/add/", body).status_code == 302
        assert User.objects.get(username="eve").channels == [outlet.pk]
