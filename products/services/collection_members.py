"""Products that are chosen by hand, and their order.

A collection and its order are one aggregate: each write here is a version of the collection. The
products do not change, but documents of those that come or go are printed anew.
"""

from collections.abc import Collection as Group
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from accounts.actors import Actor
from products.errors import InvalidValue, NotFound, RuleChooses, UnknownReference
from products.models import Collection, CollectionProduct, Product
from products.models.product_collections import MAX_PRODUCTS
from products.services.locking import ensure_exist, lock_products, lock_row
from products.services.unit_of_work import UnitOfWork, unit_of_work

# Room between two products: the next one that comes between them moves nobody else.
STEP = 1_000_000


def replace_products(
    collection_id: UUID, *, products: Sequence[UUID], expected_version: int | None, actor: Actor
) -> Collection:
    """Have these products, in this order, and no others.

    Raises NotFound, StaleVersion, RuleChooses, UnknownReference, InvalidValue.
    """
    with unit_of_work(actor) as work:
        collection = _by_hand(collection_id, expected_version)
        _ensure_each_once(products)
        rows = _rows(collection_id)
        if [key for key, _ in rows] != list(products):
            come = set(products) - {key for key, _ in rows}
            gone = {key for key, _ in rows} - set(products)
            _change(collection_id, come, gone, work)
            _store(collection_id, [(key, STEP * n) for n, key in enumerate(products)])
    collection.refresh_from_db()
    return collection


def place_products(
    collection_id: UUID,
    *,
    products: Sequence[UUID],
    before: UUID | None = None,
    after: UUID | None = None,
    expected_version: int | None,
    actor: Actor,
) -> Collection:
    """Put these products, in this order, before or after another one, or at the end.

    Those that are new come in; the others move. Raises what replace_products raises.
    """
    with unit_of_work(actor) as work:
        collection = _by_hand(collection_id, expected_version)
        _ensure_each_once(products)
        rows = _rows(collection_id)
        others = [row for row in rows if row[0] not in set(products)]
        index = _index([key for key, _ in others], before, after)
        order = [key for key, _ in others]
        order[index:index] = products
        if order != [key for key, _ in rows]:
            _ensure_room(order)
            _change(collection_id, set(products) - {key for key, _ in rows}, set(), work)
            _store(collection_id, _numbered(others, index, products))
    collection.refresh_from_db()
    return collection


def remove_product(
    collection_id: UUID, *, product: UUID, expected_version: int | None, actor: Actor
) -> None:
    """Raises NotFound, also for a product that is not in it, StaleVersion, RuleChooses."""
    with unit_of_work(actor) as work:
        _by_hand(collection_id, expected_version)
        if not CollectionProduct.objects.filter(collection=collection_id, product=product).exists():
            raise NotFound(f"The collection does not have the product {product}.")
        _change(collection_id, set(), {product}, work)


def lock_collections(collection_ids: Group[UUID]) -> None:
    """Before any of their products, as everybody does who changes them."""
    if collection_ids:
        rows = Collection.objects.select_for_update(no_key=True).filter(pk__in=collection_ids)
        for _ in rows.order_by("pk").values_list("pk"):
            pass  # Only the locks are wanted.


def add_products(work: UnitOfWork, wanted: Mapping[UUID, Sequence[UUID]]) -> None:
    """Collection -> products that come in at the end, unless they are in it. All of them are
    locked. Four statements, however many there are. Raises RuleChooses, InvalidValue."""
    if not wanted:
        return
    if Collection.objects.filter(pk__in=wanted).exclude(rule__isnull=True).exists():
        raise RuleChooses
    rows = CollectionProduct.objects.filter(collection__in=wanted)
    numbers = rows.order_by().values("collection").annotate(Count("pk"), Max("position"))
    known = {each["collection"]: each for each in numbers}
    products = {key for keys in wanted.values() for key in keys}
    inside = set(rows.filter(product__in=products).values_list("collection_id", "product_id"))
    come: list[CollectionProduct] = []
    for collection, keys in wanted.items():
        have = known.get(collection, {"pk__count": 0, "position__max": -STEP})
        new = [key for key in dict.fromkeys(keys) if (collection, key) not in inside]
        _ensure_room_for(have["pk__count"] + len(new))
        come += [
            CollectionProduct(
                collection_id=collection,
                product_id=key,
                source=CollectionProduct.Source.MANUAL,
                position=have["position__max"] + STEP * n,
            )
            for n, key in enumerate(new, start=1)
        ]
    CollectionProduct.objects.bulk_create(come)
    changed = {row.collection_id for row in come}
    work.changed("collection", sorted(changed), "products-changed")
    work.reprint(row.product_id for row in come)


