"""Slugs that something had before: whoever still asks for one is sent on."""

from django.db import models

from products.models.channels import Locale
from products.models.shapes import SLUG_LENGTH


class SlugRedirect(models.Model):
    """`services.redirects` keeps it: a slug that a live row has now is never an old one.

    It points at the row and not at a newer slug, so there are no chains. Without a locale it is a
    slug of the row itself, else one of its translation.
    """

    noun = models.CharField(max_length=20)  # product, category, brand, ...
    locale = models.ForeignKey(
        Locale, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    slug = models.CharField(max_length=SLUG_LENGTH)
    target_id = models.UUIDField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["noun", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "slug", "locale"],
                nulls_distinct=False,
                name="slug_redirect_unique",
            ),
        ]
        indexes = [models.Index(fields=["target_id"], name="slug_redirect_target")]

    def __str__(self) -> str:
        return f"{self.noun} {self.slug}"
