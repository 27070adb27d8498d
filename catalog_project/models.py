"""What every table of this project shares."""

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
