"""What is put into the basket."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Collate, Lower
from django.db.models.lookups import Regex

from catalog_project.models import TimestampedModel, uuid7
from products.models.measured import (
    GRAMS,
    MILLIMETRES,
    exact_field,
    given_field,
    measured,
    unit_field,
)
from products.models.products import Product
from products.models.shapes import EMPTY_OBJECT, json_object
from products.models.tax_classes import TaxClass

MAX_VARIANTS = 5_000
MAX_BACKORDER = 1_000_000


class Variant(TimestampedModel):
    class Backorder(models.TextChoices):
        DENY = "deny"
        ALLOW = "allow"
        LIMIT = "limit"

    class Status(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        DISCONTINUED = "discontinued"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=100, null=True, blank=True)
    # 14 digits with a right check digit; shorter GTINs are padded with zeros on the left
    # (GS1 General Specifications, section 3.3.2).
    gtin = models.CharField("GTIN", max_length=14, null=True, blank=True)
    # The maker's own number of the part.
    mpn = models.CharField("MPN", max_length=100, null=True, blank=True)
    # Shoppers see variants that are active.
    status = models.CharField(
        max_length=12, choices=Status, default=Status.ACTIVE, db_default=Status.ACTIVE
    )
    options = models.JSONField(default=dict, blank=True)  # {"Color": "Red", "Size": "M"}
    # Code -> value: what the product's type says of each variant.
    attributes = models.JSONField(default=dict, blank=True, db_default=EMPTY_OBJECT)
    # None: that of its product.
    tax_class = models.ForeignKey(
        TaxClass, null=True, blank=True, on_delete=models.PROTECT, related_name="variants"
    )
    metadata = models.JSONField(default=dict, blank=True)
    weight = given_field()
    weight_unit = unit_field()
    weight_g = exact_field()
    length = given_field()
    width = given_field()
    height = given_field()
    size_unit = unit_field()
    length_mm = exact_field()
    width_mm = exact_field()
    height_mm = exact_field()
    # Whether stock says if it can be bought; if not, it always can.
    track_inventory = models.BooleanField(default=False, db_default=False)
    # What happens when nothing is left.
    backorder_policy = models.CharField(
        max_length=5, choices=Backorder, default=Backorder.DENY, db_default=Backorder.DENY
    )
    backorder_limit = models.PositiveIntegerField(default=0, db_default=0)
    position = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(default=False, editable=False)  # follows its product

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            # Of archived products, too: the unique one below knows only those that are not.
            models.Index(fields=["sku"], name="variant_sku"),
            models.Index(fields=["gtin"], name="variant_gtin"),
            models.Index(fields=["mpn"], name="variant_mpn"),
            models.Index(fields=["product", "position", "id"], name="variant_listing"),
            # As search asks for them: by their beginning, in letters of any case.
            *(
                models.Index(Collate(Lower(name), "C"), name=f"variant_{name}_begins")
                for name in ("sku", "gtin", "mpn")
            ),
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
            models.CheckConstraint(
                condition=Q(mpn__isnull=True) | Q(Regex(F("mpn"), Value("[^[:space:]]"))),
                name="variant_mpn_not_blank",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "active", "discontinued"]),
                name="variant_status_known",
            ),
            models.CheckConstraint(
                condition=Q(backorder_policy__in=["deny", "allow"], backorder_limit=0)
                | Q(backorder_policy="limit", backorder_limit__range=(1, MAX_BACKORDER)),
                name="variant_backorder_policy",
            ),
            measured("variant_weight_exact", "weight_unit", GRAMS, [("weight", "weight_g")]),
            measured(
                "variant_size_exact",
                "size_unit",
                MILLIMETRES,
                [("length", "length_mm"), ("width", "width_mm"), ("height", "height_mm")],
            ),
        ]

    def __str__(self) -> str:
        return self.sku or " / ".join(map(str, self.options.values())) or str(self.pk)

    @property
    def given_weight(self) -> dict[str, object] | None:
        return {"value": self.weight, "unit": self.weight_unit} if self.weight_unit else None

    @property
    def given_dimensions(self) -> dict[str, object] | None:
        if not self.size_unit:
            return None
        names = ("length", "width", "height")
        return {**{name: getattr(self, name) for name in names}, "unit": self.size_unit}
