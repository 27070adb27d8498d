"""How much there is, and where."""

from django.db import models
from django.db.models import F, Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import not_blank, version_min
from products.models.variants import Variant

CODE_FORM = r"^[a-z0-9]+([_-][a-z0-9]+)*$"
CODE_LENGTH = 64
MOST = 1_000_000_000  # of one variant at one location, so that sums never overflow


class Location(TimestampedModel):
    """A warehouse, a shop, a supplier. What lies where nobody sells from does not count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="location_code_form"),
            not_blank("location", "name"),
            version_min("location"),
        ]

    def __str__(self) -> str:
        return self.name


class StockLevel(TimestampedModel):
    """One variant at one location. Its versions count its own changes, not the product's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="stock")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stock")
    quantity = models.IntegerField(default=0)
    # As low as the variant's backorder policy lets the quantity go; null where there is no limit.
    lowest = models.IntegerField(null=True, default=0)
    version = models.PositiveIntegerField(default=0, editable=False)  # 0 until it is recorded

    class Meta:
        ordering = ["id"]
        verbose_name = "stock level"
        indexes = [models.Index(fields=["location", "id"], name="stock_at_location")]
        constraints = [
            models.UniqueConstraint(fields=["variant", "location"], name="stock_level_unique"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(quantity__gte=F("lowest")),
                name="stock_not_below_lowest",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=-MOST, quantity__lte=MOST), name="stock_not_absurd"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} at {self.location}"
