"""Who is limited to channels, a person or a key, sees those alone and changes what belongs to them.

What all channels share is for others: a change of it would be one in every channel.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.actors import Actor
from accounts.api_keys import rotate_api_key
from accounts.channel_limits import RULES
from accounts.errors import ChannelForbidden
from accounts.models import ApiKey, User
from accounts.services import set_channels
from products.documents import views
from products.models import Listing, Product, Variant
from products.models.channels import Channel
from products.services.brands import create_brand
from products.services.channels import create_channel
from products.services.listings import write_listings
from tests.acceptance.test_a01_callers_and_keys import METHODS, NOBODY, addresses
from tests.acceptance.world import Addresses, dump, example_of, furnish, writes
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations
from tests.products.factories import (
    AttributeFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
)

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
# Rows that a refused request may leave behind: when a key was used, what the log says.
TRACES = {"accounts_apikey", "accounts_auditevent"}


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


def limited(*channels: Channel, **facts: Any) -> User:
    user: User = UserFactory.create(**(facts or {"admin": True}))
    return set_channels(user.pk, channels=[each.pk for each in channels], actor=SYSTEM)


@pytest.fixture(params=["person", "key", "key of a person"])
def of_outlet(request: Any, outlet: Channel, default: Channel) -> Any:
    """An admin's rights, limited to the outlet in each of the ways there are."""
    if request.param == "person":
        return Caller(limited(outlet))
    if request.param == "key":
        return Program(UserFactory.create(admin=True), channels=[outlet.pk])
    return Program(limited(outlet), channels=[outlet.pk, default.pk])


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


FORBIDDEN = (403, "channel-forbidden")


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


class TestReading:
    def test_each_address_that_takes_a_channel_refuses_a_foreign_one(
        self, default: Channel, outlet: Channel, admin: Caller
    ) -> None:
        known = Addresses(admin)
        assert len(reads_by_channel()) >= 2
        for caller in (Program(admin.user, channels=[default.pk]), Caller(limited(default))):
            for path in reads_by_channel():
                refused = caller.get(known.of(path), {"channel": outlet.slug})
                assert code_of(refused) == FORBIDDEN, path
                # They are for the default one, so that whoever names none gets an answer of it.
                assert caller.get(known.of(path)).status_code == 200, path

    def test_to_name_no_channel_is_to_name_the_default_one(
        self, of_outlet: Any, admin: Caller
    ) -> None:
        known = Addresses(admin)
        for path in reads_by_channel():
            assert code_of(of_outlet.get(known.of(path))) == FORBIDDEN, path

    def test_other_channels_are_not_there(
        self, default: Channel, outlet: Channel, of_outlet: Any
    ) -> None:
        listed = of_outlet.get("/api/v1/channels").json()["items"]
        assert [item["slug"] for item in listed] == [outlet.slug]
        for key in (default.slug, default.pk):
            assert of_outlet.get(f"/api/v1/channels/{key}").status_code == 404
        assert of_outlet.get(f"/api/v1/channels/{outlet.slug}").status_code == 200

    def test_lists_of_channels_have_one_s_own_ones_alone(
        self, default: Channel, outlet: Channel, of_outlet: Any
    ) -> None:
        address = f"/api/v1/products/{Product.objects.get().pk}"
        shown = of_outlet.get(f"{address}/channels").json()["channels"]
        assert [each["channel"] for each in shown] == [outlet.slug]
        lacking = of_outlet.get(f"{address}/completeness").json()["items"]
        assert {each["channel"] for each in lacking} == {outlet.slug}

    def test_price_lists_of_other_channels_are_not_there(
        self, default: Channel, outlet: Channel, of_outlet: Any
    ) -> None:
        foreign = PriceListFactory.create(code="theirs", channel=default.slug)
        PriceListFactory.create(code="ours", channel=outlet.slug)
        PriceListFactory.create(code="shared")
        listed = of_outlet.get("/api/v1/price-lists").json()["items"]
        codes = {each["code"] for each in listed}
        assert {"ours", "shared"} <= codes
        assert "theirs" not in codes
        for tail in ("", "/prices"):
            for key in (foreign.pk, foreign.code):
                assert of_outlet.get(f"/api/v1/price-lists/{key}{tail}").status_code == 404
            assert of_outlet.get(f"/api/v1/price-lists/shared{tail}").status_code == 200

    def test_a_product_that_the_channel_does_not_list_has_no_parts_either(
        self, outlet: Channel, default: Channel
    ) -> None:
        """Addresses without `?channel=` judge by one's own channel, not by the shop's first."""
        product = ProductFactory.create(status="published")
        viewer = Caller(limited(outlet, viewer=True))
        address = f"/api/v1/products/{product.pk}/external-ids"
        assert viewer.get(address).status_code == 200
        items: Any = [{"channel": outlet.slug, "is_listed": False}]
        write_listings(product.pk, items=items, expected_version=None, actor=SYSTEM)
        assert viewer.get(address).status_code == 404
        items = [{"channel": default.slug, "is_listed": False}]
        write_listings(product.pk, items=items, expected_version=None, actor=SYSTEM)
        assert viewer.get(address).status_code == 200

    def test_the_caller_is_told(self, of_outlet: Any, outlet: Channel, admin: Caller) -> None:
        assert of_outlet.get("/api/v1/auth/me").json()["channels"] == [str(outlet.pk)]
        assert admin.get("/api/v1/auth/me").json()["channels"] is None


