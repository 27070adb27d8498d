"""Whoever is limited to channels changes what belongs to them.

What all channels share is for others: a change of it would be one in every channel.
"""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.errors import ChannelForbidden
from products.models import Listing, Product, Variant
from products.models.channels import Channel
from products.services.brands import create_brand
from products.services.listings import write_listings
from tests.acceptance.channel_limits.callers import FORBIDDEN, TRACES, code_of
from tests.acceptance.world import dump
from tests.accounts.factories import SYSTEM
from tests.products.factories import (
    PriceListFactory,
)

pytestmark = pytest.mark.django_db


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
        product, told = Product.objects.get(), set()
        for slug in (default.slug, "nowhere"):
            body = {"channels": [{"channel": slug, "is_listed": False}]}
            answer = of_outlet.put(f"/api/v1/products/{product.pk}/channels", body, format="json")
            assert code_of(answer) == FORBIDDEN
            told.add(answer.json()["detail"])
        assert len(told) == 1
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
            ("post", lists, {**new, "channel": "nowhere"}),
            ("patch", f"{lists}/shared", {"name": "Ours now"}),
            ("patch", f"{lists}/shared", {"channel": outlet.slug}),
            ("delete", f"{lists}/shared", {}),
            ("patch", f"{lists}/ours", {"channel": None}),
            ("patch", f"{lists}/ours", {"channel": "nowhere"}),
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


class TestServices:
    """The lock behind the door: what no route of the API leads to is closed all the same."""

    def test_a_unit_of_work_that_nobody_judged_is_refused(self, outlet: Channel) -> None:
        actor = Actor(user_id=None, label="x", source="api", channels=frozenset({outlet.pk}))
        before = dump()
        with pytest.raises(ChannelForbidden):
            create_brand(values={"name": "Lumen"}, actor=actor)
        assert dump() == before
