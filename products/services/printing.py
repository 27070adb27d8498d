"""Documents of the whole catalog at once: when what all of them show changes, or a new pair of
channel and locale needs its own."""

from django.db import connection, transaction
from procrastinate.contrib.django import app

from products.documents import build
from products.models import ChannelLocale, Product
from products.search.entries import write_entries
from products.services.bulk import STATEMENT_LIMIT, bulk_transaction
from products.services.collecting import print_documents
from products.services.locking import hold_names, lock_products
from products.services.stamping import renew_stamp

# Up to here a request prints the documents of a new pair itself; above, a job does.
PRINTED_AT_ONCE = 5_000


def reprint_everything() -> None:
    """In the caller's transaction, a bounded batch at a time. Other writers wait: see `names`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_LIMIT}'")
        # Products of two batches may exchange their slugs, where another locale stands in.
        cursor.execute("SET CONSTRAINTS document_slug_once DEFERRED")
    for batch in build.product_batches():
        lock_products(batch)
        print_documents(batch)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS document_slug_once IMMEDIATE")


def is_large() -> bool:
    """Whether a request is too short for the documents of a new pair."""
    return len(Product.objects.order_by()[: PRINTED_AT_ONCE + 1].values_list("pk")) > (
        PRINTED_AT_ONCE
    )


def print_later(pair: ChannelLocale) -> None:
    """Leave the documents of a new pair to a job, which begins when the transaction commits."""
    app.configure_task("products.print_pair", queueing_lock=f"products.print_pair.{pair.pk}").defer(
        pair=pair.pk
    )


def print_pair(pair: int) -> int:
    """Print the documents of a pair, then let it answer. Safe to run twice, or again after a crash.

    Whoever writes a product meanwhile prints its documents of this pair, too: what is missing are
    those of products that nobody touches.
    """
    count = 0
    for batch in build.product_batches():
        with bulk_transaction():
            hold_names()
            lock_products(batch)
            count += build.rebuild(batch)
            write_entries(batch)
    with transaction.atomic():
        if ChannelLocale.objects.filter(pk=pair, is_printed=False).update(is_printed=True):
            renew_stamp()
    return count