class TestListings:
    def test_one_s_own_channel_changes_and_no_other(
        self, of_outlet: Any, default: Channel, outlet: Channel
    ) -> None:
        product = Product.objects.get()
        items: Any = [{"channel": default.slug, "is_listed": False}]
        write_listings(product.pk, items=items, expected_version=None, actor=SYSTEM)
        address = f"/api/v1/products/{product.pk}/channels"
        hidden = {"channel": outlet.slug, "is_listed": False}
        answer = of_outlet.put(address, {"channels": [hidden]}, format="json")
        assert answer.status_code == 200, answer.content
        assert [each["is_listed"] for each in answer.json()["channels"]] == [False]
        assert of_outlet.put(address, {"channels": []}, format="json").status_code == 200
        left = Listing.objects.get(product=product)
        assert (left.channel, left.is_listed) == (default, False)

    def test_to_name_another_one_changes_nothing(self, of_outlet: Any, default: Channel) -> None:
        product = Product.objects.get()
        body = {"channels": [{"channel": default.slug, "is_listed": False}]}
        answer = of_outlet.put(f"/api/v1/products/{product.pk}/channels", body, format="json")
        assert code_of(answer) == FORBIDDEN
        assert not Listing.objects.exists()


class TestPriceLists:
    def test_those_of_one_s_own_channel_are_made_changed_and_deleted(
        self, of_outlet: Any, outlet: Channel
    ) -> None:
        body = {"code": "sale", "name": "Sale", "currency": "EUR", "channel": outlet.slug}
        assert of_outlet.post("/api/v1/price-lists", body, format="json").status_code == 201
        changed = of_outlet.patch("/api/v1/price-lists/sale", {"name": "Sold"}, format="json")
        assert changed.json()["name"] == "Sold"
        prices = "/api/v1/price-lists/sale/prices"
        variant = str(Variant.objects.get().pk)
        made = of_outlet.post(
            prices, {"variant": variant, "currency": "EUR", "amount": "3"}, format="json"
        )
        assert made.status_code == 201, made.content
        one = f"{prices}/{made.json()['id']}"
        assert of_outlet.patch(one, {"amount": "2"}, format="json").json()["amount"] == "2.00"
        assert of_outlet.delete(one).status_code == 204
        assert of_outlet.delete("/api/v1/price-lists/sale").status_code == 204

    def test_those_of_all_channels_and_base_prices_are_for_others(
        self, of_outlet: Any, outlet: Channel, default: Channel
    ) -> None:
        PriceListFactory.create(code="shared", currency="USD")
        PriceListFactory.create(code="ours", channel=outlet.slug)
        variant = Variant.objects.get()
        base = variant.prices.filter(price_list=None).get()
        new = {"code": "new", "name": "New", "currency": "EUR"}
        amount = {"variant": str(variant.pk), "currency": "USD", "amount": "3", "min_quantity": 7}
        lists = "/api/v1/price-lists"
        before = dump()
        for method, address, body in [
            ("post", lists, new),
            ("post", lists, {**new, "channel": default.slug}),
            ("patch", f"{lists}/shared", {"name": "Ours now"}),
            ("patch", f"{lists}/shared", {"channel": outlet.slug}),
            ("delete", f"{lists}/shared", {}),
            ("patch", f"{lists}/ours", {"channel": None}),
            ("put", f"{lists}/ours", {"code": "ours", "name": "x", "currency": "USD"}),
            ("post", f"{lists}/base/prices", amount),
            ("post", f"{lists}/shared/prices", amount),
            ("patch", f"{lists}/base/prices/{base.pk}", {"amount": "1"}),
            ("delete", f"{lists}/base/prices/{base.pk}", {}),
        ]:
            answer = getattr(of_outlet, method)(address, body, format="json")
            assert code_of(answer) == FORBIDDEN, (method, address, body, answer.content)
        after = dump()
        assert {name for name in before if before[name] != after[name]} <= TRACES


