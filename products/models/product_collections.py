"""Products that are shown together: chosen one by one and ordered by hand, or found by a rule."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog_project.models import TimestampedModel, uuid7
from products.models.products import Product
from products.models.shapes import (
    not_blank,
    slug_field,
    slug_shape,
    translations_field,
    translations_shape,
    version_min,
)

MAX_PRODUCTS = 10_000  # chosen by hand; a rule may find any number


class JsonPathField(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """A condition that PostgreSQL has parsed already (SQL/JSON path)."""

    def db_type(self, connection: object) -> str:
        return "jsonpath"


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible(self) -> Self:
        """What shoppers see now."""
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=Now()),
            Q(unpublish_at=None) | Q(unpublish_at__gt=Now()),
            status=Collection.Status.PUBLISHED,
        )


class Collection(TimestampedModel):
    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = slug_field(unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True)
    unpublish_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)  # in lists of collections
    seo_title = models.CharField(max_length=200, blank=True, default="")
    seo_description = models.CharField(max_length=500, blank=True, default="")
    translations = translations_field()
    # What products must be like; null where they are chosen by hand.
    rule = models.JSONField(null=True, blank=True)
    # Derived from the rule: the condition, its values, and the attributes that it asks for.
    matcher = JsonPathField(null=True, editable=False)
    matcher_values = models.JSONField(null=True, editable=False)
    # Whether documents name it: derived from status and window, and kept by a job in between.
    is_shown = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "id"]
        indexes = [models.Index(fields=["position", "name", "id"], name="collection_listing")]
        constraints = [
            slug_shape("collection"),
            not_blank("collection", "name"),
            version_min("collection"),
            *translations_shape("collection"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published"]), name="collection_status"
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(unpublish_at__gt=F("publish_at")),
                name="collection_window_order",
            ),
            models.CheckConstraint(
                condition=Q(rule=None, matcher=None, matcher_values=None)
                | Q(rule__isnull=False, matcher__isnull=False, matcher_values__isnull=False),
                name="collection_rule_is_compiled",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_rule_based(self) -> bool:
        return self.rule is not None


class CollectionProduct(models.Model):
    """A membership. What rules found stands on position 0, the newest product first."""

    class Source(models.TextChoices):
        MANUAL = "manual"
        RULE = "rule"

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="members")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="collected")
    source = models.CharField(max_length=6, choices=Source)
    position = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "collected product"
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "product"], name="collection_product_unique"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["manual", "rule"]), name="collection_product_source"
            ),
        ]
        indexes = [
            models.Index(
                F("collection"), F("position"), F("product").desc(), name="collection_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.collection_id}"


class Watermark(models.Model):
    """Up to which instant a periodic job has done its work."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
