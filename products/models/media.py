"""What it looks like: a file that we keep, or a URL that somebody else serves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7
from products.models.products import Product
from products.models.variants import Variant

MAX_MEDIA = 100


class Media(TimestampedModel):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="media"
    )
    source_url = models.URLField(max_length=2000, blank=True, default="")
    file = models.FileField(max_length=200, blank=True, default="")  # a name that we generated
    alt = models.CharField(max_length=500, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    content_type = models.CharField(max_length=50, blank=True, default="", editable=False)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)  # pixels
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)  # pixels

    class Meta:
        verbose_name_plural = "media"
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["product", "position", "id"], name="media_listing"),
            # A file may go when its last row does.
            models.Index(fields=["file"], name="media_file", condition=~Q(file="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(source_url="") & ~Q(file="")) | (~Q(source_url="") & Q(file="")),
                name="media_url_or_file",
            ),
            models.CheckConstraint(
                condition=Q(source_url="") | Q(source_url__regex="^https?://"),
                name="media_url_scheme",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.source_url or str(self.file)

    @property
    def url(self) -> str:
        """Where a browser finds it; a file of ours is relative to this host."""
        return f"{settings.MEDIA_URL}{self.file.name}" if self.file else self.source_url
