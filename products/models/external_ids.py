"""What other systems call a product or a variant: the ERP's number, the id in the old shop."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import Regex

from products.models.products import Product
from products.models.variants import Variant

# No colon: `system:id` is one word of a query string.
SYSTEM_FORM = r"^[a-z0-9][a-z0-9._-]{0,49}$"
VALUE_LENGTH = 200
MAX_EXTERNAL_IDS = 100  # of one product, and of one variant


class ExternalId(models.Model):
    """Without a variant it is the product's own. Systems number products and variants apart, so
    both may have the same id."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="external_ids")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.CASCADE, related_name="external_ids"
    )
    system = models.CharField(max_length=50)
    value = models.CharField("id", max_length=VALUE_LENGTH)
    is_archived = models.BooleanField(default=False, editable=False)  # follows its product

    class Meta:
        ordering = ["system", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"],
                condition=Q(is_archived=False, variant__isnull=True),
                name="external_id_of_product_unique",
            ),
            models.UniqueConstraint(
                fields=["system", "value"],
                condition=Q(is_archived=False, variant__isnull=False),
                name="external_id_of_variant_unique",
            ),
            models.CheckConstraint(
                condition=Q(system__regex=SYSTEM_FORM), name="external_id_system_form"
            ),
            models.CheckConstraint(
                condition=Regex(
                    F("value"), Value("^[^[:cntrl:]]*[^[:space:][:cntrl:]][^[:cntrl:]]*$")
                ),
                name="external_id_not_blank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
