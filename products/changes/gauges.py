"""What operators watch: how far the feed is behind, and who holds it back."""

from collections.abc import Iterable

from django.db import connection

from products.changes.feed import TYPES

Samples = Iterable[tuple[tuple[str, ...], float]]

# Each type has its place in the index, so this looks at few rows however long the log is.
_LAG = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(waiting.at)), 0)
      FROM unnest(%s::text[]) AS known(type)
     CROSS JOIN LATERAL (
           SELECT at FROM products_change
            WHERE aggregate = known.type
              AND xid >= pg_snapshot_xmin(pg_current_snapshot())
              AND xid < pg_snapshot_xmax(pg_current_snapshot())
            ORDER BY xid, sequence LIMIT 1) waiting
"""
# A role sees the transactions of others only as a member of pg_read_all_stats.
_OLDEST = """
    SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)
      FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


def feed_lag() -> Samples:
    """Seconds since the oldest change was written that is committed and not served yet."""
    return [((), _number(_LAG, [list(TYPES)]))]


def oldest_writer() -> Samples:
    """Seconds since the oldest transaction began that has written something and still runs."""
    return [((), _number(_OLDEST, []))]


def _number(sql: str, parameters: list[list[str]]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return max(0.0, float(cursor.fetchone()[0]))
