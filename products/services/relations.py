"""Writes of relations: always as the whole list of a product.

A document shows which of its targets are published. So whoever relates products, and whoever
changes the status of one, locks all of them first, by id: neither overlooks the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection

from catalog_project.errors import pointing_at
from products.errors import BundleCycle, InvalidValue, RelationTwice, StillInUse, UnknownReference
from products.models import Product, Relation, RelationKind, Variant
from products.models.relations import MAX_RELATIONS
from products.services.locking import lock_bundles, lock_products
from products.services.rows import insert_rows
from products.services.unit_of_work import UnitOfWork
from products.services.values import ProductValues, RelationValues

_CYCLE = """
    WITH RECURSIVE inside (id) AS (
        SELECT r.target_id FROM products_relation r
          JOIN products_relationkind kind ON kind.id = r.kind_id AND kind.is_bundle
         WHERE r.product_id = ANY(%(ids)s)
        UNION
        SELECT r.target_id FROM inside
          JOIN products_relation r ON r.product_id = inside.id
          JOIN products_relationkind kind ON kind.id = r.kind_id AND kind.is_bundle)
    SELECT EXISTS (SELECT FROM inside WHERE id = ANY(%(ids)s))
"""

_RELATED = """
    SELECT product_id FROM products_relation WHERE target_id = ANY(%(ids)s)
     UNION
    SELECT r.target_id FROM products_relation r
      JOIN products_relationkind kind ON kind.id = r.kind_id AND kind.is_symmetric
     WHERE r.product_id = ANY(%(ids)s)
