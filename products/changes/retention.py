"""Forgetting: changes that are older than anybody asks for, and never the last word on anything.

Kept for ever: the newest change of each aggregate that is there, and of a product in parts all that
its state is put together from. The history of prices is another table and is not touched.
"""

from datetime import datetime

from django.db import connection, transaction

AT_ONCE = 5_000

# A batch of the oldest changes, by sequence. What is kept of them is found by what follows it.
_BATCH = """
    WITH old AS MATERIALIZED (
        SELECT sequence, xid, at FROM products_change
         WHERE sequence > %(after)s AND at < %(before)s
           AND xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY sequence LIMIT %(limit)s),
    gone AS (
        DELETE FROM products_change change USING old
         WHERE change.sequence = old.sequence
           AND (change.event LIKE '%%.deleted' OR EXISTS (
                SELECT FROM products_change newer
                 WHERE newer.aggregate_id = change.aggregate_id AND newer.version > change.version))
           AND NOT EXISTS (
               SELECT FROM (
                   SELECT newest.base_version FROM products_change newest
                    WHERE newest.aggregate_id = change.aggregate_id
                    ORDER BY newest.version DESC LIMIT 1) newest
                WHERE newest.base_version <= change.version)
           AND NOT EXISTS (
               SELECT FROM products_change kept
                WHERE kept.aggregate_id = change.aggregate_id AND kept.at >= %(before)s
                  AND kept.base_version <= change.version)
        RETURNING change.sequence)
    SELECT (SELECT count(*) FROM old), (SELECT max(sequence) FROM old),
           (SELECT count(*) FROM gone),
           (SELECT xid::text FROM old ORDER BY xid DESC, sequence DESC LIMIT 1),
           (SELECT sequence FROM old ORDER BY xid DESC, sequence DESC LIMIT 1),
           (SELECT max(at) FROM old)
"""
# The horizon never moves back.
_HORIZON = """
    INSERT INTO products_changehorizon (id, xid, sequence, at)
    VALUES (1, %(xid)s::text::xid8, %(sequence)s, %(at)s)
    ON CONFLICT (id) DO UPDATE
       SET xid = excluded.xid, sequence = excluded.sequence, at = excluded.at
     WHERE (products_changehorizon.xid, products_changehorizon.sequence)
         < (excluded.xid, excluded.sequence)
"""


def forget_changes(before: datetime) -> int:
    """Delete what was written before this instant and nothing needs, batch by batch; answers how
    many. A reader of the feed who was behind it is told (ChangesForgotten). Safe to run twice."""
    forgotten, after = 0, 0  # rows, and the last one that was looked at
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BATCH, {"after": after, "before": before, "limit": AT_ONCE})
            found, last, gone, xid, sequence, at = cursor.fetchone()
            if gone:
                cursor.execute(_HORIZON, {"xid": xid, "sequence": sequence, "at": at})
        forgotten += int(gone)
        if found < AT_ONCE:
            return forgotten
        after = last
