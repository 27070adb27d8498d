"""Many prices in one request: set or deleted, each by its variant, list, currency, quantity and
period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import NotFound, RepeatedItem, StaleVersion, UnknownReference
from products.models import Price, Product, Variant
from products.services.bulk_items import Bulk, BulkOutcome, Done, Outcomes, Refusals
from products.services.identity import live_variants_by_sku
from products.services.locking import Versions
from products.services.naming_rows import NamedRows
from products.services.periods import ensure_few_periods
from products.services.prices import (
    ensure_apart,
    is_same_place,
    may_change_in_time,
    new_price,
    store_all_prices,
)
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import PriceValues


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceItem:
    """A variant is named by its id or else by its SKU. To delete takes no amounts: it names the
    price as `set` does."""

    operation: Literal["set", "delete"]
    values: PriceValues
    variant: UUID | None = None
    sku: str = ""
    expected_version: int | None = None  # of the product


@dataclass(slots=True)
class _Plan:
    gone: list[Price] = field(default_factory=list)
    changed: list[Price] = field(default_factory=list)
    created: list[Price] = field(default_factory=list)
    done: dict[int, tuple[Done, Price]] = field(default_factory=dict)


def write_prices_in_bulk(
    items: Mapping[int, PriceItem], *, is_whole: bool, actor: Actor
) -> Outcomes:
    """The outcome of each item, by its number, with the version of the product. `is_whole`: all of
    them or none.

    Raises ItemsRefused where all must succeed and some do not, and ChannelForbidden.
    """
    first: dict[object, int] = {}

    def write_once(items: Mapping[int, PriceItem]) -> Outcomes:
        with unit_of_work(actor) as work:
            refusals = Refusals()
            batch = _Batch(items, first)
            for n, item in sorted(items.items()):
                with refusals.judging(n):
                    batch.plan_item(n, item)
            for n, error in refusals.errors.items():
                _located(error, items[n])
            refused = refusals.outcomes(is_whole=is_whole)
            batch.store(work)
        return refused | batch.outcomes()

    return Bulk(write_once, _located, is_whole).write(items)


class _Batch:
    """The prices of all variants that the items name, read in the same statements for any number
    of them; the products are locked, by id."""

    def __init__(self, items: Mapping[int, PriceItem], first: dict[object, int]) -> None:
        self._first = first
        self._versions = Versions()
        self._by_sku, self._owners = _variants_of(list(items.values()))
        rows = Product.objects.filter(pk__in=set(self._owners.values())).order_by("pk")
        self._products = {row.pk: row for row in rows.select_for_update(no_key=True)}
        self._rows = NamedRows([{"prices": [item.values for item in items.values()]}])
        self._prices: dict[UUID, list[Price]] = defaultdict(list)
        prices = Price.objects.filter(variant__in=self._owners.keys())
        for price in prices.select_related("price_list"):
            self._prices[price.variant_id].append(price)
        self._plan = _Plan()
        self._touched: dict[UUID, set[UUID]] = defaultdict(set)  # product -> variants

    def plan_item(self, number: int, item: PriceItem) -> None:
        """Raises NotFound, StaleVersion, RepeatedItem, PricesOverlap, InvalidValue."""
        variant_id, product = self._subject(item)
        self._versions.ensure(product, item.expected_version)
        wanted = new_price(variant_id, self._rows.price(item.values))
        place = (variant_id, wanted.slot, wanted.valid.lower, wanted.valid.upper)
        if self._first.setdefault(place, number) != number:
            raise RepeatedItem(self._first[place])
        stored = self._prices[variant_id]
        same = next((row for row in stored if is_same_place(row, wanted)), None)
        done: Done = "unchanged"
        if item.operation == "delete":
            if same is None:
                raise NotFound("The variant has no such price.", pointer="")
            stored.remove(same)
            self._plan.gone.append(same)
            done = "deleted"
        elif same is None:
            ensure_apart(wanted, stored)
            stored.append(wanted)
            self._plan.created.append(wanted)
            done = "created"
        elif (same.amount, same.compare_at) != (wanted.amount, wanted.compare_at):
            same.amount, same.compare_at = wanted.amount, wanted.compare_at
            self._plan.changed.append(same)
            done = "changed"
        if done != "unchanged":
            self._touched[product.pk].add(variant_id)
        self._plan.done[number] = (done, same or wanted)

    def store(self, work: UnitOfWork) -> None:
        plan = self._plan
        work.of_channels(
            {
                price.price_list.channel_id if price.price_list else None
                for _, price in plan.done.values()
            }
        )
        store_all_prices(plan.gone, plan.changed, plan.created)
        if changing := {each.variant_id for each in plan.created if may_change_in_time(each)}:
            ensure_few_periods(changing)
        for product_id, variants in self._touched.items():
            work.changed_variants(product_id, variants)

    def outcomes(self) -> Outcomes:
        """After the work is finished: each touched product has its next version."""
        done = self._plan.done
        return {
            n: BulkOutcome(said, price.pk, self._version_of(price))
            for n, (said, price) in done.items()
        }

    def _version_of(self, price: Price) -> int:
        product = self._products[self._owners[price.variant_id]]
        return product.version + (product.pk in self._touched)

    def _subject(self, item: PriceItem) -> tuple[UUID, Product]:
        key = item.variant or self._by_sku.get(item.sku)
        if item.variant is None and key is None:
            raise NotFound(f"No variant has the SKU {item.sku!r}.", pointer="/sku")
        if key is None or self._owners.get(key) not in self._products:
            raise UnknownReference("variant", item.variant or item.sku, pointer="/variant")
        return key, self._products[self._owners[key]]


def _variants_of(items: Sequence[PriceItem]) -> tuple[dict[str, UUID], dict[UUID, UUID]]:
    """The variant of each SKU, and the product of each variant that is named."""
    named = live_variants_by_sku({item.sku for item in items if item.variant is None})
    owners = dict(named.values())
    if keys := {item.variant for item in items if item.variant}:
        rows = Variant.objects.filter(pk__in=keys).order_by()
        owners |= dict(rows.values_list("pk", "product"))
    return {sku: key for sku, (key, _) in named.items()}, owners


def _located(error: DomainError, _: PriceItem) -> DomainError:
    if isinstance(error, StaleVersion):
        error.pointer = "/if_match"
    return error
