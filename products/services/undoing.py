"""Undo: whatever one request, or one import, did to products, all of it or nothing."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from products.errors import ChangedSince, InvalidValue, NotFound
from products.services.locking import hold_names, lock_products
from products.services.products import delete_product
from products.services.reverting import revert_product

MOST = 1_000  # products of one request, and of a transaction of a larger undo

LONGEST_ID = 64  # Change.request_id

# Each product that the request changed: its versions before and after, and the one it has now.
_TOUCHED = """
    SELECT touched.aggregate_id, touched.first, touched.last, newest.version, newest.request_id,
           (SELECT event FROM products_change before
             WHERE before.aggregate_id = touched.aggregate_id
               AND before.version = touched.first - 1)
      FROM (SELECT aggregate_id, min(version) AS first, max(version) AS last
              FROM products_change WHERE request_id = %(request)s AND aggregate = 'product'
               AND (%(among)s::uuid[] IS NULL OR aggregate_id = ANY(%(among)s::uuid[]))
             GROUP BY aggregate_id) touched
     CROSS JOIN LATERAL (
           SELECT version, request_id FROM products_change change
            WHERE change.aggregate_id = touched.aggregate_id
            ORDER BY version DESC LIMIT 1) newest
     ORDER BY touched.aggregate_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Touched:
    product: UUID
    first: int
    last: int
    newest: int
    newest_request: str
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
    touched = _touched(request_id, limit=MOST + 1)
    if len(touched) > MOST:
        raise InvalidValue(
            f"It changed more than {MOST:,} products: `manage.py undo_request` undoes any number.",
            pointer="/request_id",
        )
    return _undo_all(request_id, touched, skip_changed=skip_changed, actor=actor)


def undo_large_request(
    request_id: str, *, skip_changed: bool, user_id: UUID | None = None, label: str
) -> Iterator[Undone]:
    """The same of any number of products, a transaction for each thousand: answers after each.

    All of it is one request of its own, `undo_id(request_id)`, which can be undone. It is refused
    before anything is done where products were changed since. Where it stops (a clash, a power
    cut), what is done stays; called again, it goes on with the rest.
    """
    actor = Actor(user_id=user_id, label=label, source="command", request_id=undo_id(request_id))
    touched = [each for each in _touched(request_id) if each.newest_request != actor.request_id]
    changed = [each.product for each in touched if each.newest != each.last]
    if changed and not skip_changed:
        raise ChangedSince(changed)
    touched.sort(key=_order)
    for start in range(0, len(touched), MOST):
        part = touched[start : start + MOST]
        yield _undo_all(request_id, part, skip_changed=skip_changed, actor=actor)


def undo_id(request_id: str) -> str:
    """The request id of the undo of a large request."""
    own = f"undo-{request_id}"
    if len(own) <= LONGEST_ID:
        return own
    return f"undo-{hashlib.blake2b(request_id.encode(), digest_size=16).hexdigest()}"


def _undo_all(
    request_id: str, seen: Sequence[Touched], *, skip_changed: bool, actor: Actor
) -> Undone:
    with transaction.atomic():
        hold_names()  # before the products, as everywhere
        keys = [each.product for each in seen]
        lock_products(keys)
        touched = _touched(request_id, among=keys)  # nobody changes them any more
        changed = [each.product for each in touched if each.newest != each.last]
        if changed and not skip_changed:
            raise ChangedSince(changed)
        rest = [each for each in touched if each.newest == each.last]
        for each in sorted(rest, key=_order):
            _undo(each, actor)
    return Undone([each.product for each in rest], changed)


def _order(each: Touched) -> tuple[bool, UUID]:
    """Deleted ones come back first, and made ones go last: others may relate to them."""
    return each.is_made, each.product


def _touched(
    request_id: str, *, among: Sequence[UUID] | None = None, limit: int | None = None
) -> list[Touched]:
    wanted = {"request": request_id, "among": None if among is None else list(among)}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {**wanted, "limit": limit})
        found = [Touched(*row) for row in cursor.fetchall()]
    if not found:
        raise NotFound(f"No product was changed under the request id {request_id!r}.")
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