class TestValues:
    @pytest.fixture
    def lamp(self, outlet: Channel, default: Channel) -> Product:
        claim = AttributeFactory.create(code="claim", type="text", is_per_channel=True)
        watt = AttributeFactory.create(code="watt", type="integer")
        kind = ProductTypeFactory.create(attributes=[claim, watt])
        values = {"claim": {default.slug: "Bright", outlet.slug: "Cheap"}, "watt": 7}
        product: Product = ProductFactory.create(product_type=kind, attributes=values)
        return product

    def test_one_s_own_are_seen_and_changed_alone(
        self, lamp: Product, of_outlet: Any, default: Channel, outlet: Channel
    ) -> None:
        address = f"/api/v1/products/{lamp.pk}/attributes"
        own = {"claim": {outlet.slug: "Cheap"}, "watt": 7}
        seen = of_outlet.get(address)
        assert seen.json()["attributes"] == own
        change = {"attributes": {"claim": {outlet.slug: "Cheaper"}}}
        answer = of_outlet.patch(
            address, change, format="json", headers={"if-match": seen.headers["ETag"]}
        )
        assert answer.json()["attributes"]["claim"] == {outlet.slug: "Cheaper"}
        lamp.refresh_from_db()
        assert lamp.attributes["claim"] == {default.slug: "Bright", outlet.slug: "Cheaper"}
        gone = {"attributes": {"claim": {outlet.slug: None}}}
        assert of_outlet.patch(address, gone, format="json").json()["attributes"] == {"watt": 7}
        lamp.refresh_from_db()
        assert lamp.attributes == {"claim": {default.slug: "Bright"}, "watt": 7}

    @pytest.mark.parametrize(
        "change",
        [
            {"watt": 8},
            {"watt": None},
            {"claim": None},
            {"claim": {"default": "Ours"}},
            {"claim": {"default": None}},
            {"claim": {"outlet": "Cheaper", "default": "Ours"}},
            {"claim": "Ours"},
            {"nothing": {"outlet": 1}},
        ],
    )
    def test_what_others_have_stays(self, change: Any, lamp: Product, of_outlet: Any) -> None:
        address = f"/api/v1/products/{lamp.pk}/attributes"
        answer = of_outlet.patch(address, {"attributes": change}, format="json")
        assert code_of(answer) == FORBIDDEN
        before = lamp.attributes
        lamp.refresh_from_db()
        assert (lamp.attributes, lamp.version) == (before, 1)

    def test_a_channel_that_is_none_is_told(self, lamp: Product, of_outlet: Any) -> None:
        address = f"/api/v1/products/{lamp.pk}/attributes"
        for value in ("x", None):
            body = {"attributes": {"claim": {"nowhere": value}}}
            answer = of_outlet.patch(address, body, format="json")
            assert answer.status_code == 400
            assert [each["pointer"] for each in answer.json()["errors"]] == [
                "/attributes/claim/nowhere"
            ]

    def test_whoever_is_not_limited_changes_all_of_them(
        self, lamp: Product, editor: Caller, default: Channel, outlet: Channel
    ) -> None:
        address = f"/api/v1/products/{lamp.pk}/attributes"
        body = {"attributes": {"watt": None, "claim": {default.slug: "Dim"}}}
        answer = editor.patch(address, body, format="json")
        assert answer.json()["attributes"] == {"claim": {default.slug: "Dim", outlet.slug: "Cheap"}}
        assert Product.objects.get(pk=lamp.pk).version == 2
        assert editor.patch(address, body, format="json").status_code == 200
        assert Product.objects.get(pk=lamp.pk).version == 2

    def test_a_variant_has_its_own(
        self, of_outlet: Any, default: Channel, outlet: Channel, editor: Caller
    ) -> None:
        tag = AttributeFactory.create(code="tag", type="text", is_per_channel=True)
        kind = ProductTypeFactory.create(variant_attributes=[tag])
        product = ProductFactory.create(
            product_type=kind, variants=[{"attributes": {"tag": {default.slug: "a"}}}]
        )
        address = f"/api/v1/products/{product.pk}/variants/{product.variants.get().pk}/attributes"
        body = {"attributes": {"tag": {outlet.slug: "b"}}}
        answer = of_outlet.patch(address, body, format="json")
        assert answer.json()["attributes"] == body["attributes"], answer.content
        assert editor.get(address).json()["attributes"] == {
            "tag": {default.slug: "a", outlet.slug: "b"}
        }


