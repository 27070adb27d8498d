"""Undo: whatever one request, or one import, did to products, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from products.errors import ChangedSince, InvalidValue, NotFound
from products.services.locking import hold_names, lock_products
from products.services.products import delete_product
from products.services.reverting import revert_product

MOST = 1_000  # products at a time

# Each product that the request changed: its versions before and after, and the one it has now.
_TOUCHED = """
    SELECT touched.aggregate_id, touched.first, touched.last,
           (SELECT max(version) FROM products_change newest
             WHERE newest.aggregate_id = touched.aggregate_id),
           (SELECT event FROM products_change before
             WHERE before.aggregate_id = touched.aggregate_id
               AND before.version = touched.first - 1)
      FROM (SELECT aggregate_id, min(version) AS first, max(version) AS last
              FROM products_change WHERE request_id = %s AND aggregate = 'product'
             GROUP BY aggregate_id) touched
     ORDER BY touched.aggregate_id LIMIT %s
"""


@dataclass(frozen=True)
class Touched:
    product: UUID
    first: int
    last: int
    newest: int
    before: str | None  # the event that made it what it was, if the log still has it

    @property
    def is_made(self) -> bool:
        """Or brought back: either way it was not there."""
        return self.first == 1 or self.before == "product.deleted"


@dataclass(frozen=True)
class Undone:
    products: list[UUID]
    skipped: list[UUID]


def undo_request(request_id: str, *, skip_changed: bool, actor: Actor) -> Undone:
    """Products become what they were before the request; those that it made are deleted, and those
    that it deleted are back. Each gets a new version, so an undo can be undone, too.

    Brands, categories and other nouns stay as they are. Raises NotFound where no product was
    changed under this id, ChangedSince unless `skip_changed`, and what revert_product and
    delete_product raise; then nothing is changed.
    """
    with transaction.atomic():
        hold_names()  # before the products, as everywhere
        keys = [each.product for each in _touched(request_id)]
        lock_products(keys)
        touched = _touched(request_id)  # under the locks, nobody changes them any more
        changed = [each.product for each in touched if each.newest != each.last]
        if changed and not skip_changed:
            raise ChangedSince(changed)
        skipped = set(changed)
        # Deleted ones come back first, and made ones go last: others may relate to them.
        rest = [each for each in touched if each.product not in skipped]
        for each in sorted(rest, key=lambda each: (each.is_made, each.product)):
            _undo(each, actor)
    return Undone([each.product for each in rest], changed)


def _touched(request_id: str) -> Sequence[Touched]:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [request_id, MOST + 1])
        found = [Touched(*row) for row in cursor.fetchall()]
    if not found:
        raise NotFound(f"No product was changed under the request id {request_id!r}.")
    if len(found) > MOST:
        raise InvalidValue(f"It changed more than {MOST:,} products.", pointer="/request_id")
    return found


def _undo(each: Touched, actor: Actor) -> None:
    if each.is_made:
        delete_product(each.product, expected_version=each.newest, actor=actor)
    elif each.before is None:
        raise NotFound(f"What product {each.product} was before is no longer in the change log.")
    else:
        revert_product(
            each.product, number=each.first - 1, expected_version=each.newest, actor=actor
        )
