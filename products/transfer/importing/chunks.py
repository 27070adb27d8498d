"""One chunk of records, planned or written: the same statements however many they are."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import ItemsRefused
from products.services.bulk_items import Bulk, BulkOutcome, Outcomes, Refusals
from products.services.collection_members import add_products, lock_collections
from products.services.costs import write_costs
from products.services.counting import counting, differing_stock
from products.services.listings import write_all_listings
from products.services.locking import lock_products
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite
from products.services.stock_rows import Place
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CostValues
from products.transfer.importing.digests import Surroundings
from products.transfer.importing.expected import expect_definitions
from products.transfer.importing.finding import Found, find_products, settle_variant_ids
from products.transfer.importing.intents import Intent, Staged
from products.transfer.importing.merging import intent_of
from products.transfer.importing.policies import Policy
from products.transfer.importing.referred import load_targets
from products.transfer.importing.rehearsing import rehearsable
from products.transfer.importing.stored import Stored
from products.transfer.importing.world import World, all_cells, complete_world, load_names

MOST_TRIES = 10_000  # each record alone, if it must be: nothing of a file is given up


@dataclass(slots=True)
class Chunk:
    """`earlier` answers which of these products records before the chunk were about, and on which
    lines. `definitions` are those that a rehearsal, which writes nothing, counts as made."""

    policy: Policy
    actor: Actor
    location: str | None
    earlier: Callable[[Iterable[UUID]], Mapping[UUID, int]]
    source: str = ""
    is_rehearsal: bool = False
    is_last_pass: bool = False  # all products of the file are there
    definitions: Mapping[str, Any] = field(default_factory=dict)
    intents: dict[int, Intent] = field(default_factory=dict)  # of those that were not refused
    found: dict[int, UUID] = field(default_factory=dict)  # record -> product, refused ones, too
    lines: dict[UUID, int] = field(default_factory=dict)  # of the first record about a product
    stock_changes: Counter[UUID] = field(default_factory=Counter)  # by product

    def work(self, staged: Sequence[Staged]) -> Outcomes:
        """The outcome of each record, by its number. Refused ones leave no trace."""
        bulk = Bulk(self._once, lambda error, _: error, is_whole=False, most_tries=MOST_TRIES)
        return bulk.write({each.number: each for each in staged})

    def _once(self, items: Mapping[int, Staged]) -> Outcomes:
        with unit_of_work(self.actor) as work:
            refusals = Refusals()
            told = {"location": self.location, "fetches": self.policy.fetch_media}
            found = find_products(items, self.earlier, refusals)
            self.lines = found.lines
            self.found |= found.products
            wanted = {n: key for n, key in found.products.items() if self._is_wanted(key, found)}
            world = load_names([items[n].record for n in wanted])
            left = Surroundings(self.source, [(items[n], wanted[n]) for n in wanted], world, told)
            for n in left.same():
                del wanted[n]
            intents = self._intents(items, wanted, found, world, refusals)
            if self.is_rehearsal:
                self._rehearse(work, intents, world, refusals)
            else:
                self._write(work, intents, world, refusals)
        outcomes = refusals.outcomes(is_whole=False)
        if not self.is_rehearsal:
            left.keep(
                (items[n], key)
                for n, key in wanted.items()
                if n not in outcomes and not intents[n].is_deferred
            )
        self.intents |= {n: each for n, each in intents.items() if n not in outcomes}
        for n, key in found.products.items():
            done = intents[n].done if n in intents else "unchanged"
            outcomes.setdefault(n, BulkOutcome(done, key))
        return outcomes

    def _is_wanted(self, key: UUID, found: Found) -> bool:
        """Whether the policy asks for it: what is left out counts as unchanged."""
        return self.policy.writes == "both" or (self.policy.writes == "create") == (
            key in found.new
        )

    def _intents(
        self,
        items: Mapping[int, Staged],
        wanted: Mapping[int, UUID],
        found: Found,
        world: World,
        refusals: Refusals,
    ) -> dict[int, Intent]:
        records = [items[n].record for n in wanted]
        keys = [key for key in wanted.values() if key not in found.new]
        collections = {key for record in records for key in world.collections_of(record) if key}
        if not self.is_rehearsal:
            lock_collections(collections)
            lock_products(keys)
        stored = Stored(
            keys,
            with_listings=any(record.listings for record in records),
            with_collections=any(record.collections for record in records),
        )
        complete_world(world, records, stored.products.values())
        expect_definitions(world, self.definitions)
        world.is_last_pass = self.is_last_pass
        load_targets(world, [cell for record in records for cell in all_cells(record)])
        intents: dict[int, Intent] = {}
        for n, key in wanted.items():
            with refusals.judging(n):
                intents[n] = intent_of(
                    items[n], key, stored, world, fetches=self.policy.fetch_media
                )
        settle_variant_ids(intents.values())
        return intents

    def _rehearse(
        self, work: UnitOfWork, intents: Mapping[int, Intent], world: World, refusals: Refusals
    ) -> None:
        writing = [each for each in intents.values() if each.values or each.is_new]
        values = [rehearsable(each.values, world) for each in writing]
        errors = self._store(work, writing, values)
        refusals.errors |= errors
        right = {n: each for n, each in intents.items() if n not in errors}
        self.stock_changes += differing_stock(self._counts(right, world))

    def _write(
        self, work: UnitOfWork, intents: Mapping[int, Intent], world: World, refusals: Refusals
    ) -> None:
        """Raises ItemsRefused where the rules refuse any: its stock may be written by then."""
        writing = [each for each in intents.values() if each.values or each.is_new]
        with counting(work, self._counts(intents, world)) as changed:
            if errors := self._store(work, writing, [each.values for each in writing]):
                raise ItemsRefused(refusals.errors | errors)
        self.stock_changes += changed
        write_all_listings(
            work, {each.key: each.listings for each in intents.values() if each.listings}
        )
        members: dict[UUID, list[UUID]] = {}
        for each in intents.values():
            for collection in each.collections:
                members.setdefault(collection, []).append(each.key)
        add_products(work, members)
        if costs := _costs(intents):
            write_costs(work, costs)

    def _store(
        self, work: UnitOfWork, intents: Sequence[Intent], values: Sequence[Any]
    ) -> dict[int, DomainError]:
        """What the rules refuse, by the number of the record."""
        refused = Refusals()
        try:
            write_products(
                work,
                [_write_of(*pair) for pair in zip(intents, values, strict=True)],
                may_publish=True,
                refusals=refused,
                is_whole=False,
                is_rehearsal=self.is_rehearsal,
            )
        except ItemsRefused as error:
            refused.errors |= error.refused
        return {intents[n].staged.number: error for n, error in refused.errors.items()}

    def _counts(self, intents: Mapping[int, Intent], world: World) -> dict[Place, int]:
        counts: dict[Place, int] = {}
        for intent in intents.values():
            for key, record in zip(intent.variants, intent.record.variants, strict=True):
                if record.quantity is not None and self.location:
                    counts[key, world.location(self.location)] = record.quantity
                for code, quantity in record.stock.items():
                    counts[key, world.location(code)] = quantity
        return counts


def _write_of(intent: Intent, values: Any) -> ProductWrite:
    if intent.is_new:
        return ProductWrite(values=values, new_id=intent.key)
    return ProductWrite(values=values, product_id=intent.key)


def _costs(intents: Mapping[int, Intent]) -> dict[UUID, Sequence[CostValues]]:
    return {
        key: [{"currency": each, "amount": amount} for each, amount in costs.items()]
        for intent in intents.values()
        for key, record in zip(intent.variants, intent.record.variants, strict=True)
        if (costs := {**record.costs, **dict([record.cost] if record.cost else [])})
    }
