"""POST /products/bulk: many products made, changed, moved or deleted at once."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.actors import actor_of
from accounts.permissions import CanEditCatalog
from accounts.roles import Role, has_role
from catalog_project.api.serializers import Choice, Id, StrictSerializer, Text
from catalog_project.errors import DomainError
from products.api.bulk import MOST_ITEMS, BulkViewSet, IfMatchText, Outcome, expected_version, said
from products.api.link_shapes import ExternalIdInput
from products.api.shapes import ProductCreate, SlugText
from products.api.written import as_changes
from products.documents.listing import read_tags
from products.models import Product
from products.services.product_bulk import BulkItem, Operation, write_in_bulk
from products.services.product_keys import ProductKey

OPERATIONS = ("create", "update", "upsert", "publish", "unpublish", "archive", "delete")
KEYS = ("id", "external_id", "sku", "slug")
WITH_PRODUCT = {"create", "update", "upsert"}


class BulkProduct(ProductCreate):
    """A whole product (create), or only what changes, as PATCH takes it."""

    name = Text(max_length=500, required=False)


class ProductBulkItem(StrictSerializer):
    """One write. All operations but create name the product, in exactly one way."""

    operation = Choice(choices=OPERATIONS)
    id = Id(required=False)
    external_id = ExternalIdInput(required=False)
    sku = Text(max_length=100, required=False, help_text="Of one of its variants.")
    slug = SlugText(required=False)
    if_match = IfMatchText()
    product = BulkProduct(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        operation = attrs["operation"]
        named = [name for name in KEYS if name in attrs]
        wrong: dict[str, str] = {}
        if operation == "create":
            wrong |= dict.fromkeys(named, "A create names no product: the service makes the id.")
            if "if_match" in attrs:
                wrong["if_match"] = "What is not there yet has no version: leave it out."
        elif len(named) != 1:
            raise serializers.ValidationError(f"Name the product by one of: {', '.join(KEYS)}.")
        if operation in WITH_PRODUCT:
            wrong |= _flaws_of_product(operation, attrs)
        elif "product" in attrs:
            wrong["product"] = f"To {operation} takes no values: leave it out."
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class ProductBulk(StrictSerializer):
    """Items, each about another product."""

    items = ProductBulkItem(many=True, min_length=1, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many


def _flaws_of_product(operation: str, attrs: Mapping[str, Any]) -> dict[str, Any]:
    product = attrs.get("product")
    if product is None:
        return {"product": "This field is required."}
    if operation == "create" and "name" not in product:
        return {"product": {"name": ["This field is required."]}}
    if operation == "update" and "status" in product:
        say = "Use the operations publish, unpublish and archive to change the status."
        return {"product": {"status": [say]}}
    if operation == "upsert" and attrs.get("slug", "") not in ("", product.get("slug", "")):
        say = "An upsert by slug keeps the slug: rename with an update."
        return {"product": {"slug": [say]}} if "slug" in product else {}
    return {}


class ProductBulkViewSet(BulkViewSet):
    queryset = Product.objects.none()
    permission_classes = [CanEditCatalog]
    item_shape = ProductBulkItem

    def item(self, values: dict[str, Any]) -> BulkItem:
        operation: Operation = values["operation"]
        product = values.get("product", {})
        for name, value in product.pop("seo", {}).items():
            product[f"seo_{name}"] = value
        return BulkItem(
            operation=operation,
            values=product if operation == "create" else as_changes(product),
            key=next((_key(name, values[name]) for name in KEYS if name in values), None),
            expected_version=expected_version(values, is_asked=operation != "create"),
        )

    def write(
        self, items: dict[int, BulkItem], *, is_whole: bool
    ) -> Mapping[int, Outcome | DomainError]:
        outcomes = write_in_bulk(
            items,
            is_whole=is_whole,
            may_publish=has_role(self.request.user, Role.PUBLISHER),
            actor=actor_of(self.request),
        )
        return said(outcomes, read_tags([each.id for each in outcomes.values() if each.id]))


def _key(name: str, value: Any) -> ProductKey:
    if name == "external_id":
        return ProductKey(name, (value["system"], value["id"].strip()))
    return ProductKey(name, value)
