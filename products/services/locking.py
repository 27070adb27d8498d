"""Locks, in one order: names, category tree, then products by id, then their children."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from django.db import connection, models

from products.changes.since import Since, since
from products.errors import NotFound, StaleVersion, UnknownReference
from products.models import (
    Attribute,
    Brand,
    Category,
    Channel,
    Collection,
    Curation,
    Feed,
    Locale,
    Location,
    PriceList,
    Product,
    ProductType,
    RelationKind,
    Synonym,
    TaxClass,
)

Row = TypeVar(
    "Row",
    Product,
    Brand,
    Category,
    Attribute,
    ProductType,
    Channel,
    Locale,
    Location,
    PriceList,
    TaxClass,
    Collection,
    RelationKind,
    Synonym,
    Curation,
    Feed,
)
# Any numbers will do, as long as nobody else uses them: "name" and "tree" in ASCII.
NAMES_LOCK = 0x6E616D65
BUNDLES_LOCK = 0x626E646C
TREE_LOCK = 0x74726565
MOST_EXPLAINED = 20  # of a batch: each takes queries of its own


# The statements that a session keeps prepared find a few rows by their keys: one plan fits all.
_ONE_PLAN = "set_config('plan_cache_mode', 'force_generic_plan', true)"


def hold_names() -> None:
    """Keep brands, categories, types and attributes as they are until the transaction ends.

    A document shows them. Whoever renames one prints the documents that it can see, and a product
    that is not committed yet is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared(%s), {_ONE_PLAN}", [NAMES_LOCK])


def lock_names() -> None:
    """Let all writers finish, and the next ones wait, while brands or categories change names."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock(%s), {_ONE_PLAN}", [NAMES_LOCK])


def lock_tree() -> None:
    """Let one writer at a time change the category tree. What was read before it is stale."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def lock_bundles() -> None:
    """Let one writer at a time put parts into bundles: two could close a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUNDLES_LOCK])


def lock_row(model: type[Row], key: UUID, *, expected_version: int | None) -> Row:
    """The row, locked against other writers. Raises NotFound or StaleVersion."""
    manager: models.Manager[Row] = model._default_manager
    row = manager.select_for_update(no_key=True).filter(pk=key).first()
    if row is None:
        raise NotFound(f"There is no {model._meta.verbose_name} {key}.")
    ensure_version(row, expected_version)
    return row


def ensure_version(row: Row, expected_version: int | None, *, is_explained: bool = True) -> None:
    """Of a locked row. Raises StaleVersion, which says what changed since if `is_explained`."""
    if expected_version is None or expected_version == row.version:
        return
    past = since(row.pk, expected_version) if is_explained else Since([], [])
    raise StaleVersion(
        expected=expected_version,
        current=row.version,
        changes=past.changes,
        changed=past.members,
    )


class Versions:
    """Ensures the versions of a batch: of the first stale ones it tells what changed since."""

    def __init__(self) -> None:
        self._explained = 0

    def ensure(self, row: Row, expected_version: int | None) -> None:
        """Of a locked row. Raises StaleVersion."""
        is_explained = self._explained < MOST_EXPLAINED
        self._explained += expected_version not in (None, row.version)
        ensure_version(row, expected_version, is_explained=is_explained)


def lock_products(product_ids: Iterable[UUID]) -> None:
    """Let the writers of these products finish, and the next ones wait.

    A document is computed from the instant its statement began. Written without this lock, it
    could replace the newer one of a writer that committed meanwhile.
    """
    rows = Product.objects.select_for_update(no_key=True).filter(pk__any_of=product_ids)
    for _ in rows.order_by("pk").values_list("pk").iterator():
        pass  # Only the locks are wanted.


def existing(model: type[Row], keys: set[UUID]) -> set[UUID]:
    """Those of the keys that name a row."""
    if not keys:
        return set()
    manager: models.Manager[Row] = model._default_manager
    return set(manager.filter(pk__any_of=keys).values_list("pk", flat=True))


def ensure_exist(
    model: type[Row], keys: set[UUID], *, pointer: Callable[[UUID], str | None] = lambda _: None
) -> None:
    """Raises UnknownReference for the first key that names no row."""
    for missing in sorted(keys - existing(model, keys)):
        raise UnknownReference(str(model._meta.verbose_name), missing, pointer=pointer(missing))
