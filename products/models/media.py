"""What it looks like: a file that we keep, or a URL that somebody else serves."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Concat, JSONObject

from catalog_project.models import TimestampedModel, uuid7
from products.models.products import Product
from products.models.shapes import translations_field, translations_shape
from products.models.variants import Variant

MAX_MEDIA = 100


class Kind(models.TextChoices):
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"  # a data sheet, a manual: offered for download
    EXTERNAL_VIDEO = "external_video"  # the page of somebody else's player


class MediaQuerySet(models.QuerySet["Media"]):
    def with_renditions(self) -> Self:
        """`shown_renditions` on each: what the document says of them, in the same query."""
        rows = Rendition.objects.filter(source=OuterRef("file")).order_by("width")
        address = Concat(Value(settings.MEDIA_URL), "file", output_field=models.TextField())
        shown = JSONObject(width="width", height="height", url=address, format="format")
        return self.annotate(shown_renditions=ArraySubquery(rows.values_list(shown)))


class Media(TimestampedModel):
    Kind = Kind

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(
        max_length=14, choices=Kind, default=Kind.IMAGE, db_default=Kind.IMAGE.value
    )
    # Where it came from; a file of ours may have been fetched from there.
    source_url = models.URLField(max_length=2000, blank=True, default="")
    file = models.FileField(max_length=200, blank=True, default="")  # named by its content
    alt = models.CharField(max_length=500, blank=True, default="")
    translations = translations_field()
    position = models.PositiveIntegerField(default=0)
    # What a crop must keep, counted from the upper left corner; both or none.
    focal_x = models.FloatField(null=True, blank=True)
    focal_y = models.FloatField(null=True, blank=True)
    content_type = models.CharField(max_length=50, blank=True, default="", editable=False)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)  # pixels
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)  # pixels

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "media"
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["product", "position", "id"], name="media_listing"),
            # A file may go when its last row does.
            models.Index(fields=["file"], name="media_file", condition=~Q(file="")),
        ]
        constraints = [
            *translations_shape("media"),
            models.CheckConstraint(
                condition=~Q(source_url="") | ~Q(file=""), name="media_has_url_or_file"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="media_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.EXTERNAL_VIDEO) | Q(file=""),
                name="media_external_has_no_file",
            ),
            models.CheckConstraint(
                condition=Q(focal_x=None, focal_y=None)
                | Q(focal_x__range=(0, 1), focal_y__range=(0, 1)),
                name="media_focal_point",
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

    @property
    def focal_point(self) -> dict[str, float] | None:
        if self.focal_x is None or self.focal_y is None:
            return None
        return {"x": self.focal_x, "y": self.focal_y}


class VariantMedia(models.Model):
    """One of the pictures that show a variant. A picture may show several, and those without one
    of their own are shown by all of the product's.

    The database's foreign keys hold variant and product, and media and product, so that no variant
    is shown by a picture of another product; the row goes with either (migration 0029)."""

    variant = models.ForeignKey(
        Variant,
        on_delete=models.CASCADE,
        related_name="shown_by",
        db_constraint=False,
        db_index=False,
    )
    media = models.ForeignKey(
        Media, on_delete=models.CASCADE, related_name="shows", db_constraint=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "media"], name="variant_media_unique")
        ]

    def __str__(self) -> str:
        return f"{self.media_id} shows {self.variant_id}"


class Rendition(models.Model):
    """A smaller copy of a file of ours, for all media that show the file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=200)  # Media.file
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()  # pixels
    format = models.CharField(max_length=10)
    file = models.CharField(max_length=200, unique=True)  # another name for another quality
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["source", "width"]
        constraints = [
            models.UniqueConstraint(fields=["source", "width", "format"], name="rendition_unique"),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1) & ~Q(source="") & ~Q(file=""),
                name="rendition_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.file


class MediaFetch(models.Model):
    """The copy that the worker shall make of what a URL shows, and what came of it."""

    class State(models.TextChoices):
        PENDING = "pending"
        FETCHED = "fetched"
        FAILED = "failed"

    media = models.OneToOneField(
        Media, primary_key=True, on_delete=models.CASCADE, related_name="fetch"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    error = models.CharField(max_length=500, blank=True, default="")  # of the last attempt
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="media_to_fetch", condition=Q(state="pending"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "fetched"]) | (Q(state="failed") & ~Q(error="")),
                name="media_fetch_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.media_id}: {self.state}"
