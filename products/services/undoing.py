"""Undo: whatever one request, or one import, did. Products are turned back all or none; brands,
categories and other nouns each by itself, where nothing else needs it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from products.errors import ChangedSince, InvalidValue, NotFound
from products.services.locking import hold_names, lock_names, lock_products
from products.services.products import delete_product
from products.services.reverting import revert_product
from products.services.undoing_nouns import (
    NounsUndone,
    TouchedNoun,
    remove_made,
    touched_nouns,
    turn_back,
)

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
    products: list[UUID] = field(default_factory=list)
    skipped: list[UUID] = field(default_factory=list)
    nouns: NounsUndone = field(default_factory=NounsUndone)


def undo_request(request_id: str, *, skip_changed: bool, actor: Actor) -> Undone:
    """Products become what they were before the request; those that it made are deleted, and those
    that it deleted are back. Each gets a new version, so an undo can be undone, too.

    Brands, categories and other nouns likewise, each by itself: what others use by now, or somebody
    changed since, is left as it is. Raises NotFound where nothing was changed under this id,
    ChangedSince unless `skip_changed`, and what revert_product and delete_product raise; then
    nothing is changed.
    """
    nouns = touched_nouns(request_id, limit=MOST + 1)
    touched = _touched(request_id, limit=MOST + 1)
    _ensure_any(request_id, touched, nouns)
    if max(len(touched), len(nouns)) > MOST:
        raise InvalidValue(
            f"It changed more than {MOST:,} things: `manage.py undo_request` undoes any number.",
            pointer="/request_id",
        )
    done = NounsUndone()
    with transaction.atomic():
        if nouns:
            lock_names()  # before the products, as everywhere
        turn_back(nouns, done, actor=actor)
        undone = _undo_all(request_id, touched, skip_changed=skip_changed, actor=actor)
        remove_made(nouns, done, actor=actor)
    return Undone(undone.products, undone.skipped, done)


def undo_large_request(
    request_id: str, *, skip_changed: bool, user_id: UUID | None = None, label: str
) -> Iterator[Undone]:
    """The same of any number of products, a transaction for each thousand: answers after each.

    All of it is one request of its own, `undo_id(request_id)`, which can be undone. It is refused
    before anything is done where products were changed since. Where it stops (a clash, a power
    cut), what is done stays; called again, it goes on with the rest.
    """
    actor = Actor(user_id=user_id, label=label, source="command", request_id=undo_id(request_id))
    nouns, touched = touched_nouns(request_id), _touched(request_id)
    _ensure_any(request_id, touched, nouns)
    nouns = [each for each in nouns if each.newest_request != actor.request_id]
    touched = [each for each in touched if each.newest_request != actor.request_id]
    changed = [each.product for each in touched if each.newest != each.last]
    if changed and not skip_changed:
        raise ChangedSince(changed)
    touched.sort(key=_order)
    yield from _in_parts(nouns, turn_back, actor)
    for start in range(0, len(touched), MOST):
        part = touched[start : start + MOST]
        yield _undo_all(request_id, part, skip_changed=skip_changed, actor=actor)
    yield from _in_parts(nouns, remove_made, actor)


def _in_parts(
    nouns: Sequence[TouchedNoun], act: Callable[..., None], actor: Actor
) -> Iterator[Undone]:
    for start in range(0, len(nouns), MOST):
        done = Undone()
        with transaction.atomic():
            lock_names()
            act(nouns[start : start + MOST], done.nouns, actor=actor)
        yield done


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
        return [Touched(*row) for row in cursor.fetchall()]


def _ensure_any(request_id: str, touched: Sequence[Touched], nouns: Sequence[TouchedNoun]) -> None:
    if not (touched or nouns):
        raise NotFound(f"Nothing was changed under the request id {request_id!r}.")


def _undo(each: Touched, actor: Actor) -> None:
    if each.is_made:
        delete_product(each.product, expected_version=each.newest, actor=actor)
    elif each.before is None:
        raise NotFound(f"What product {each.product} was before is no longer in the change log.")
    else:
        revert_product(
            each.product, number=each.first - 1, expected_version=each.newest, actor=actor
        )
