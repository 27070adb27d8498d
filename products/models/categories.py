"""The tree that shoppers walk. The parent is the truth; the path is derived from it."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import not_blank, slug_field, slug_shape, version_min

MAX_DEPTH = 12


class CategoryQuerySet(models.QuerySet["Category"]):
    def subtree(self, category_id: UUID) -> Self:
        """The category and everything below it, by index."""
        return self.filter(path__contains=[category_id])


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
