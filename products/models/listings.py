"""Where a product is shown, as far as that differs from channel to channel."""

from django.db import models
from django.db.models import F, Q

from products.models.channels import Channel
from products.models.products import Product


class Listing(models.Model):
    """A product in a channel. Without a row it is listed there, in the product's own window.

    Shoppers of the channel see it where both windows are open.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="listings")
    is_listed = models.BooleanField(default=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    unpublish_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["channel"]
        constraints = [
            models.UniqueConstraint(fields=["product", "channel"], name="listing_unique"),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(unpublish_at__gt=F("publish_at")),
                name="listing_window_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.channel_id}"