class TestServices:
    """The lock behind the door: what no route of the API leads to is closed all the same."""

    def test_a_unit_of_work_that_nobody_judged_is_refused(self, outlet: Channel) -> None:
        actor = Actor(user_id=None, label="x", source="api", channels=frozenset({outlet.pk}))
        before = dump()
        with pytest.raises(ChannelForbidden):
            create_brand(values={"name": "Lumen"}, actor=actor)
        assert dump() == before


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

    def test_a_limit_to_a_channel_that_is_not_there_stays_one(
        self, outlet: Channel, default: Channel
    ) -> None:
        """As an older release may have left it."""
        caller = Caller(limited(outlet))
        User.objects.filter(pk=caller.user.pk).update(channels=[NOBODY])
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

    def test_one_s_account_and_keys_are_open(self, browser: Client) -> None:
        assert browser.get("/admin/").headers["Location"] == "/admin/account/"
        for path in ("account/", "accounts/apikey/", "accounts/apikey/add/"):
            assert browser.get(f"/admin/{path}").status_code == 200, path

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

    def test_a_limit_whose_channel_is_gone_is_kept_by_saving(self, manager: Caller) -> None:
        client, bob = Client(), UserFactory.create(viewer=True)
        User.objects.filter(pk=bob.pk).update(channels=[NOBODY])
        client.force_login(manager.user)
        page = f"/admin/accounts/user/{bob.pk}/change/"
        assert f"{NOBODY} (deleted)" in client.get(page).content.decode()
        body = {
            "username": bob.username,
            "is_active": "on",
            "groups": [bob.groups.get().pk],
            "channels": [str(NOBODY)],
        }
        assert client.post(page, body).status_code == 302
        bob.refresh_from_db()
        assert [str(key) for key in bob.channels] == [str(NOBODY)]

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


def reads_by_channel() -> list[str]:
    """Every address that takes `?channel=`: a new one is tried without a line here."""
    return [
        each.path
        for each in operations().values()
        if each.method == "get"
        and any(p.get("name") == "channel" for p in each.facts.get("parameters", ()))
    ]
