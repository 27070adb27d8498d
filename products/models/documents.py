"""The read model: what a shopper sees, as prebuilt JSON beside the columns that find it."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce

from products.models.channels import ChannelLocale
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.models.products import Product
from products.models.shapes import EMPTY_OBJECT, NO_IDS, SLUG_LENGTH


class DocumentPrint(models.Model):
    """How the documents were printed the last time that all of them were: at most one row."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    digest = models.CharField(max_length=64)  # see documents.build
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="document_print_only_one"),
        ]

    def __str__(self) -> str:
        return self.digest


class Document(models.Model):
    """Derived: `documents.build` writes it, in the transaction of the truth, and nobody else."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="documents")
    # The pair of channel and locale that it is printed for.
    view = models.ForeignKey(ChannelLocale, on_delete=models.CASCADE, related_name="+")
    # A document holds for a while: prices begin and end without a write. The first document of
    # a product begins in the year 1, the last one ends in the year 9999.
    holds_from = models.DateTimeField()
    holds_until = models.DateTimeField()
    slug = models.CharField(max_length=SLUG_LENGTH)
    sort_name = models.TextField()  # lower case, so that "apple" stands before "Zebra"
    status = models.CharField(max_length=12)
    # When shoppers see it: where publication windows and the time above meet.
    visible_from = models.DateTimeField()
    visible_until = models.DateTimeField()
    brand_id = models.UUIDField(null=True)
    product_type_id = models.UUIDField(null=True)
    category_ids = ArrayField(models.UUIDField())  # with all ancestors: a subtree is one id
    # Every collection that has the product, whether shoppers see that collection now or not.
    collection_ids = ArrayField(models.UUIDField(), default=list, db_default=NO_IDS)
    tags = ArrayField(models.TextField())
    # Lowest and highest price of any variant in the shop's currency.
    price_min = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True)
    price_max = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True)
    availability = models.CharField(max_length=12, default="in_stock", db_default="in_stock")
    # For editors: how much of what the view needs is there, in percent, and what is not.
    completeness = models.PositiveSmallIntegerField(default=0, db_default=0)
    missing = ArrayField(models.TextField(), default=list, db_default=models.Value("{}"))
    # What filters read of attributes (documents.facts): {"wood", "wood=oak"}, {"height": [0.45]}.
    facts = ArrayField(models.TextField(), default=list, db_default=models.Value("{}"))
    numbers = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    number_keys = ArrayField(models.TextField(), default=list, db_default=models.Value("{}"))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    etag = models.TextField()  # "<version>-<digest of the body>", without quotes
    body = models.TextField()  # the JSON, byte for byte as it is served

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "view", "holds_from"], name="document_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(completeness__lte=100), name="document_completeness_percent"
            ),
        ]
        indexes = [
            # Whole indexes, not partial ones: a generic plan cannot prove a partial index's
            # condition once it comes as a parameter.
            models.Index(fields=["view", "slug"], name="document_slug"),
            models.Index(
                fields=["view", "status", "created_at", "product"], name="document_by_created"
            ),
            models.Index(
                fields=["view", "status", "updated_at", "product"], name="document_by_updated"
            ),
            models.Index(
                fields=["view", "status", "sort_name", "product"], name="document_by_name"
            ),
            # A product without a price is last, whichever way prices are sorted.
            models.Index(
                "view",
                "status",
                Coalesce("price_min", Value(Decimal("99999999999999.9999"))),
                "product",
                name="document_by_price_up",
            ),
            models.Index(
                "view",
                "status",
                Coalesce("price_min", Value(Decimal(-1))),
                "product",
                name="document_by_price_down",
            ),
            # Staff also list all statuses at once.
            models.Index(fields=["view", "created_at", "product"], name="document_created"),
            models.Index(fields=["view", "updated_at", "product"], name="document_updated"),
            models.Index(fields=["view", "sort_name", "product"], name="document_name"),
            models.Index(
                "view",
                Coalesce("price_min", Value(Decimal("99999999999999.9999"))),
                "product",
                name="document_price_up",
            ),
            models.Index(
                "view",
                Coalesce("price_min", Value(Decimal(-1))),
                "product",
                name="document_price_down",
            ),
            # What is out of stock is rare: found without reading all that is not.
            models.Index(fields=["view", "availability", "product"], name="document_availability"),
            models.Index(fields=["brand_id"], name="document_brand"),
            models.Index(fields=["product_type_id"], name="document_product_type"),
            GinIndex(fields=["facts"], name="document_facts"),
            GinIndex(fields=["number_keys"], name="document_number_keys"),
            GinIndex(fields=["missing"], name="document_missing"),
            models.Index(fields=["view", "completeness"], name="document_completeness"),
            models.Index(fields=["view", "price_max"], name="document_price_max"),
            GinIndex(fields=["category_ids"], name="document_categories"),
            GinIndex(fields=["collection_ids"], name="document_collections"),
            GinIndex(fields=["tags"], name="document_tags"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"
