"""The append-only log of aggregate snapshots, written in the transaction of the truth."""

from django.db import models
from django.db.models import Func


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """PostgreSQL's 64-bit transaction id (xid8): it orders rows by when their writer began."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionIdField()


class PlaceInFeed(Func):
    """The id of this transaction, or of the newest that had ended before this statement began.

    A writer gets its id with its first lock, which may be long before it holds the lock of this
    aggregate: another one with a later id can come first. By then that one has ended, so of one
    aggregate no change is placed before an earlier one. And as no place is below the own id, a
    reader that stops below the oldest running transaction misses none.
    """

    template = (
        "greatest(pg_current_xact_id(),"
        " (pg_snapshot_xmax(pg_current_snapshot())::text::numeric - 1)::text::xid8)"
    )
    output_field = TransactionIdField()


class Change(models.Model):
    """What one transaction did to one aggregate, and who did it.

    Rows of different transactions may commit in another order than their sequence: a reader
    that wants every change follows (xid, sequence) and stops below the oldest transaction
    that still runs (products.changes.feed).
    """

    sequence = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=PlaceInFeed(), editable=False)
    at = models.DateTimeField()
    event = models.CharField(max_length=40)  # product.created, category.moved, ...
    aggregate = models.CharField(max_length=20)  # product, category, brand
    aggregate_id = models.UUIDField()
    version = models.PositiveIntegerField()
    # The whole aggregate after the change, or before it, if deleted. Of a product with very many
    # variants it may hold only those that were touched: see products.changes.states.
    snapshot = models.JSONField()
    # The version with the whole snapshot that a partial one builds on.
    base_version = models.PositiveIntegerField(null=True)
    # How many parts were recorded since then.
    parts = models.PositiveIntegerField(default=0, db_default=0)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=254, blank=True)
    source = models.CharField(max_length=10)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["xid", "sequence"]
        indexes = [
            models.Index(fields=["aggregate", "xid", "sequence"], name="change_feed_of_type"),
            # Whatever one request, or one import, did.
            models.Index(
                fields=["request_id"], name="change_request", condition=~models.Q(request_id="")
            ),
        ]
        constraints = [
            # Each version of an aggregate is written once: two writers never both win.
            models.UniqueConstraint(
                fields=["aggregate_id", "version"], name="change_version_unique"
            ),
        ]

    def __str__(self) -> str:
        noun, _, verb = self.event.replace("_", " ").partition(".")
        return f"{noun} {verb}, version {self.version}".capitalize()


class ChangeHorizon(models.Model):
    """One row: of the changes up to this place in the feed, some have been forgotten."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    xid = TransactionIdField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="change_horizon_one")]

    def __str__(self) -> str:
        return f"forgotten up to {self.at}"
