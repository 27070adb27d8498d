"""The trees that shoppers walk: each root is one. The parent is the truth; the path is derived."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import (
    not_blank,
    slug_field,
    slug_shape,
    translations_field,
    translations_shape,
    version_min,
)

MAX_DEPTH = 12
MAX_POSITION = 1_000_000  # among siblings


class CategoryQuerySet(models.QuerySet["Category"]):
    def subtree(self, category_id: UUID) -> Self:
        """The category and everything below it, by index."""
        return self.filter(path__contains=[category_id])

    def with_child_count(self) -> Self:
        """With `child_count`: one look into an index for each row, no join."""
        below = Category.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
        counted = below.annotate(number=Count("pk")).values("number")
        return self.annotate(child_count=Coalesce(Subquery(counted), 0))


class Category(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    slug = slug_field(unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField(default=0)  # among its siblings
    # Ids from the root down to the category itself; services.categories keeps it.
    path = ArrayField(models.UUIDField(), editable=False)
    translations = translations_field()
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name", "id"]
        indexes = [
            GinIndex(fields=["path"], name="category_path"),
            models.Index(fields=["position", "name", "id"], name="category_listing"),
        ]
        constraints = [
            *translations_shape("category"),
            slug_shape("category"),
            not_blank("category", "name"),
            version_min("category"),
            models.CheckConstraint(
                condition=Q(path__len__gte=1, path__len__lte=MAX_DEPTH), name="category_depth"
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="category_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """1 for a root."""
        return len(self.path)
