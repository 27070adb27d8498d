"""Of a value per channel, each has their own."""

from typing import Any

import pytest

from products.models import Product
from products.models.channels import Channel
from tests.acceptance.channel_limits.callers import FORBIDDEN, code_of
from tests.accounts.fixtures import Caller
from tests.products.factories import (
    AttributeFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db


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

    def test_a_channel_that_is_none_is_told_to_who_may_see_them_all(
        self, lamp: Product, editor: Caller, of_outlet: Any
    ) -> None:
        address = f"/api/v1/products/{lamp.pk}/attributes"
        for value in ("x", None):
            body = {"attributes": {"claim": {"nowhere": value}}}
            assert code_of(of_outlet.patch(address, body, format="json")) == FORBIDDEN
            answer = editor.patch(address, body, format="json")
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
