"""What changes by time alone, and is stored: looked at every minute by a job.

Lists, details and prices are right at their instant, without any of this. Two things follow within
the minute: which products a rule on prices finds, and which collections a document names.
"""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from products.documents import build, memberships
from products.models import Collection, CollectionProduct, Watermark
from products.services.bulk import bulk_transaction
from products.services.collecting import print_documents
from products.services.collections import is_shown
from products.services.locking import lock_products
from products.services.unit_of_work import unit_of_work

CLOCK = Actor(user_id=None, label="clock", source="command")
EVER = datetime(1, 1, 1, tzinfo=UTC)
PRICES = "prices"


def catch_up() -> dict[str, int]:
    """Do all that is due; safe to run twice, and at once. Answers how much it was."""
    return {"products": follow_prices(), "collections": follow_windows()}


def follow_prices() -> int:
    """Let the rules look at products whose price changed since the last time."""
    now = timezone.now()
    mark = Watermark.objects.filter(name=PRICES).first()
    crossed = memberships.crossed_a_boundary(mark.at if mark else EVER, now)
    for start in range(0, len(crossed), build.BATCH):
        batch = crossed[start : start + build.BATCH]
        with bulk_transaction():
            lock_products(batch)
            print_documents(batch)
    with transaction.atomic():
        Watermark.objects.update_or_create(name=PRICES, defaults={"at": now})
    return len(crossed)


def follow_windows() -> int:
    """Print what collections have that opened or closed since the last time."""
    now = timezone.now()
    due = [row.pk for row in Collection.objects.all() if is_shown(row, now) != row.is_shown]
    for key in due:
        with bulk_transaction(), unit_of_work(CLOCK, renames=True) as work:
            row = Collection.objects.select_for_update(no_key=True).filter(pk=key).first()
            if row is not None and is_shown(row, now) != row.is_shown:
                Collection.objects.filter(pk=key).update(is_shown=is_shown(row, now))
                members = CollectionProduct.objects.filter(collection=key)
                work.reprint(members.values_list("product_id", flat=True))
    return len(due)
