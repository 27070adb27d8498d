"""Prices for some: a channel, a group of customers, a season."""

from django.db import models
from django.db.models import Q, Value

from catalog_project.models import TimestampedModel, uuid7
from products.models.channels import Channel
from products.models.periods import period_field, period_form
from products.models.shapes import CODE_LENGTH, code_field, code_form, not_blank, version_min

MAX_PRIORITY = 1_000_000
BASE = "base"  # the code by which the prices in no list are asked for


class PriceList(TimestampedModel):
    """Its prices come before the base prices, and before those of lists of lower priority.

    The base prices are in no list.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = code_field()
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)  # ISO 4217; of all its prices, for ever
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="price_lists"
    )  # none: in every channel
    # The code that the shop gives the group; "": for everybody.
    customer_group = models.CharField(
        max_length=CODE_LENGTH, blank=True, default="", db_default=Value("")
    )
    priority = models.IntegerField(default=0)
    valid = period_field()
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["-priority", "code"]
        constraints = [
            # What the currency of its prices is bound to.
            models.UniqueConstraint(fields=["id", "currency"], name="price_list_currency_unique"),
            code_form("price_list"),
            not_blank("price_list", "name"),
            version_min("price_list"),
            period_form("price_list"),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="price_list_currency_code"
            ),
            models.CheckConstraint(
                condition=Q(customer_group__regex="^([A-Za-z0-9][A-Za-z0-9_-]{0,99})?$"),
                name="price_list_customer_group_form",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=-MAX_PRIORITY, priority__lte=MAX_PRIORITY),
                name="price_list_priority_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name
