"""What it costs: at most one price per variant and currency."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.variants import Variant

MAX_DIGITS, DECIMAL_PLACES = 18, 4
TOO_MUCH = Decimal(10) ** (MAX_DIGITS - DECIMAL_PLACES)


class Price(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)  # ISO 4217
    amount = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    compare_at = models.DecimalField(
        max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, blank=True
    )

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "currency"], name="price_currency_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            # A numeric column takes NaN, which PostgreSQL sorts above every number.
            models.CheckConstraint(
                condition=Q(amount__lt=TOO_MUCH)
                & (Q(compare_at__isnull=True) | Q(compare_at__lt=TOO_MUCH)),
                name="price_is_a_number",
            ),
            models.CheckConstraint(
                condition=Q(compare_at__isnull=True) | Q(compare_at__gte=F("amount")),
                name="price_compare_at_not_below_amount",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="price_currency_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
