"""Files on their way out: exports that somebody asked for, and feeds that are made again and
again. The files themselves lie in EXPORTS_ROOT, under the ids of these rows."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import Regex

from catalog_project.models import TimestampedModel, uuid7
from products.models.shapes import not_blank, version_min

ADDRESS_FORM = r"^[A-Za-z0-9_-]{1,64}$"
LEAST_MINUTES, MOST_MINUTES = 15, 10_080  # a week


class Export(TimestampedModel):
    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    format = models.CharField(max_length=20)
    filters = models.TextField(blank=True, default="")  # a query string, as the product list's
    with_archived = models.BooleanField(default=False)
    with_costs = models.BooleanField(default=False)  # then it is for managers
    options = models.JSONField(default=dict)  # currency, location, link
    products = models.PositiveIntegerField(null=True)  # how many are in it
    size = models.BigIntegerField(null=True)  # bytes
    lacking = models.JSONField(null=True)  # of formats of feeds
    error = models.CharField(max_length=500, blank=True, default="")
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=254, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # then file and row go

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["expires_at"], name="export_to_forget")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "running", "done", "failed"]),
                name="export_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} of {self.created_at:%Y-%m-%d}"


class Feed(TimestampedModel):
    """What shoppers of a channel see, for those who show it elsewhere: at an address that stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    # Chosen, or a secret that nobody guesses: whoever knows it may read the feed.
    address = models.CharField(max_length=64, unique=True)
    is_secret = models.BooleanField(default=True)
    format = models.CharField(max_length=20)
    filters = models.TextField(blank=True, default="")  # a query string; channel and locale, too
    link = models.CharField(max_length=500, blank=True, default="")
    minutes = models.PositiveIntegerField(default=60)  # between two makings
    is_active = models.BooleanField(default=True)  # else it is not made, and nobody reads it
    version = models.PositiveIntegerField(default=1, editable=False)  # served as the ETag
    # What the worker made last.
    etag = models.CharField(max_length=64, blank=True, default="", editable=False)
    size = models.BigIntegerField(null=True, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    next_at = models.DateTimeField(editable=False)
    lacking = models.JSONField(null=True, editable=False)
    error = models.CharField(max_length=500, blank=True, default="", editable=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["next_at"], name="feed_to_make", condition=Q(is_active=True))
        ]
        constraints = [
            not_blank("feed", "name"),
            version_min("feed"),
            models.CheckConstraint(
                condition=Regex(F("address"), Value(ADDRESS_FORM)), name="feed_address_form"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=LEAST_MINUTES, minutes__lte=MOST_MINUTES),
                name="feed_minutes_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name
