"""Pages of documents: typed filters, an order, a cursor; one indexed query, bytes copied out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from accounts.remembered import CallerCheck
from catalog_project.ops.statements import Rows, array_of, fetch, fetch_planned_anew
from products.documents.conditions import scope_of, where_of
from products.documents.orders import DEFAULT_ORDER, ORDERS, Place, ensure_place
from products.documents.publication import in_any_status
from products.documents.stamps import ensure_current, is_needed, stamps
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
    "collections",
    "tags",
    "price_range",
    "tax_class",
    "availability",
    "option_names",
    "options",
    "variant_count",
    "variants",
    "more_variants",
    "media",
    "metadata",
    "seo",
    "relations",
    "version",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True)
class Listing:
    """Which products, in which order, and how much of each."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    order: str = DEFAULT_ORDER
    fields: tuple[str, ...] = ()
    visible_only: bool = True
    view: int = DEFAULT_VIEW

    def identity(self) -> list[Any]:
        """What a cursor of this list is tied to."""
        return [sorted(self.filters.items()), self.order, self.visible_only, self.view]


@dataclass(frozen=True)
class Page:
    bodies: list[bytes]
    etags: list[bytes]
    next: Place | None  # where more rows follow
    previous: Place | None


def read_page(
    listing: Listing,
    *,
    limit: int,
    place: Place | None = None,
    caller: CallerCheck | None = None,
) -> Page:
    """Raises ViewsChanged where the number of the view came from an old map, and WrongPlace.

    Tells the check of the caller, if any, which stamp there is.
    """
    if place is not None:
        ensure_place(place, listing.order)
    is_back = place is not None and place.is_back
    sql = _page_sql(
        tuple(sorted(listing.filters)),
        listing.order,
        listing.fields,
        listing.view,
        listing.visible_only,
        rows=limit + 1,
        way=None if place is None else is_back,
        with_caller=is_needed(caller),
    )
    values = [listing.filters[name] for name in sorted(listing.filters)]
    rows = fetch_list(listing, sql, [*values, *(place.key if place else ())])
    ensure_current(rows, listing.view, caller)
    is_cut = len(rows) > limit
    rows = rows[:limit]
    if is_back:
        rows.reverse()
    return Page(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        # Whoever came back from somewhere can go there again.
        next=place_of(rows[-1], is_back=False) if rows and (is_cut or is_back) else None,
        previous=place_of(rows[0], is_back=True)
        if rows and place is not None and (is_cut or not is_back)
        else None,
    )


def fetch_list(listing: Listing, sql: str, parameters: Sequence[Any]) -> Rows:
    """The rows of a statement about the list: what filters find decides how to find it."""
    read = fetch_planned_anew if listing.filters else fetch
    return read(sql, parameters)


def place_of(row: tuple[bytes | None, ...], *, is_back: bool = False) -> Place:
    """Behind this row of a page, or before it: its third and fourth columns are the key."""
    return Place(((row[2] or b"").decode(), (row[3] or b"").decode()), is_back)


def count(listing: Listing) -> tuple[int, bool]:
    """How many products the list has, and whether that is exact or a lower bound."""
    names = tuple(sorted(listing.filters))
    where = where_of(names, listing.view, listing.visible_only)
    rows = fetch_list(
        listing,
        f"SELECT count(*) FROM (SELECT FROM products_document WHERE {where}"
        f" LIMIT {EXACT_TOTAL + 1}) found",
        [listing.filters[name] for name in names],
    )
    found = int(rows[0][0] or 0)
    return min(found, EXACT_TOTAL), found <= EXACT_TOTAL


def ids_of(listing: Listing) -> tuple[str, list[Any]]:
    """A query for the ids of the list's products, and its parameters."""
    names = tuple(sorted(listing.filters))
    where = where_of(names, listing.view, listing.visible_only)
    sql = f"SELECT product_id FROM products_document WHERE {where}"
    return sql, [listing.filters[name] for name in names]


