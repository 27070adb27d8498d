"""One transaction from truth to document: what a service touches, this finishes.

On leaving, each touched aggregate gets its next version, one row in the change log and fresh
documents. The number of statements does not depend on how many were touched.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.channel_limits import ensure_within, forbidden
from products.changes.parts import record_products
from products.changes.prices import (
    record_price_lists,
    record_prices,
    record_prices_of_variants,
)
from products.changes.record import bump_versions, record_changes
from products.models import Product
from products.services.broken_rules import broken_rule
from products.services.collecting import print_documents
from products.services.locking import hold_names, lock_names, lock_products
from products.services.printing import reprint_everything
from products.services.redirects import (
    LIVING,
    drop_redirects_of_live_slugs,
    forget_redirects,
    keep_old_slugs,
)


class UnitOfWork:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        nouns = (
            "locale",
            "channel",
            "attribute",
            "product_type",
            "relation_kind",
            "category",
            "brand",
            "price_list",
            "tax_class",
            "cost",
            "product",
            "location",
            "collection",
            "synonym",
            "curation",
        )
        self._events: dict[str, dict[UUID, str]] = {noun: {} for noun in nouns}
        self._created: set[UUID] = set()
        self._deleted: dict[str, set[UUID]] = {}
        self._touched: dict[UUID, set[UUID]] = {}
        self._old_slugs: dict[str, dict[UUID, str]] = {}
        self._slug_takers: dict[str, set[UUID]] = {}
        self._stale_documents: set[UUID] = set()
        self._prints_everything = False
        self._is_of_channels = actor.channels is None

    def of_channels(self, channels: Iterable[UUID | None]) -> None:
        """Say what the change belongs to; None is all channels. Whoever does not say so writes what
        all share. Raises ChannelForbidden where the actor is limited to other channels."""
        ensure_within(self.actor.channels, set(channels), "This belongs to another one, or to all.")
        self._is_of_channels = True

    def touches(self, aggregate: str, key: UUID) -> bool:
        """Whether the row was made or changed so far."""
        return key in self._events[aggregate]

    def created(self, aggregate: str, ids: Iterable[UUID]) -> None:
        ids = list(ids)
        self._created.update(ids)
        self._events[aggregate].update(dict.fromkeys(ids, f"{aggregate}.created"))
        self.takes_slug(aggregate, ids)

    def changed(self, aggregate: str, ids: Iterable[UUID], event: str = "updated") -> None:
        """Say what happened to these rows; a row made in this transaction stays "created"."""
        for key in ids:
            if key not in self._created:
                self._events[aggregate][key] = f"{aggregate}.{event}"
            if aggregate == "product":
                self._touched.pop(key, None)

    def changed_variants(
        self, product_id: UUID, variant_ids: Iterable[UUID], event: str = "updated"
    ) -> None:
        """Say that of this product's variants none but these were touched: made, changed or
        deleted. The change log then need not hold the others again."""
        if product_id in self._created:
            return
        events = self._events["product"]
        if product_id not in events or product_id in self._touched:
            self._touched.setdefault(product_id, set()).update(variant_ids)
        events[product_id] = f"product.{event}"

    def deleting(self, aggregate: str, ids: Iterable[UUID]) -> None:
        """Write the tombstones, with the last state of each row. Call it before the rows go."""
        ids = list(ids)
        self._deleted.setdefault(aggregate, set()).update(ids)
        record_changes(aggregate, dict.fromkeys(ids, f"{aggregate}.deleted"), actor=self.actor)
        if aggregate in LIVING:
            forget_redirects(aggregate, ids)

    def reslugged(self, aggregate: str, old: Mapping[UUID, str]) -> None:
        """These live rows have another slug; the old ones lead to them from now on."""
        self._old_slugs.setdefault(aggregate, {}).update(old)
        self.takes_slug(aggregate, old)

    def follow_slug(self, product: Product, old: str, *, was_archived: bool) -> None:
        """A live product's old slug leads to it; what an archived one was called, leads nowhere."""
        if product.is_archived:
            return
        if was_archived:
            self.takes_slug("product", [product.pk])
        elif old != product.slug:
            self.reslugged("product", {product.pk: old})

    def takes_slug(self, aggregate: str, ids: Iterable[UUID]) -> None:
        """These rows began to live, or have a new slug: no redirect of that slug remains."""
        if aggregate in LIVING:
            self._slug_takers.setdefault(aggregate, set()).update(ids)

    def reprint(self, product_ids: Iterable[UUID]) -> None:
        """These products did not change, but what their documents show did."""
        self._stale_documents.update(product_ids)

    def reprint_everything(self) -> None:
        """What the documents of all products show changed."""
        self._prints_everything = True

    def finish(self) -> None:
        if self.actor.channels is not None and not self._is_of_channels:
            raise forbidden(self.actor.channels, "All channels share this.")
        for aggregate, ids in self._slug_takers.items():
            drop_redirects_of_live_slugs(aggregate, ids)
        for aggregate, old_slugs in self._old_slugs.items():
            keep_old_slugs(aggregate, old_slugs)
        for aggregate, events in self._events.items():
            if events:
                old = [key for key in events if key not in self._created]
                if old:
                    bump_versions(aggregate, old)
                if aggregate == "product":
                    record_products(events, self._touched, actor=self.actor)
                else:
                    record_changes(aggregate, events, actor=self.actor)
        self._record_history()
        if self._prints_everything:
            reprint_everything()
            return
        if others := self._stale_documents - self._events["product"].keys():
            lock_products(others)
        stale = sorted(self._stale_documents | self._events["product"].keys())
        print_documents(stale)

    def _record_history(self) -> None:
        """Of a product whose touched variants are known, the prices of those alone."""
        lists, products = self._events["price_list"].keys(), self._events["product"].keys()
        record_price_lists(lists | self._deleted.get("price_list", set()))
        record_prices((products - self._touched.keys()) | self._deleted.get("product", set()))
        touched = products & self._touched.keys()
        record_prices_of_variants(key for product in touched for key in self._touched[product])


# The work that those which begin now are part of.
_whole: ContextVar["UnitOfWork | None"] = ContextVar("whole", default=None)


@contextmanager
def as_one(work: UnitOfWork) -> Iterator[None]:
    """What services do inside is one version of each row, and one row of the change log."""
    token = _whole.set(work)
    try:
        yield
    finally:
        _whole.reset(token)


@contextmanager
def unit_of_work(actor: Actor, *, renames: bool = False) -> Iterator[UnitOfWork]:
    """Everything inside commits together or not at all.

    `renames` is for work that changes what the documents of other products show. Inside of
    `as_one` it is a part of the work around it.

    Raises the DomainError that names the broken rule where the database refuses a row.
    """
    if (whole := _whole.get()) is not None:
        if renames:
            lock_names()
        yield whole
        return
    try:
        with transaction.atomic():
            (lock_names if renames else hold_names)()
            work = UnitOfWork(actor)
            yield work
            work.finish()
    except IntegrityError as error:
        raise broken_rule(error) from error
