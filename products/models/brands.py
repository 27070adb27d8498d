"""Who made it."""

from django.db import models

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import (
    not_blank,
    slug_field,
    slug_shape,
    translations_field,
    translations_shape,
    version_min,
)


class Brand(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = slug_field(unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    translations = translations_field()
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="brand_listing")]
        constraints = [
            slug_shape("brand"),
            not_blank("brand", "name"),
            version_min("brand"),
            *translations_shape("brand"),
        ]

    def __str__(self) -> str:
        return self.name
