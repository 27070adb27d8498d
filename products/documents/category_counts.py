"""How many products shoppers find in a category: counted when somebody asks, from the documents.

A counter that every write keeps would make all writers wait for the row of the root, and would be
wrong at the instant when a publication window opens. The array index gives the exact number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from products.documents.publication import visible
from products.models.channels import DEFAULT_VIEW

COUNTS = """
    WITH asked (id) AS (SELECT unnest(%(ids)s::uuid[])),
    shown AS MATERIALIZED (
        SELECT product_id, category_ids FROM products_document
         WHERE {visible} AND category_ids && %(ids)s::uuid[]),
    direct AS (
        SELECT pc.category_id AS id, count(*) AS number
          FROM products_productcategory pc JOIN shown USING (product_id)
         WHERE pc.category_id = ANY(%(ids)s::uuid[]) GROUP BY 1),
    subtree AS (
        SELECT step.id, count(*) AS number
          FROM shown CROSS JOIN unnest(category_ids) step(id)
         WHERE step.id = ANY(%(ids)s::uuid[]) GROUP BY 1)
    SELECT asked.id, coalesce(direct.number, 0), coalesce(subtree.number, 0)
      FROM asked LEFT JOIN direct USING (id) LEFT JOIN subtree USING (id)
"""


@dataclass(frozen=True, slots=True)
class ProductCounts:
    """Products that are in the category itself, and in it or anywhere below it."""

    direct: int
    subtree: int


def count_products(
    category_ids: Sequence[UUID], *, view: int = DEFAULT_VIEW
) -> dict[UUID, ProductCounts]:
    """What shoppers of the view find now, in one statement for any number of categories."""
    if not category_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.replace("{visible}", visible(view)), {"ids": list(category_ids)})
        return {key: ProductCounts(*numbers) for key, *numbers in cursor.fetchall()}
