"""What every price was, and when: written beside the prices, never changed, never deleted.

A record says that from one instant until another the catalog held this row. It outlives the price,
the variant and the product. Of an open record only the end is still to be written.
"""

from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from products.models.prices import DECIMAL_PLACES, MAX_DIGITS

# A datetime of Python holds no infinity: the end of what still holds.
OPEN = datetime.fromisoformat("9999-12-31T00:00:00Z")


class PriceRecord(models.Model):
    id = models.BigAutoField(primary_key=True)
    price_id = models.UUIDField()
    product_id = models.UUIDField()
    variant_id = models.UUIDField()
    price_list_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    min_quantity = models.PositiveIntegerField()
    valid = DateTimeRangeField()
    amount = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    compare_at = models.DecimalField(
        max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True
    )
    recorded_from = models.DateTimeField()
    recorded_until = models.DateTimeField(default=OPEN)

    class Meta:
        indexes = [
            models.Index(fields=["variant_id", "recorded_until"], name="price_history"),
            models.Index(fields=["product_id", "recorded_until"], name="price_history_of_product"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["price_id"], condition=Q(recorded_until=OPEN), name="price_record_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PriceListRecord(models.Model):
    id = models.BigAutoField(primary_key=True)
    price_list_id = models.UUIDField()
    code = models.CharField(max_length=100)
    channel_id = models.UUIDField(null=True)
    customer_group = models.CharField(max_length=100)
    priority = models.IntegerField()
    valid = DateTimeRangeField()
    is_active = models.BooleanField()
    recorded_from = models.DateTimeField()
    recorded_until = models.DateTimeField(default=OPEN)

    class Meta:
        indexes = [
            models.Index(fields=["price_list_id", "recorded_until"], name="price_list_history")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["price_list_id"],
                condition=Q(recorded_until=OPEN),
                name="price_list_record_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.code
