"""Brands, categories and the other nouns with a history become again what they were.

A snapshot is written by the service of its noun, as anybody would write its values. So whatever the
rules forbid today stands in the way, and is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.errors import ChannelForbidden
from catalog_project.errors import DomainError
from products.changes.history import read_versions
from products.errors import NotFound, RevertClashes, StaleVersion
from products.models import Category, Change, Collection, PriceList
from products.services.category_moves import path_below
from products.services.collection_members import replace_products
from products.services.locking import lock_row, lock_tree
from products.services.noun_states import NOUNS, Noun, State
from products.services.unit_of_work import UnitOfWork, as_one, unit_of_work


def revert_noun(
    aggregate: str, key: UUID, *, number: int, expected_version: int | None, actor: Actor
) -> None:
    """Make it, with its parts, what it was at this version: also what was deleted. Where it is
    that, nothing is written.

    What was lost when it was deleted or changed does not come back: a brand has no products again,
    an attribute no values. Raises NotFound, StaleVersion, RevertClashes.
    """
    try:
        with unit_of_work(actor, renames=True) as work, as_one(work):
            _Reverting(work, aggregate, key, actor).to(number, expected_version)
    except (NotFound, StaleVersion, RevertClashes, ChannelForbidden):
        raise
    except DomainError as error:
        raise RevertClashes([_refused(error)]) from error


@dataclass(frozen=True, slots=True)
class _Reverting:
    work: UnitOfWork
    aggregate: str
    key: UUID
    actor: Actor

    @property
    def noun(self) -> Noun:
        return NOUNS[self.aggregate]

    def to(self, number: int, expected_version: int | None) -> None:
        if self.noun.model is Category:
            lock_tree()
        is_there = self._is_there(expected_version)
        (found,) = read_versions(self.aggregate, self.key, [number])
        values, clashes = self.noun.read(found.state)
        if clashes:
            raise RevertClashes(clashes)
        if not is_there:
            self._bring_back(found.state)
        self._write(values, found.state)
        if not is_there or self.work.touches(self.aggregate, self.key):
            self.work.changed(self.aggregate, [self.key], "reverted")

    def _is_there(self, expected_version: int | None) -> bool:
        """Raises NotFound where it never was, StaleVersion."""
        row: Any = self.noun.model._default_manager.filter(pk=self.key).first()
        if row is not None:
            if self.noun.model is PriceList:
                self.work.of_channels([row.channel_id])  # before anything of it is told
            lock_row(self.noun.model, self.key, expected_version=expected_version)
            return True
        last = self._last_version()
        if not last:
            raise NotFound(f"There is no {self.noun.model._meta.verbose_name} {self.key}.")
        if expected_version is not None and expected_version != last:
            raise StaleVersion(expected=expected_version, current=last)
        return False

    def _last_version(self) -> int:
        rows = Change.objects.filter(aggregate=self.aggregate, aggregate_id=self.key)
        return rows.order_by("-version").values_list("version", flat=True).first() or 0

    def _bring_back(self, state: State) -> None:
        """The bare row, under its old id: the service writes the rest. Its versions go on."""
        fields: dict[str, Any] = {name: state[name] for name in self.noun.born}
        if self.noun.model is Category:
            parent = UUID(state["parent_id"]) if state["parent_id"] else None
            fields |= {"parent_id": parent, "path": [*path_below(parent), self.key]}
        rows = self.noun.model._default_manager
        rows.create(id=self.key, version=self._last_version(), **fields)
        rows.filter(pk=self.key).update(created_at=state["created_at"])
        self.work.takes_slug(self.aggregate, [self.key])

    def _write(self, values: dict[str, Any], state: State) -> None:
        is_by_hand = self.noun.model is Collection and state["rule"] is None
        if self.noun.model is Collection and not is_by_hand:
            self._choose([])  # a rule finds its products itself
        self.noun.write(
            self.key, values=values, expected_version=None, actor=self.actor, **self.noun.options
        )
        if is_by_hand:
            self._choose([UUID(each) for each in state["products"]])

    def _choose(self, products: Sequence[UUID]) -> None:
        if not Collection.objects.get(pk=self.key).is_rule_based:
            replace_products(self.key, products=products, expected_version=None, actor=self.actor)


def _refused(error: DomainError) -> dict[str, Any]:
    return {"pointer": error.pointer or "", "code": error.code, "detail": str(error)}
