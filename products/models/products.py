"""What is sold. The product with its variants, prices, media and memberships is one aggregate:
one version, one lock (the product row), one change row per transaction."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.brands import Brand
from products.models.categories import Category
from products.models.product_types import ProductType
from products.models.shapes import (
    EMPTY_OBJECT,
    json_object,
    not_blank,
    slug_field,
    slug_shape,
    translations_field,
    translations_shape,
    version_min,
)
from products.models.tax_classes import TaxClass

MAX_TAGS = 100
MAX_CATEGORIES = 50
MAX_OPTIONS = 10


class Product(TimestampedModel):
    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = slug_field()
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True, default="")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True)
    unpublish_at = models.DateTimeField(null=True, blank=True)
    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    product_type = models.ForeignKey(
        ProductType, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    tax_class = models.ForeignKey(
        TaxClass, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    # Code -> value: what the type says of products (docs/attributes.md).
    attributes = models.JSONField(default=dict, blank=True, db_default=EMPTY_OBJECT)
    categories = models.ManyToManyField(
        Category, through="ProductCategory", related_name="products"
    )
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    # Names of the variants' options in the order a shopper chooses them: Color, then Size.
    option_names = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    seo_title = models.CharField(max_length=200, blank=True, default="")
    seo_description = models.CharField(max_length=500, blank=True, default="")
    translations = translations_field()
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            *translations_shape("product"),
            # A slug is free again once its product is archived.
            models.UniqueConstraint(
                fields=["slug"], condition=~Q(status="archived"), name="product_slug_unique"
            ),
            slug_shape("product"),
            not_blank("product", "name"),
            version_min("product"),
            json_object("product", "metadata"),
            json_object("product", "attributes"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]), name="product_status"
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(unpublish_at__gt=F("publish_at")),
                name="product_window_order",
            ),
            models.CheckConstraint(condition=Q(tags__len__lte=MAX_TAGS), name="product_tags_max"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.status == self.Status.ARCHIVED

    def is_visible(self, at: datetime) -> bool:
        """Whether a shopper sees the product at that instant."""
        return (
            self.status == self.Status.PUBLISHED
            and (self.publish_at is None or self.publish_at <= at)
            and (self.unpublish_at is None or at < self.unpublish_at)
        )


class ProductCategory(models.Model):
    """A membership. Position 0 is the product's primary category."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="memberships")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="memberships")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "membership"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "category"], name="membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category_id}"
