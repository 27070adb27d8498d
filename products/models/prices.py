"""What it costs: the prices of a variant, in the base list of a currency or in a price list."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Value

from catalog_project.models import TimestampedModel, uuid7
from products.models.periods import ALWAYS, period_field, period_form
from products.models.price_lists import PriceList
from products.models.variants import Variant

MAX_DIGITS, DECIMAL_PLACES = 18, 4
TOO_MUCH = Decimal(10) ** (MAX_DIGITS - DECIMAL_PLACES)
MAX_QUANTITY = 1_000_000_000

Slot = tuple[UUID | None, str, int]  # price list, currency, minimum quantity


class Price(TimestampedModel):
    """One amount in one slot: variant, list, currency and minimum quantity.

    A slot has at most one lasting price, and any number of dated ones that do not overlap. The
    migration guards that (`price_periods_apart`), and that a price has the currency of its list
    (`price_of_its_list`): Django has no words for either.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    price_list = models.ForeignKey(
        PriceList, null=True, blank=True, on_delete=models.PROTECT, related_name="prices"
    )  # none: a base price
    currency = models.CharField(max_length=3)  # ISO 4217
    min_quantity = models.PositiveIntegerField(default=1, db_default=Value(1))
    valid = period_field()
    amount = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    compare_at = models.DecimalField(
        max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, blank=True
    )

    class Meta:
        ordering = ["currency", "price_list_id", "min_quantity", "valid", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "price_list", "currency", "min_quantity"],
                condition=Q(valid__lower_inf=True, valid__upper_inf=True),
                nulls_distinct=False,
                name="price_slot_unique",
            ),
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
            models.CheckConstraint(
                condition=Q(min_quantity__gte=1, min_quantity__lte=MAX_QUANTITY),
                name="price_min_quantity_range",
            ),
            period_form("price"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @property
    def slot(self) -> Slot:
        return self.price_list_id, self.currency, self.min_quantity

    @property
    def version(self) -> int:
        """A price is part of its product, whose version is its own."""
        return self.variant.product.version if self.variant_id else 1

    @property
    def is_lasting(self) -> bool:
        """Whether it holds always, where no dated price of its slot does."""
        return bool(self.valid == ALWAYS)

    @property
    def valid_from(self) -> datetime | None:
        return self.valid.lower  # type: ignore[no-any-return]  # a range of instants

    @property
    def valid_until(self) -> datetime | None:
        return self.valid.upper  # type: ignore[no-any-return]  # likewise
