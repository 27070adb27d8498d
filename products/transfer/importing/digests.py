"""Whether a record says what it said when the catalog last took it, of a product that is as that
import left it: then it needs no second look.

What a record does follows from its words, from what its names stand for, from the definitions, and
from the product with its stock, costs and collections. All of these must be the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from products.models import ImportedRecord
from products.transfer.importing.intents import Staged
from products.transfer.importing.policies import Policy
from products.transfer.importing.world import World
from products.transfer.records import ProductRecord

# Whoever changes one of these gives it another version; the newest id tells of new ones.
DEFINING = (
    "attribute",
    "producttype",
    "locale",
    "channel",
    "pricelist",
    "taxclass",
    "location",
    "relationkind",
)
_EACH = "(SELECT concat_ws(' ', count(*), sum(version), max(id::text)) FROM products_{})"
_STAMP = "SELECT " + ", ".join(map(_EACH.format, DEFINING))
_SIDES = """
    concat_ws(' ',
        (SELECT md5(string_agg(concat(l.id, l.version), ',' ORDER BY l.id))
           FROM products_stocklevel l JOIN products_variant v ON v.id = l.variant_id
          WHERE v.product_id = p.id), '/',
        (SELECT md5(string_agg(concat(c.id, c.version), ',' ORDER BY c.id))
           FROM products_cost c JOIN products_variant v ON v.id = c.variant_id
          WHERE v.product_id = p.id), '/',
        (SELECT md5(string_agg(m.collection_id::text, ',' ORDER BY m.collection_id))
           FROM products_collectionproduct m
          WHERE m.product_id = p.id AND m.source = 'manual'))
"""
_KEEP = """
    INSERT INTO products_importedrecord AS kept
           (source, product_id, digest, surroundings, version)
    SELECT %s, p.id, given.digest, given.surroundings, p.version
      FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS given(id, digest, surroundings)
      JOIN products_product p ON p.id = given.id
        ON CONFLICT (source, product_id) DO UPDATE
       SET digest = excluded.digest, surroundings = excluded.surroundings,
           version = excluded.version
     WHERE (kept.digest, kept.surroundings, kept.version)
           IS DISTINCT FROM (excluded.digest, excluded.surroundings, excluded.version)
"""
_FOLLOW = """
    UPDATE products_importedrecord kept SET version = p.version
      FROM products_product p
     WHERE p.id = kept.product_id AND p.id = ANY(%s) AND kept.source = %s
"""
Product = tuple[Staged, UUID]


class Surroundings:
    """Of the records of a chunk: four statements, with `world` as what their names stand for."""

    def __init__(
        self, source: str, products: Sequence[Product], world: World, told: Mapping[str, Any]
    ) -> None:
        self._source = source
        self._products = products
        self._world = world
        self._told = told
        self._stamp = _stamp()

    def same(self) -> set[int]:
        """The numbers of those that need no second look."""
        keys = [key for _, key in self._products]
        rows = ImportedRecord.objects.filter(source=self._source, product_id__in=keys).order_by()
        known = {row.product_id: row for row in rows}
        states = self._states([key for key in keys if key in known])
        same = set()
        for staged, key in self._products:
            row, state = known.get(key), states.get(key)
            if row is None or state is None or row.version != state[0]:
                continue
            if bytes(row.digest) == staged.digest and bytes(row.surroundings) == self._of(
                staged.record, state[1]
            ):
                same.add(staged.number)
        return same

    def keep(self, products: Iterable[Product]) -> None:
        """After these were written, in the same transaction."""
        kept = [each for each in products if each[0].digest]
        states = self._states([key for _, key in kept]) if kept else {}
        rows = [
            (key, staged.digest, self._of(staged.record, states[key][1]))
            for staged, key in kept
            if key in states
        ]
        if not rows:
            return
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [self._source, *map(list, zip(*rows, strict=True))])

    def _states(self, keys: Sequence[UUID]) -> dict[UUID, tuple[int, str]]:
        """Version, and what belongs to the product and has no part in it."""
        sides = _SIDES if any(has_sides(staged.record) for staged, _ in self._products) else "''"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.id, p.version, {sides} FROM products_product p WHERE p.id = ANY(%s)",  # noqa: S608 - of our own words
                [list(keys)],
            )
            return {key: (version, said) for key, version, said in cursor.fetchall()}

    def _of(self, record: ProductRecord, sides: str) -> bytes:
        world = self._world
        names = [
            self._stamp,
            self._told,
            world.brand_of(record),
            world.categories_of(record),
            world.collections_of(record),
            sides if has_sides(record) else "",
        ]
        return blake2b(orjson.dumps(names), digest_size=16).digest()


def has_sides(record: ProductRecord) -> bool:
    return bool(record.collections) or any(
        each.quantity is not None or each.stock or each.cost or each.costs
        for each in record.variants
    )


def source_of(policy: Policy, file_format: str) -> str:
    return (policy.source or file_format)[:64]


def follow_versions(source: str, products: Sequence[UUID]) -> None:
    """These products changed once more in the same import."""
    if products:
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW, [list(products), source])


def _stamp() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return list(cursor.fetchone())
