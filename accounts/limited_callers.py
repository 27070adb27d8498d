"""Who is limited to a channel, for whoever wants to delete it."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiKey, User


def count_limited_to(channel_id: UUID) -> tuple[int, int]:
    """People, disabled ones, too, and API keys that are not over."""
    living = ApiKey.objects.filter(revoked_at=None)
    living = living.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    named = {"channels__contains": [channel_id]}
    return User.objects.filter(**named).count(), living.filter(**named).count()
