"""An archived product comes back, if nobody took what it had."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from products.errors import ExternalIdTaken, RestoreClashes, SkuTaken, SlugTaken
from products.models import Product

_CLASHES = """
    WITH own AS (SELECT id, %(slug)s::text AS slug FROM products_product WHERE id = %(id)s),
    clash (rank, field, value, holder) AS (
        SELECT 1, 'slug', other.slug, other.id
          FROM own JOIN products_product other
            ON other.slug = own.slug AND other.status <> 'archived' AND other.id <> own.id
        UNION ALL
        SELECT 2, 'sku', other.sku, other.product_id
          FROM own JOIN products_variant mine ON mine.product_id = own.id
          JOIN products_variant other
            ON other.sku = mine.sku AND NOT other.is_archived AND other.product_id <> own.id
        UNION ALL
        SELECT 3, 'external_id', other.system || ':' || other.value, other.product_id
          FROM own JOIN products_externalid mine ON mine.product_id = own.id
          JOIN products_externalid other
            ON other.system = mine.system AND other.value = mine.value AND NOT other.is_archived
           AND (other.variant_id IS NULL) = (mine.variant_id IS NULL)
           AND other.product_id <> own.id)
    SELECT field, value, holder.id, holder.slug, holder.name
      FROM clash JOIN products_product holder ON holder.id = clash.holder
     ORDER BY rank, value LIMIT 100
"""


def clashes_of(product_id: UUID, slug: str) -> list[dict[str, Any]]:
    """Slug, SKUs and external ids that live products took from the archived one."""
    with connection.cursor() as cursor:
        cursor.execute(_CLASHES, {"id": product_id, "slug": slug})
        return [
            {
                "field": field,
                "value": value,
                "holder": {"id": str(key), "slug": holder, "name": name},
            }
            for field, value, key, holder, name in cursor.fetchall()
        ]


@contextmanager
def naming_clashes(product_id: UUID, slug: str | None) -> Iterator[None]:
    """Where somebody takes something at the moment of the restore, name everything that is taken,
    and not only what the database saw first."""
    try:
        yield
    except (SlugTaken, SkuTaken, ExternalIdTaken):
        ensure_no_clash(product_id, slug or Product.objects.get(pk=product_id).slug)
        raise


def ensure_no_clash(product_id: UUID, slug: str) -> None:
    """Raises RestoreClashes."""
    if clashes := clashes_of(product_id, slug):
        raise RestoreClashes(clashes)
