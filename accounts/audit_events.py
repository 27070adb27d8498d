"""The security log as rows: what `accounts.audit` writes into the log, to look at in the admin."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class AuditEvent(models.Model):
    """One thing that happened to somebody's access. Written once, never changed.

    People are copied and not referred to: an event outlives the user it is about.
    """

    at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)
    event = models.CharField(max_length=40)
    user_id = models.UUIDField(null=True)
    user_label = models.CharField("user", max_length=150, blank=True, default="")
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField("by", max_length=300, blank=True, default="")
    source = models.CharField(max_length=16, blank=True, default="")
    ip = models.CharField("address", max_length=64, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "security event"
        verbose_name_plural = "security log"
        ordering = ["-id"]
        indexes = [models.Index(fields=["user_id", "-id"], name="audit_by_user")]

    def __str__(self) -> str:
        return self.event


def prune_audit_events() -> int:
    """Delete what is older than AUDIT_DAYS; returns how many."""
    oldest = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
    return AuditEvent.objects.filter(at__lt=oldest).delete()[0]
