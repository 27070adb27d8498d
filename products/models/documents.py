"""The read model: what a shopper sees, as prebuilt JSON beside the columns that find it."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce

from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.models.products import Product
from products.models.shapes import SLUG_LENGTH


class Document(models.Model):
    """Derived: `documents.build` writes it, in the transaction of the truth, and nobody else."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="document"
    )
    slug = models.CharField(max_length=SLUG_LENGTH)
    sort_name = models.TextField()  # lower case, so that "apple" stands before "Zebra"
    status = models.CharField(max_length=12)
    visible_from = models.DateTimeField()  # year 1 when open: a datetime holds no infinity
    visible_until = models.DateTimeField()  # year 9999 when open
    brand_id = models.UUIDField(null=True)
    category_ids = ArrayField(models.UUIDField())  # with all ancestors: a subtree is one id
    tags = ArrayField(models.TextField())
    skus = ArrayField(models.TextField())
    gtins = ArrayField(models.TextField())
    # Lowest and highest price of any variant in the shop's currency.
    price_min = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True)
    price_max = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    etag = models.TextField()  # "<version>-<digest of the body>", without quotes
    body = models.TextField()  # the JSON, byte for byte as it is served

    class Meta:
        indexes = [
            # Whole indexes, not partial ones: a generic plan cannot prove a partial index's
            # condition once it comes as a parameter.
            models.Index(fields=["slug"], name="document_slug"),
            models.Index(fields=["status", "created_at", "product"], name="document_by_created"),
            models.Index(fields=["status", "updated_at", "product"], name="document_by_updated"),
            models.Index(fields=["status", "sort_name", "product"], name="document_by_name"),
            # A product without a price is last, whichever way prices are sorted.
            models.Index(
                "status",
                Coalesce("price_min", Value(Decimal("99999999999999.9999"))),
                "product",
                name="document_by_price_up",
            ),
            models.Index(
                "status",
                Coalesce("price_min", Value(Decimal(-1))),
                "product",
                name="document_by_price_down",
            ),
            # Staff also list all statuses at once.
            models.Index(fields=["created_at", "product"], name="document_created"),
            models.Index(fields=["updated_at", "product"], name="document_updated"),
            models.Index(fields=["brand_id"], name="document_brand"),
            GinIndex(fields=["category_ids"], name="document_categories"),
            GinIndex(fields=["tags"], name="document_tags"),
            GinIndex(fields=["skus"], name="document_skus"),
            GinIndex(fields=["gtins"], name="document_gtins"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"
