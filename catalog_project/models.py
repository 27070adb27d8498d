"""What every table of this project shares, and the answers that a repeated write gets again."""

import uuid

import uuid_utils.compat
from django.db import models


def uuid7() -> uuid.UUID:
    """A time-ordered UUID, version 7 (RFC 9562 section 5.7)."""
    return uuid_utils.compat.uuid7()


class TimestampedModel(models.Model):
    """When a row was made and last touched. `QuerySet.update()` must set `updated_at` itself."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class StoredAnswer(models.Model):
    """What a caller got for a write with an Idempotency-Key: see api/idempotency.py."""

    caller = models.CharField(max_length=50)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()  # of the request
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="stored_answer_unique"),
            models.CheckConstraint(
                condition=models.Q(status__gte=200, status__lt=400), name="stored_answer_succeeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caller}: {self.key}"
