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


class Change(models.Model):
    """What one transaction did to one aggregate, and who did it.

    Rows of different transactions may commit in another order than their sequence: a reader
    that wants every change follows (xid, sequence) and stops below the oldest transaction
    that still runs.
    """

    sequence = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)
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
        indexes = [models.Index(fields=["xid", "sequence"], name="change_feed")]
        constraints = [
            # Each version of an aggregate is written once: two writers never both win.
            models.UniqueConstraint(
                fields=["aggregate_id", "version"], name="change_version_unique"
            ),
        ]

    def __str__(self) -> str:
        noun, _, verb = self.event.replace("_", " ").partition(".")
        return f"{noun} {verb}, version {self.version}".capitalize()