def read_one(
    key: UUID | str,
    *,
    visible_only: bool,
    fields: tuple[str, ...] = (),
    view: int = DEFAULT_VIEW,
    caller: CallerCheck | None = None,
) -> tuple[bytes, str] | None:
    """Body and ETag of the product with this id or slug, if the caller may see it.

    Raises ViewsChanged where the number of the view came from an old map. Tells the check of the
    caller, if any, which stamp there is.
    """
    sql = _detail_sql(
        isinstance(key, UUID), visible_only, fields, view, with_caller=is_needed(caller)
    )
    rows = fetch(sql, [key])
    ensure_current(rows, view, caller)
    return _body_and_tag(rows)


def read_many(product_ids: Sequence[UUID]) -> list[bytes]:
    """The bodies of these products in their order, whoever may see them."""
    rows = fetch(
        "SELECT body FROM unnest($1::uuid[]) WITH ORDINALITY asked(id, n)"
        " JOIN products_document ON product_id = asked.id"
        f" WHERE {in_any_status(DEFAULT_VIEW)} ORDER BY asked.n",
        [list(product_ids)],
    )
    return [row[0] or b"" for row in rows]


def read_tags(product_ids: Sequence[UUID]) -> dict[UUID, tuple[int, str]]:
    """Version and ETag of these products, as far as they are there, whoever may see them."""
    rows = fetch(
        "SELECT product_id, version, etag FROM products_document"
        f" WHERE product_id = ANY($1::uuid[]) AND {in_any_status(DEFAULT_VIEW)}",
        [array_of(product_ids)],
    )
    return {
        UUID((key or b"").decode()): (int(version or 0), (etag or b"").decode())
        for key, version, etag in rows
    }


def _body_and_tag(rows: Rows) -> tuple[bytes, str] | None:
    if not rows:
        return None
    body, etag = rows[0][:2]
    return body or b"", (etag or b"").decode()


@lru_cache(maxsize=1024)
def _page_sql(
    filters: tuple[str, ...],
    order: str,
    fields: tuple[str, ...],
    view: int,
    visible_only: bool,
    *,
    rows: int,
    way: bool | None,
    with_caller: bool,
) -> str:
    # `way` is whether to go back from a place; None: there is none.
    # The number of rows stands in the text: with a parameter there, PostgreSQL would plan every
    # execution anew, which takes as long as reading the page.
    by = ORDERS[order].reversed() if way else ORDERS[order]
    where = where_of(filters, view, visible_only)
    if way is not None:
        where += f" AND {by.behind(len(filters) + 1)}"
    return (
        f"SELECT {body_of(fields)}, etag, {by.key}, product_id, {stamps(with_caller=with_caller)}"
        f" FROM products_document"
        f" WHERE {where} ORDER BY {by.sql()} LIMIT {rows:d}"
    )


@lru_cache(maxsize=256)
def _detail_sql(
    by_id: bool, visible_only: bool, fields: tuple[str, ...], view: int, *, with_caller: bool
) -> str:
    # OFFSET 0 keeps the planner from mixing in the other conditions: while a table that grew has
    # no statistics yet, it took any index that begins with the view, and read all of it.
    # Archived products may share a slug with a live one, which then stands first.
    key = "product_id = $1::uuid" if by_id else "slug = $1::text"
    return (
        f"SELECT {body_of(fields)}, etag, {stamps(with_caller=with_caller)}"
        f" FROM (SELECT * FROM products_document WHERE view_id = {view:d} AND {key} OFFSET 0) named"
        f" WHERE {scope_of(view, visible_only)}"
        f" ORDER BY status = 'archived', updated_at DESC LIMIT 1"
    )


def body_of(fields: tuple[str, ...]) -> str:
    """The whole body, or these members of it: `->` on json copies their text as it is."""
    if not fields:
        return "body"
    members = " || ',' || ".join(
        f"'\"{name}\":' || (body::json -> '{name}')::text" for name in fields
    )
    return f"'{{' || {members} || '}}'"
