"""What is put into the basket."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import Regex

from catalog_project.models import TimestampedModel, uuid7
from products.models.products import Product
from products.models.shapes import EMPTY_OBJECT, json_object

MAX_VARIANTS = 250


class Variant(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=100, null=True, blank=True)
    # 14 digits with a right check digit; shorter GTINs are padded with zeros on the left
    # (GS1 General Specifications, section 3.3.2).
    gtin = models.CharField("GTIN", max_length=14, null=True, blank=True)
    options = models.JSONField(default=dict, blank=True)  # {"Color": "Red", "Size": "M"}
    # Code -> value: what the product's type says of each variant.
    attributes = models.JSONField(default=dict, blank=True, db_default=EMPTY_OBJECT)
    metadata = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(default=False, editable=False)  # follows its product

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["gtin"], name="variant_gtin"),
            models.Index(fields=["product", "position", "id"], name="variant_listing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sku"], condition=Q(is_archived=False), name="variant_sku_unique"
            ),
            models.UniqueConstraint(fields=["product", "options"], name="variant_options_unique"),
            json_object("variant", "options"),
            json_object("variant", "metadata"),
            json_object("variant", "attributes"),
            models.CheckConstraint(
                condition=Q(sku__isnull=True) | Q(Regex(F("sku"), Value("[^[:space:]]"))),
                name="variant_sku_not_blank",
            ),
            models.CheckConstraint(
                condition=Q(gtin__isnull=True) | Q(gtin__regex=r"^[0-9]{14}$"),
                name="variant_gtin_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.sku or " / ".join(map(str, self.options.values())) or str(self.pk)