def number_anew(collection_id: UUID) -> None:
    """Make what a rule found a choice by hand, in the order in which it was shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE products_collectionproduct m
               SET source = 'manual', position = (ranked.n - 1) * %s
              FROM (SELECT id, row_number() OVER (ORDER BY position, product_id DESC) AS n
                      FROM products_collectionproduct WHERE collection_id = %s) ranked
             WHERE m.id = ranked.id
            """,
            [STEP, collection_id],
        )


def _by_hand(collection_id: UUID, expected_version: int | None) -> Collection:
    collection = lock_row(Collection, collection_id, expected_version=expected_version)
    if collection.is_rule_based:
        raise RuleChooses
    return collection


def _rows(collection_id: UUID) -> list[tuple[UUID, int]]:
    rows = CollectionProduct.objects.filter(collection=collection_id)
    return list(rows.order_by("position", "-product_id").values_list("product_id", "position"))


def _ensure_each_once(products: Sequence[UUID]) -> None:
    _ensure_room(products)
    seen: dict[UUID, int] = {}
    for n, key in enumerate(products):
        if seen.setdefault(key, n) != n:
            raise InvalidValue(f"{key} is given twice.", pointer=f"/products/{n}")
    ensure_exist(Product, set(products), pointer=lambda key: f"/products/{seen[key]}")


def _ensure_room(products: Sequence[UUID]) -> None:
    _ensure_room_for(len(products))


def _ensure_room_for(count: int) -> None:
    if count > MAX_PRODUCTS:
        raise InvalidValue(
            f"A collection has at most {MAX_PRODUCTS} products by hand: use a rule for more.",
            pointer="/products",
        )


def _change(collection_id: UUID, come: Group[UUID], gone: Group[UUID], work: UnitOfWork) -> None:
    """Say that the collection changes; print whatever comes and goes.

    Whoever deletes a product holds it before it lets go of its memberships: so do we.
    """
    if come or gone:
        lock_products([*come, *gone])
    if gone:
        rows = CollectionProduct.objects.filter(collection=collection_id, product__in=gone)
        rows.delete()
    work.changed("collection", [collection_id], "products-changed")
    work.reprint([*come, *gone])


def _store(collection_id: UUID, places: Sequence[tuple[UUID, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO products_collectionproduct AS m
                        (collection_id, product_id, source, position)
            SELECT %s, given.product_id, 'manual', given.position
              FROM unnest(%s::uuid[], %s::bigint[]) given(product_id, position)
                ON CONFLICT (collection_id, product_id) DO UPDATE SET position = excluded.position
             WHERE m.position <> excluded.position
            """,
            [collection_id, [key for key, _ in places], [place for _, place in places]],
        )


def _index(keys: Sequence[UUID], before: UUID | None, after: UUID | None) -> int:
    neighbour, side = (before, "before") if before else (after, "after")
    if neighbour is None:
        return len(keys)
    if neighbour not in keys:
        raise UnknownReference("other product of the collection", neighbour, pointer=f"/{side}")
    return keys.index(neighbour) + (side == "after")


def _numbered(
    others: Sequence[tuple[UUID, int]], index: int, products: Sequence[UUID]
) -> list[tuple[UUID, int]]:
    """Positions for these products in the gap before `index`; for all, where it is too narrow."""
    count = len(products)
    lower = others[index - 1][1] if index else None
    upper = others[index][1] if index < len(others) else None
    if upper is None:
        start = STEP if lower is None else lower + STEP
        return [(key, start + STEP * n) for n, key in enumerate(products)]
    if lower is None:
        return [(key, upper - STEP * (count - n)) for n, key in enumerate(products)]
    if upper - lower > count:
        gap = upper - lower
        return [(key, lower + gap * (n + 1) // (count + 1)) for n, key in enumerate(products)]
    keys = [key for key, _ in others]
    keys[index:index] = products
    return [(key, STEP * n) for n, key in enumerate(keys)]
