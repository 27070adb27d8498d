"""Pages of documents: typed filters, an order, a cursor; one indexed query, bytes copied out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from catalog_project.ops.statements import Rows, fetch
from products.models.channels import DEFAULT_VIEW

# Before a total is worth counting to the end, the caller has seen enough.
EXACT_TOTAL = 10_000

# What a caller may ask for with `fields`, in the order of the document.
BODY_FIELDS = (
    "id",
    "slug",
    "name",
    "description",
    "status",
    "publish_at",
    "unpublish_at",
    "brand",
    "product_type",
    "attributes",
    "categories",
    "tags",
    "price_range",
    "option_names",
    "variants",
    "media",
    "metadata",
    "seo",
    "version",
    "created_at",
    "updated_at",
)

# What a shopper sees now. Written as constants, so that an index on status serves it.
VIEW = f"view_id = {DEFAULT_VIEW}"
VISIBLE = f"{VIEW} AND status = 'published' AND visible_from <= now() AND visible_until > now()"
# What an editor sees: each product in whatever status, as it is now.
ALL = f"{VIEW} AND holds_from <= now() AND holds_until > now()"


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key. Every order ends with the product's id, so that it is total."""

    key: str
    type: str
    descending: bool = False

    def sql(self) -> str:
        way = "DESC" if self.descending else "ASC"
        return f"{self.key} {way}, product_id {way}"

    def behind(self, first: int) -> str:
        sign = "<" if self.descending else ">"
        return f"({self.key}, product_id) {sign} (${first}::text::{self.type}, ${first + 1}::uuid)"


# A product without a price comes last, whichever way prices are sorted.
ORDERS: Mapping[str, Order] = {
    "-created_at": Order("created_at", "timestamptz", descending=True),
    "created_at": Order("created_at", "timestamptz"),
    "-updated_at": Order("updated_at", "timestamptz", descending=True),
    "updated_at": Order("updated_at", "timestamptz"),
    "name": Order("sort_name", "text"),
    "-name": Order("sort_name", "text", descending=True),
    "price": Order("coalesce(price_min, 99999999999999.9999)", "numeric"),
    "-price": Order("coalesce(price_min, -1)", "numeric", descending=True),
}
DEFAULT_ORDER = "-created_at"

# Filter -> condition; {0} is its placeholder.
CONDITIONS: Mapping[str, str] = {
    "category": "category_ids @> ARRAY[{0}::uuid]",
    "brand": "brand_id = {0}::uuid",
    "tag": "tags @> {0}::text[]",
    "sku": "skus @> ARRAY[{0}::text]",
    "gtin": "gtins @> ARRAY[{0}::text]",
    "price_min": "price_max >= {0}::numeric",
    "price_max": "price_min <= {0}::numeric",
    "status": "status = {0}::text",
    "updated_since": "updated_at >= {0}::timestamptz",
}


@dataclass(frozen=True)
class Listing:
    """Which products, in which order, and how much of each."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    order: str = DEFAULT_ORDER
    fields: tuple[str, ...] = ()
    visible_only: bool = True

    def identity(self) -> list[Any]:
        """What a cursor of this list is tied to."""
        return [sorted(self.filters.items()), self.order, self.visible_only]


@dataclass(frozen=True)
class Page:
    bodies: list[bytes]
    etags: list[bytes]
    last_key: list[str] | None  # of the last row, where more rows follow


def read_page(listing: Listing, *, limit: int, after: Sequence[str] | None) -> Page:
    sql = _page_sql(
        tuple(sorted(listing.filters)),
        listing.order,
        listing.fields,
        listing.visible_only,
        after is not None,
    )
    values = [listing.filters[name] for name in sorted(listing.filters)]
    rows = fetch(sql, [*values, *(after or ()), limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    rows = rows[:limit]
    return Page(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        last_key=[(part or b"").decode() for part in last[2:]] if last else None,
    )


def count(listing: Listing) -> tuple[int, bool]:
    """How many products the list has, and whether that is exact or a lower bound."""
    names = tuple(sorted(listing.filters))
    where = _where(names, visible_only=listing.visible_only)
    rows = fetch(
        f"SELECT count(*) FROM (SELECT FROM products_document WHERE {where}"
        f" LIMIT {EXACT_TOTAL + 1}) found",
        [listing.filters[name] for name in names],
    )
    found = int(rows[0][0] or 0)
    return min(found, EXACT_TOTAL), found <= EXACT_TOTAL


def read_one(
    key: UUID | str, *, visible_only: bool, fields: tuple[str, ...] = ()
) -> tuple[bytes, str] | None:
    """Body and ETag of the product with this id or slug, if the caller may see it."""
    rows = fetch(_detail_sql(isinstance(key, UUID), visible_only, fields), [key])
    return _body_and_tag(rows)


def _body_and_tag(rows: Rows) -> tuple[bytes, str] | None:
    if not rows:
        return None
    body, etag = rows[0]
    return body or b"", (etag or b"").decode()


@lru_cache(maxsize=1024)
def _page_sql(
    filters: tuple[str, ...], order: str, fields: tuple[str, ...], visible_only: bool, after: bool
) -> str:
    by = ORDERS[order]
    where = _where(filters, visible_only=visible_only)
    used = len(filters)
    if after:
        where += f" AND {by.behind(used + 1)}"
        used += 2
    return (
        f"SELECT {_body(fields)}, etag, {by.key}, product_id FROM products_document"
        f" WHERE {where} ORDER BY {by.sql()} LIMIT ${used + 1}::int"
    )


@lru_cache(maxsize=64)
def _detail_sql(by_id: bool, visible_only: bool, fields: tuple[str, ...]) -> str:
    # OFFSET 0 keeps the planner from mixing in the other conditions: while a table that grew has
    # no statistics yet, it took any index that begins with the view, and read all of it.
    # Archived products may share a slug with a live one, which then stands first.
    key = "product_id = $1::uuid" if by_id else "slug = $1::text"
    return (
        f"SELECT {_body(fields)}, etag"
        f" FROM (SELECT * FROM products_document WHERE {VIEW} AND {key} OFFSET 0) named"
        f" WHERE {VISIBLE if visible_only else ALL}"
        f" ORDER BY status = 'archived', updated_at DESC LIMIT 1"
    )


def _where(filters: tuple[str, ...], *, visible_only: bool) -> str:
    conditions = [VISIBLE if visible_only else ALL]
    conditions += [CONDITIONS[name].format(f"${n}") for n, name in enumerate(filters, 1)]
    return " AND ".join(conditions)


def _body(fields: tuple[str, ...]) -> str:
    """The whole body, or these members of it: `->` on json copies their text as it is."""
    if not fields:
        return "body"
    members = " || ',' || ".join(
        f"'\"{name}\":' || (body::json -> '{name}')::text" for name in fields
    )
    return f"'{{' || {members} || '}}'"
