"""Where the feed begins and ends: what is forgotten, and what came from another database."""

import structlog
from django.db import connection

from products.changes.feed import TYPES

log = structlog.get_logger(__name__)

# A transaction that has committed is older than the next one to begin: a change that is not came
# with a dump, from a server that had counted further.
_SETTLE = """
    UPDATE products_change SET xid = '3'
     WHERE EXISTS (
           SELECT FROM unnest(%s::text[]) AS known(type)
            CROSS JOIN LATERAL (
                  SELECT xid FROM products_change WHERE aggregate = known.type
                   ORDER BY xid DESC, sequence DESC LIMIT 1) newest
            WHERE newest.xid >= pg_snapshot_xmax(pg_current_snapshot()))
"""


def settle_places() -> int:
    """Place all changes anew, in their sequence, where a restored database holds places of the
    server that it came from; answers how many. Nobody would be served them otherwise.

    Called behind each `migrate`. Readers of the feed start over: their cursors are refused.
    """
    with connection.cursor() as cursor:
        if "products_change" not in connection.introspection.table_names(cursor):
            return 0
        cursor.execute(_SETTLE, [list(TYPES)])
        count: int = cursor.rowcount
    if count:
        log.warning("changes.places_settled", count=count)
    return count
