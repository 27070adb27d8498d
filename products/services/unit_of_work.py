"""One transaction from truth to document: what a service touches, this finishes.

On leaving, each touched aggregate gets its next version, one row in the change log and fresh
documents. The number of statements does not depend on how many were touched.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.changes.record import bump_versions, record_changes
from products.documents import build
from products.errors import BY_CONSTRAINT, ConstraintBroken
from products.services.locking import hold_names, lock_names, lock_products


class UnitOfWork:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        nouns = ("attribute", "product_type", "category", "brand", "product")
        self._events: dict[str, dict[UUID, str]] = {noun: {} for noun in nouns}
        self._created: set[UUID] = set()
        self._stale_documents: set[UUID] = set()

    def created(self, aggregate: str, ids: Iterable[UUID]) -> None:
        ids = list(ids)
        self._created.update(ids)
        self._events[aggregate].update(dict.fromkeys(ids, f"{aggregate}.created"))

    def changed(self, aggregate: str, ids: Iterable[UUID], event: str = "updated") -> None:
        """Say what happened to these rows; a row made in this transaction stays "created"."""
        for key in ids:
            if key not in self._created:
                self._events[aggregate][key] = f"{aggregate}.{event}"

    def deleting(self, aggregate: str, ids: Iterable[UUID]) -> None:
        """Write the tombstones, with the last state of each row. Call it before the rows go."""
        record_changes(aggregate, dict.fromkeys(ids, f"{aggregate}.deleted"), actor=self.actor)

    def reprint(self, product_ids: Iterable[UUID]) -> None:
        """These products did not change, but what their documents show did."""
        self._stale_documents.update(product_ids)

    def finish(self) -> None:
        for aggregate, events in self._events.items():
            if events:
                old = [key for key in events if key not in self._created]
                if old:
                    bump_versions(aggregate, old)
                record_changes(aggregate, events, actor=self.actor)
        if others := self._stale_documents - self._events["product"].keys():
            lock_products(others)
        build.rebuild(sorted(self._stale_documents | self._events["product"].keys()))


@contextmanager
def unit_of_work(actor: Actor, *, renames: bool = False) -> Iterator[UnitOfWork]:
    """Everything inside commits together or not at all.

    `renames` is for work that changes what the documents of other products show.

    Raises the DomainError that names the broken rule where the database refuses a row.
    """
    try:
        with transaction.atomic():
            (lock_names if renames else hold_names)()
            work = UnitOfWork(actor)
            yield work
            work.finish()
    except IntegrityError as error:
        raise broken_rule(error) from error


def broken_rule(error: IntegrityError) -> DomainError:
    """What a constraint of ours says, in words."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name in BY_CONSTRAINT:
        rule, remedy, pointer = BY_CONSTRAINT[name]
        return rule(f"{_taken_key(diagnosis)}{remedy}", pointer=pointer)
    return ConstraintBroken(f"The rule {name} refuses it." if name else "")


def _taken_key(diagnosis: object) -> str:
    """`Key (sku)=(A-1) already exists.` says which one; other constraints show whole rows."""
    detail = getattr(diagnosis, "message_detail", None) or ""
    return f"{detail} " if detail.startswith("Key ") and detail.endswith("already exists.") else ""
