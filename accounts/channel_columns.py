"""The column of what is limited to channels: users and API keys."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value


def channels_field() -> Any:
    """Ids, not rows: who is calling knows nothing about the catalog. Without any: every channel."""
    return ArrayField(
        models.UUIDField(),
        default=list,
        blank=True,
        db_default=Value([], ArrayField(models.UUIDField())),
    )
