"""How a product is taxed, as data: the shop's own classes, such as "standard" or "books"."""

from django.db import models

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import (
    code_field,
    code_form,
    not_blank,
    translations_field,
    translations_shape,
    version_min,
)


class TaxClass(TimestampedModel):
    """A name for whoever computes taxes: the catalog knows no rates."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = code_field()
    name = models.CharField(max_length=200)
    translations = translations_field()
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "tax classes"
        constraints = [
            *translations_shape("tax_class"),
            code_form("tax_class"),
            not_blank("tax_class", "name"),
            version_min("tax_class"),
        ]

    def __str__(self) -> str:
        return self.name
