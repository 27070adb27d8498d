"""The counts of words that search weighs them by: kept by a job, beside the writers."""

from django.db import connection

from products.models import ChannelLocale, SearchStatistics
from products.search import counting
from products.services.bulk import bulk_transaction

_LOCK = 7_003  # advisory: one process counts a view


def count_words(*, anyway: bool = False) -> int:
    """Count in each view whose entries changed; answers how many views that were.

    A transaction per view. Safe to run twice; beside another count it does nothing.
    """
    views = list(ChannelLocale.objects.order_by("pk").values_list("pk", flat=True))
    return sum(_count_view(view, anyway=anyway) for view in views)


def _count_view(view: int, *, anyway: bool) -> bool:
    with bulk_transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, view])
            if not cursor.fetchone()[0]:
                return False
        writes = counting.writes()
        if not anyway and not _is_outdated(view, writes):
            return False
        counting.count_view(view, writes=writes)
    return True


def _is_outdated(view: int, writes: int) -> bool:
    last = SearchStatistics.objects.filter(pk=view).first()
    if last is None or last.writes != writes:
        return True
    return counting.has_crossed(view, last.counted_at)
