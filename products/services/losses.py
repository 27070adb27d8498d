"""What a change of types, attributes or options would take away from products: first the report,
then, with consent, the change itself. Set-based: one product or 100,000 take the same statements,
but for removed options, whose values are read and written one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from psycopg.types.json import Jsonb

from products.errors import ValuesWouldBeLost
from products.models import ProductTypeAttribute
from products.services.locking import lock_products
from products.services.rewriting import rewrite_values
from products.services.unit_of_work import UnitOfWork

# Each value that goes: of products, where the attribute is theirs, else of their variants.
HELD = """
    WITH doomed(product_type_id, code, is_variant) AS (
        SELECT * FROM unnest(%(types)s::uuid[], %(codes)s::text[], %(levels)s::boolean[])),
    placed(product_id, variant_id, code, value) AS (
        SELECT p.id, NULL::uuid, doomed.code, p.attributes -> doomed.code
          FROM doomed JOIN products_product p
            ON p.product_type_id = doomed.product_type_id AND p.attributes ? doomed.code
         WHERE NOT doomed.is_variant
           AND (%(products)s::uuid[] IS NULL OR p.id = ANY(%(products)s::uuid[]))
        UNION ALL
        SELECT p.id, v.id, doomed.code, v.attributes -> doomed.code
          FROM doomed JOIN products_product p ON p.product_type_id = doomed.product_type_id
          JOIN products_variant v ON v.product_id = p.id AND v.attributes ? doomed.code
         WHERE doomed.is_variant
           AND (%(products)s::uuid[] IS NULL OR p.id = ANY(%(products)s::uuid[]))),
    held AS (
        SELECT * FROM placed
         WHERE %(options)s::jsonb IS NULL
            OR jsonb_path_exists(value, '$.** ? (@ == $options[*])',
                                 jsonb_build_object('options', %(options)s::jsonb)))
"""


@dataclass(frozen=True, slots=True)
class Doomed:
    """Attributes that products of a type, or their variants, shall have no more."""

    rows: Sequence[tuple[UUID, str, bool]]  # type, code, is of variants
    products: Sequence[UUID] | None = None  # only these; None: all of the types
    options: Sequence[str] | None = None  # only these options; None: the whole value

    def parameters(self) -> dict[str, Any]:
        return {
            "types": [row[0] for row in self.rows],
            "codes": [row[1] for row in self.rows],
            "levels": [row[2] for row in self.rows],
            "products": None if self.products is None else list(self.products),
            "options": None if self.options is None else Jsonb(list(self.options)),
        }


def everywhere(attribute_id: UUID, *, options: Sequence[str] | None = None) -> Doomed:
    """The attribute in every type that has it."""
    rows = ProductTypeAttribute.objects.filter(attribute=attribute_id).order_by()
    return Doomed(
        list(rows.values_list("product_type", "attribute__code", "is_variant")), options=options
    )


def when_type_changes(product_ids: Sequence[UUID], old: UUID | None, new: UUID | None) -> Doomed:
    """What the products' old type has and the new one has not, at the same place."""
    rows = ProductTypeAttribute.objects.filter(product_type=old) if old else None
    if rows is None:
        return Doomed([])
    kept = set(
        ProductTypeAttribute.objects.filter(product_type=new)
        .order_by()
        .values_list("attribute__code", "is_variant")
        if new
        else ()
    )
    found = rows.order_by().values_list("product_type", "attribute__code", "is_variant")
    return Doomed([row for row in found if row[1:] not in kept], products=product_ids)


def holders(doomed: Doomed) -> list[UUID]:
    """The products that have such a value, themselves or in a variant."""
    return [row[0] for row in _fetch("SELECT DISTINCT product_id FROM held", doomed)]


def settle_losses(
    work: UnitOfWork, doomed: Doomed, *, accept_loss: bool, types: Iterable[str] = ()
) -> None:
    """Take the values away, or raise ValuesWouldBeLost where somebody must consent first.

    `types` are product types that lose an attribute with it. Each product that is touched gets
    its version, its change row and its document.
    """
    types = list(types)
    losses = report(doomed) if doomed.rows else {}
    if not accept_loss and (losses.get("values") or types):
        raise ValuesWouldBeLost({**(losses or NOTHING), "product_types": types[:100]})
    if losses.get("values"):
        touched = holders(doomed)
        lock_products(touched)
        _take_away(doomed)
        work.changed("product", touched)


NOTHING: Mapping[str, Any] = {"values": 0, "products": 0, "attributes": [], "examples": []}


def report(doomed: Doomed) -> dict[str, Any]:
    """How many values of how many products, by attribute, and some of them."""
    values, products = _fetch("SELECT count(*), count(DISTINCT product_id) FROM held", doomed)[0]
    by_code = _fetch(
        "SELECT code, count(*), count(DISTINCT product_id) FROM held"
        " GROUP BY code ORDER BY 2 DESC, code LIMIT 100",
        doomed,
    )
    examples = _fetch(
        """SELECT product_id::text, variant_id::text, code,
                  CASE WHEN length(value::text) <= 200 THEN value
                       ELSE to_jsonb(left(value #>> '{}', 200) || '…') END
             FROM held ORDER BY product_id, code, variant_id LIMIT 10""",
        doomed,
    )
    return {
        "values": values,
        "products": products,
        "attributes": [_named(("code", "values", "products"), row) for row in by_code],
        "examples": [
            _named(("product", "variant", "attribute", "value"), (*row[:3], orjson.loads(row[3])))
            for row in examples
        ],
    }


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


def _fetch(select: str, doomed: Doomed) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(HELD + select, doomed.parameters())
        return list(cursor.fetchall())


def _take_away(doomed: Doomed) -> None:
    """Of the locked products. A value of several options keeps those that stay."""
    keys = _fetch("SELECT product_id, variant_id, code, value FROM held", doomed)
    gone = frozenset(doomed.options or ())
    rewrite_values(
        [(*row[:3], without_options(orjson.loads(row[3]), gone) if gone else None) for row in keys]
    )


def without_options(value: Any, gone: frozenset[str]) -> Any:
    """The value without these options; None where nothing of it is left."""
    if isinstance(value, str):
        return None if value in gone else value
    if isinstance(value, list):
        return [code for code in value if code not in gone] or None
    kept = {key: without_options(inner, gone) for key, inner in value.items()}
    return {key: inner for key, inner in kept.items() if inner is not None} or None
