"""What the shop itself pays: for managers only.

Costs stand apart from prices, variants and their snapshots, so that no list, filter, document,
history or export of those can show them.
"""

from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS, TOO_MUCH
from products.models.shapes import version_min
from products.models.variants import Variant


class Cost(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="costs")
    currency = models.CharField(max_length=3)  # ISO 4217
    amount = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "currency"], name="cost_currency_unique"),
            # NaN sorts above every number.
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lt=TOO_MUCH), name="cost_amount_range"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="cost_currency_code"
            ),
            version_min("cost"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
