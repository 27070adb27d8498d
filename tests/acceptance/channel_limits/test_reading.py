"""Whoever is limited to channels sees those alone, and learns of no other."""

import re
from typing import Any

import pytest

from accounts.channel_limits import RULES, rule_of
from products.models import Product
from products.models.channels import Channel
from products.services.listings import write_listings
from tests.acceptance.channel_limits.callers import FORBIDDEN, code_of, limited
from tests.acceptance.world import Addresses
from tests.accounts.factories import SYSTEM
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.openapi import operations
from tests.products.factories import (
    PriceListFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db


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

    def test_who_is_limited_learns_of_no_other_channel(
        self, default: Channel, outlet: Channel, admin: Caller
    ) -> None:
        """Neither which there are, nor in which locales: a foreign one is as one that is not."""
        known = Addresses(admin)
        caller = Caller(limited(outlet))
        for path in reads_by_channel():
            address = known.of(path)
            for query in ({}, {"locale": "xx"}) if "prices" not in path else ({},):
                answers = [
                    caller.get(address, {"channel": slug, **query}).json()
                    for slug in (default.slug, "nowhere", "", "OUTLET")
                ]
                assert {answer["code"] for answer in answers} == {"channel-forbidden"}, path
                assert len({answer["detail"] for answer in answers}) == 1, path
            assert default.slug not in str(answers), path
            unlimited = admin.get(address, {"channel": "nowhere"})
            assert unlimited.json()["errors"][0]["pointer"] == "/channel", path

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


def reads_by_channel() -> list[str]:
    """Every address that takes `?channel=` and is open to limited callers: a new one is tried
    without a line here."""
    return [
        each.path
        for each in operations().values()
        if each.method == "get"
        and "GET" in RULES.get(rule_of(re.sub(r"\{\w+\}", "{}", each.path.lstrip("/"))), ())
        and any(p.get("name") == "channel" for p in each.facts.get("parameters", ()))
    ]
