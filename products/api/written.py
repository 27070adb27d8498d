"""Things as callers write them: what a PUT would send to leave everything as it is.

A JSON Patch is applied to this. Only the members that it names are read. A merge patch says of
objects what changes.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from catalog_project.api.serializers import ServedInstant, ServedMoney, ServedSerializer
from products.api.answers import OptionsField
from products.api.variant_answers import Dimensions, Weight
from products.models import ExternalId, Media, Product, Relation, Variant
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.values import ProductValues
from products.services.written_values import values_within


def as_changes(values: Any) -> Any:
    """What a PATCH says of objects: only members that it names, and null takes one away."""
    if "attributes" in values:
        values["attribute_changes"] = values.pop("attributes")
    if "metadata" in values:
        values["metadata_changes"] = values.pop("metadata")
    return as_translation_changes(values)


def as_translation_changes(values: Any) -> Any:
    """What a PATCH says of translations: only those it names, and null takes one away."""
    if "translations" in values:
        values["translation_changes"] = values.pop("translations")
    return values


def only_written(served: Any, field: Any) -> Any:
    """What is served of a value, without the members that callers do not write."""
    if isinstance(field, serializers.ListSerializer):
        return [only_written(each, field.child) for each in served]
    if isinstance(field, serializers.Serializer) and isinstance(served, Mapping):
        return {
            name: only_written(served[name], each)
            for name, each in field.fields.items()
            if name in served and not each.read_only
        }
    return served


class WrittenPrice(serializers.Serializer[Any]):
    currency = serializers.CharField()
    amount = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    compare_at = ServedMoney(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    price_list = serializers.CharField(source="price_list.code", default=None)
    min_quantity = serializers.IntegerField()
    valid_from = ServedInstant()
    valid_until = ServedInstant()


class WrittenVariant(ServedSerializer[Variant]):
    """With `position`; in the list of a product, its place there says it."""

    options = OptionsField(child=serializers.CharField())
    attributes = serializers.DictField()
    tax_class = serializers.CharField(source="tax_class.code", default=None)
    prices = WrittenPrice(many=True)
    weight = Weight(source="given_weight")
    dimensions = Dimensions(source="given_dimensions")
    metadata = serializers.DictField()
    external_ids = serializers.SerializerMethodField()
    media = serializers.SerializerMethodField()

    class Meta:
        model = Variant
        fields = [
            "id", "sku", "gtin", "mpn", "status", "options", "attributes", "tax_class", "prices",
            "track_inventory", "backorder_policy", "backorder_limit", "weight", "dimensions",
            "metadata", "position", "external_ids", "media",
        ]  # fmt: skip

    def get_external_ids(self, row: Variant) -> list[dict[str, str]]:
        return [{"system": each.system, "id": each.value} for each in row.external_ids.all()]

    def get_media(self, row: Variant) -> list[str]:
        return [str(each.media_id) for each in row.shown_by.all()]


class WrittenMedia(ServedSerializer[Media]):
    """`url` of what is no file of ours: that one is named by its id."""

    url = serializers.CharField(source="source_url")
    focal_point = serializers.DictField()
    translations = serializers.DictField()

    class Meta:
        model = Media
        fields = ["id", "url", "kind", "alt", "position", "focal_point", "translations"]

    def to_representation(self, instance: Media) -> Any:
        served = super().to_representation(instance)
        if instance.file:
            del served["url"]
        return served


def written_variants(product: Product) -> "QuerySet[Variant]":
    return (
        Variant.objects.filter(product=product)
        .select_related("product", "tax_class")
        .prefetch_related("prices__price_list", "external_ids", "shown_by")
        .order_by("position", "id")
    )


def of_product(
    product: Product, names: Collection[str], *, limit: frozenset[UUID] | None
) -> dict[str, Any]:
    """These members of a product, for a caller who is limited to these channels."""
    found = {name: _READERS[name](product) for name in names}
    for row in (found, *found.get("variants", ())):
        if "attributes" in row:
            row["attributes"] = values_within(row["attributes"], limit)
    return found


def of_variant(variant: Variant, *, limit: frozenset[UUID] | None) -> dict[str, Any]:
    served: dict[str, Any] = WrittenVariant(variant).data
    return {**served, "attributes": values_within(variant.attributes, limit)}


def unnamed_variants(product_id: UUID, values: ProductValues) -> set[UUID]:
    """Those of the product that its new list does not name."""
    named = [item["id"] for item in values["variants"] if "id" in item]
    rows = Variant.objects.filter(product=product_id).exclude(pk__in=named)
    return set(rows.values_list("pk", flat=True))


def _variants(product: Product) -> list[dict[str, Any]]:
    rows = WrittenVariant(written_variants(product), many=True).data
    return [{name: row[name] for name in row if name != "position"} for row in rows]


def _media(product: Product) -> list[dict[str, Any]]:
    rows = WrittenMedia(Media.objects.filter(product=product).order_by("position", "id"), many=True)
    return [{name: row[name] for name in row if name != "position"} for row in rows.data]


def _relations(product: Product) -> list[dict[str, Any]]:
    rows = Relation.objects.filter(product=product).order_by("position", "id")
    names = ("kind", "product", "variant", "quantity")
    found = rows.values_list("kind__code", "target", "variant", "quantity")
    return [dict(zip(names, row, strict=True)) for row in found]


def _external_ids(product: Product) -> list[dict[str, str]]:
    rows = ExternalId.objects.filter(product=product, variant=None).order_by("system", "value")
    return [{"system": row.system, "id": row.value} for row in rows]


def _plain(name: str) -> Callable[[Product], Any]:
    return lambda product: getattr(product, name)


def _instant(name: str) -> Callable[[Product], Any]:
    def read(product: Product) -> str | None:
        value = getattr(product, name)
        return None if value is None else ServedInstant().to_representation(value)

    return read


_READERS: Mapping[str, Callable[[Product], Any]] = {
    **{
        name: _plain(name)
        for name in (
            "name",
            "slug",
            "description",
            "tags",
            "option_names",
            "attributes",
            "metadata",
            "translations",
        )
    },
    "publish_at": _instant("publish_at"),
    "unpublish_at": _instant("unpublish_at"),
    "brand": _plain("brand_id"),
    "product_type": _plain("product_type_id"),
    "tax_class": lambda product: product.tax_class and product.tax_class.code,
    "seo": lambda product: {
        "title": product.seo_title,
        "description": product.seo_description,
    },
    "categories": lambda product: list(
        product.memberships.order_by("position").values_list("category", flat=True)
    ),
    "external_ids": _external_ids,
    "relations": _relations,
    "media": _media,
    "variants": _variants,
}
