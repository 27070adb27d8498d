"""The stamp by which every process notices that what it remembers of callers may be over."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class CallerStamp(models.Model):
    """One row, with a new stamp whenever something changes that a caller is or may do.

    Triggers write it, in the transaction of the change: no way of writing can forget it. See
    docs/adr/0010.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    stamp = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="caller_stamp_is_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.stamp)