"""


class Kinds:
    """The kinds that a write names, and locks on everything that it relates."""

    def __init__(self, items: Sequence[ProductValues], product_ids: Sequence[UUID] = ()) -> None:
        named = [each for item in items for each in item.get("relations", [])]
        codes = {each["kind"] for each in named}
        self._by_code = {row.code: row for row in RelationKind.objects.filter(code__in=codes)}
        if any(row.is_bundle for row in self._by_code.values()):
            lock_bundles()
        targets = {each["product"] for each in named}
        lock_products({*targets, *product_ids, *related_to(product_ids)})
        self._products = set(Product.objects.filter(pk__in=targets).values_list("pk", flat=True))
        variants = {key for each in named if (key := each.get("variant"))}
        rows = Variant.objects.filter(pk__in=variants).values_list("pk", "product_id")
        self._owners = dict(rows)

    def rows_of_new(
        self, products: Sequence[Product], items: Sequence[ProductValues]
    ) -> list[Relation]:
        """The rows of new products, which are in the order of their values."""
        return [
            row
            for product, item in zip(products, items, strict=True)
            for row in self.rows(product.pk, item.get("relations", []))
        ]

    def rows(self, product_id: UUID, items: Sequence[RelationValues]) -> list[Relation]:
        """Rows, not stored yet. Raises InvalidValue, UnknownReference, RelationTwice."""
        if len(items) > MAX_RELATIONS:
            raise InvalidValue(f"At most {MAX_RELATIONS} relations.", pointer="/relations")
        rows: dict[tuple[str, UUID, UUID | None], Relation] = {}
        for n, item in enumerate(items):
            with pointing_at(f"/relations/{n}"):
                key = (item["kind"], item["product"], item.get("variant"))
                if key in rows:
                    raise RelationTwice("Name it once.")
                rows[key] = self._row(product_id, n, item)
        return list(rows.values())

    def _row(self, product_id: UUID, position: int, item: RelationValues) -> Relation:
        kind = self._by_code.get(item["kind"])
        if kind is None:
            raise InvalidValue(f"There is no kind {item['kind']!r}.", pointer="/kind")
        target, variant = item["product"], item.get("variant")
        if target == product_id:
            raise InvalidValue("A product does not relate to itself.", pointer="/product")
        if target not in self._products:
            raise UnknownReference("product", target, pointer="/product")
        if variant and self._owners.get(variant) != target:
            raise UnknownReference("variant of that product", variant, pointer="/variant")
        quantity = item.get("quantity", 1)
        if quantity != 1 and not kind.is_bundle:
            raise InvalidValue("Only the parts of a bundle have quantities.", pointer="/quantity")
        return Relation(
            product_id=product_id,
            kind=kind,
            target_id=target,
            variant_id=variant,
            quantity=quantity,
            position=position,
        )


def add_relations(work: UnitOfWork, rows: Sequence[Relation]) -> None:
    """Store relations of products that have none. Raises BundleCycle."""
    insert_rows(rows)
    ensure_no_circle([row.product_id for row in rows if row.kind.is_bundle])
    work.reprint(row.target_id for row in rows if row.kind.is_symmetric)


def write_relations(work: UnitOfWork, wanted: Mapping[UUID, Sequence[Relation]]) -> set[UUID]:
    """Make the relations of these products exactly these. Answers the products that changed."""
    if not wanted:
        return set()
    before: dict[UUID, list[Relation]] = {key: [] for key in wanted}
    for row in Relation.objects.filter(product__in=wanted).select_related("kind"):
        before[row.product_id].append(row)
    changed = {
        key
        for key, rows in wanted.items()
        if [_facts(row) for row in before[key]] != [_facts(row) for row in rows]
    }
    if changed:
        old = [row for key in changed for row in before[key]]
        work.reprint(row.target_id for row in old if row.kind.is_symmetric)
        Relation.objects.filter(product__in=changed).delete()
        add_relations(work, [row for key in sorted(changed) for row in wanted[key]])
    return changed


def related_to(product_ids: Iterable[UUID]) -> set[UUID]:
    """The products whose documents show, or would show, one of these."""
    keys = list(product_ids)
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_RELATED, {"ids": keys})
        return {row[0] for row in cursor.fetchall()}


def lock_related(
    product_ids: Collection[UUID],
    *,
    with_targets: bool = False,
    others: Collection[UUID] = (),
) -> set[UUID]:
    """Lock the products and all that show one of them, by id; answers these. `with_targets`: also
    all that they show. `others` are locked with them."""
    known: set[UUID] | None = None
    while True:
        related = related_to(product_ids)
        wanted = related | _targets_of(product_ids) if with_targets else related
        # Whoever relates something to the product locks it, too. What was read before the lock
        # may be old; what is read after it stays.
        if known is not None and wanted <= known:
            return related
        lock_products({*product_ids, *wanted, *others})
        known = wanted


def _targets_of(product_ids: Collection[UUID]) -> set[UUID]:
    rows = Relation.objects.filter(product__in=product_ids)
    return set(rows.values_list("target_id", flat=True))


def leave_relations(work: UnitOfWork, product_ids: Collection[UUID]) -> None:
    """The products are about to go: those that relate to them no longer do, and their log says
    so."""
    rows = Relation.objects.filter(target__in=product_ids)
    sources = set(rows.values_list("product_id", flat=True)) - set(product_ids)
    rows.delete()
    work.changed("product", sources)
    work.reprint(related_to(product_ids) - set(product_ids))


def ensure_unrelated_variants(variant_ids: Iterable[UUID]) -> None:
    """Raises StillInUse while a relation names one of these variants, which are about to go."""
    rows = Relation.objects.filter(variant__in=list(variant_ids))
    if slugs := list(rows.values_list("product__slug", flat=True).distinct()[:5]):
        raise StillInUse(f"Relations of products name it ({', '.join(slugs)}): change them first.")


def _facts(row: Relation) -> tuple[UUID, UUID, UUID | None, int]:
    return row.kind_id, row.target_id, row.variant_id, row.quantity


def ensure_no_circle(product_ids: Sequence[UUID]) -> None:
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CYCLE, {"ids": list(set(product_ids))})
        if cursor.fetchall()[0][0]:
            raise BundleCycle("One of its parts contains it.", pointer="/relations")


def products_of_kind(kind_id: UUID) -> set[UUID]:
    """Every product whose document shows a relation of the kind, or may."""
    rows = Relation.objects.filter(kind=kind_id)
    return {key for pair in rows.values_list("product_id", "target_id") for key in pair}


def is_kind_used(kind_id: UUID) -> bool:
    return Relation.objects.filter(kind=kind_id).exists()
