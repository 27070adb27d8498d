"""What goes with what: accessories, replacements, the parts of a bundle. The kinds are data."""

from django.db import models
from django.db.models import F, Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.products import Product
from products.models.shapes import (
    not_blank,
    translations_field,
    translations_shape,
    version_min,
)
from products.models.variants import Variant

KIND_FORM = r"^[a-z0-9][a-z0-9_-]{0,49}$"
MAX_RELATIONS = 200
MAX_QUANTITY = 1_000_000


class RelationKind(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=50, unique=True)  # it stays: programs know it
    name = models.CharField(max_length=200)
    translations = translations_field()
    is_symmetric = models.BooleanField(default=False)  # told of one side, shown on both
    is_bundle = models.BooleanField(default=False)  # parts with quantities, and no circles
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=KIND_FORM), name="relation_kind_code_form"
            ),
            *translations_shape("relation_kind"),
            not_blank("relation_kind", "name"),
            version_min("relation_kind"),
            models.CheckConstraint(
                condition=~Q(is_symmetric=True, is_bundle=True),
                name="relation_kind_bundle_has_a_side",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Relation(models.Model):
    """A part of the product that it starts from: that one's version, that one's change."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="relations")
    kind = models.ForeignKey(RelationKind, on_delete=models.PROTECT, related_name="relations")
    target = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="relations_here")
    # One of the target's variants; without it, the target in general.
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.PROTECT, related_name="relations_here"
    )
    quantity = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "target", "variant"],
                nulls_distinct=False,
                name="relation_unique",
            ),
            models.CheckConstraint(
                condition=~Q(target=F("product")), name="relation_not_to_itself"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="relation_quantity_min"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind_id} {self.target_id}"
