"""What tests of the feed share."""

from django.db import connection

from products.changes.feed import end_of_feed
from tests.acceptance.server import wait_until

_NEWEST = "SELECT xid::text FROM products_change ORDER BY xid DESC LIMIT 1"


def settle() -> None:
    """Wait until the feed serves all that is committed. Transactions of the whole server hold it
    back, also those of tests in the databases beside this one."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    newest = int(row[0]) if row else 0
    wait_until(lambda: end_of_feed().xid > newest, seconds=60)
