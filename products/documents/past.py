"""The document of a product as it was: the statement that prints documents reads what the change
log says of the product instead of its rows.

For that, tables of the same names stand before the real ones. Texts, values, variants, prices,
media, places and relations are those of then; what brands, categories, attributes and price lists
are called and say, stock, and which other products there are, is as it is today.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from products.changes.states import STATE
from products.documents.build import COLUMNS, COMPUTE
from products.errors import NotFound, VersionForgotten
from products.models import Change, Product

LONGEST_TRANSACTION = timedelta(minutes=1)


def _rows(table: str, records: str) -> str:
    """A table of these records, a JSON list of its rows, and of nothing else."""
    return (
        f"{table} AS MATERIALIZED (SELECT was.*"
        f" FROM past, jsonb_populate_recordset(NULL::{table}, {records}) was)"
    )


# In the body of a WITH that is not recursive, its own name is still that of the real table.
_PAST = f"""
WITH past AS MATERIALIZED (
    SELECT last.at, {STATE} AS state FROM products_change last WHERE last.sequence = %(sequence)s),
{_rows("products_variant", "past.state -> 'variants'")},
{_rows("products_media", "past.state -> 'media'")},
products_price AS MATERIALIZED (
    SELECT was.* FROM past, jsonb_array_elements(past.state -> 'variants') v,
           jsonb_populate_recordset(NULL::products_price, v -> 'prices') was),
products_variantmedia AS MATERIALIZED (
    SELECT m.n AS id, (v ->> 'id')::uuid AS variant_id, m.id::uuid AS media_id, m.n AS position
      FROM past, jsonb_array_elements(past.state -> 'variants') v,
           jsonb_array_elements_text(coalesce(v -> 'media', '[]')) WITH ORDINALITY m(id, n)),
products_productcategory AS MATERIALIZED (
    SELECT %(id)s::uuid AS product_id, c.id::uuid AS category_id, c.n AS position
      FROM past, jsonb_array_elements_text(past.state -> 'categories') WITH ORDINALITY c(id, n)),
products_listing AS MATERIALIZED (
    SELECT was.* FROM past, jsonb_array_elements(coalesce(past.state -> 'listings', '[]')) l,
           jsonb_populate_record(
               NULL::products_listing, l || jsonb_build_object('product_id', %(id)s::uuid)) was),
products_relation AS NOT MATERIALIZED (
    SELECT r.n AS id, %(id)s::uuid AS product_id, (r.x ->> 'kind')::uuid AS kind_id,
           (r.x ->> 'product')::uuid AS target_id, (r.x ->> 'variant')::uuid AS variant_id,
           (r.x ->> 'quantity')::int AS quantity, r.n AS position
      FROM past, jsonb_array_elements(coalesce(past.state -> 'relations', '[]'))
                 WITH ORDINALITY r(x, n)
     UNION ALL
    SELECT id, product_id, kind_id, target_id, variant_id, quantity, position
      FROM products_relation WHERE product_id <> %(id)s),
products_product AS NOT MATERIALIZED (
    SELECT was.* FROM past, jsonb_populate_record(NULL::products_product, past.state) was
     UNION ALL
    SELECT * FROM products_product WHERE id <> %(id)s),
computed ({", ".join(COLUMNS)}) AS ({COMPUTE})
SELECT computed.body, computed.version FROM computed, past
 WHERE computed.view_id = %(view)s AND computed.holds_from <= coalesce(%(at)s, past.at)
   AND computed.holds_until > coalesce(%(at)s, past.at)
"""


def read_past(product_id: UUID, as_of: datetime | int, *, view: int) -> tuple[bytes, int]:
    """The document at this instant, or of this version, and the version.

    Raises NotFound where there was no such product then, VersionForgotten where nobody knows.
    """
    change = _change(product_id, as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAST,
            {
                "sequence": change.sequence,
                "id": product_id,
                "ids": [product_id],
                "view": view,
                "at": as_of if isinstance(as_of, datetime) else None,
                "currency": settings.CATALOG_CURRENCY,
                "media_url": settings.MEDIA_URL,
            },
        )
        body, version = cursor.fetchone()
    return body.encode(), version


def _change(product_id: UUID, as_of: datetime | int) -> Change:
    """The one that made the product what it was."""
    rows = Change.objects.filter(aggregate="product", aggregate_id=product_id)
    wanted = {"version": as_of} if isinstance(as_of, int) else {"at__lte": as_of}
    change = rows.filter(**wanted).order_by("-version").first()
    if change is None and _is_forgotten(product_id, as_of):
        raise VersionForgotten
    if change is None or change.event == "product.deleted":
        raise NotFound(f"There was no product {product_id} then.")
    return change


def _is_forgotten(product_id: UUID, as_of: datetime | int) -> bool:
    """What came before the oldest change that is kept, unless that one made the product."""
    rows = Change.objects.filter(aggregate="product", aggregate_id=product_id)
    oldest = rows.order_by("version").first()
    if oldest is None:  # what an old release made has no history
        return Product.objects.filter(pk=product_id).exists()
    if isinstance(as_of, int):
        return 1 <= as_of < oldest.version
    # A change is as old as its transaction, and the row that it made a little younger.
    made_at = datetime.fromisoformat(oldest.snapshot["created_at"]) - LONGEST_TRANSACTION
    return oldest.version > 1 and as_of >= made_at
