"""A page of what a query finds, the best first: bytes of documents, as lists have them."""

from dataclasses import dataclass
from functools import lru_cache

import orjson

from catalog_project.ops.statements import fetch
from products.documents.conditions import scope_of, where_of
from products.documents.listing import Listing, body_of, place_of
from products.documents.orders import Place
from products.search.boosts import PARAMETERS, boosted_sql
from products.search.query import Query
from products.search.ranking import CANDIDATES, candidates_sql, parameters_of


@dataclass(frozen=True, slots=True)
class Results:
    bodies: list[bytes]
    etags: list[bytes]
    ids: list[str]
    texts: list[tuple[str, str]]  # name and description, where they are asked for
    next: Place | None  # where more rows follow
    previous: Place | None
    total: int
    is_exact: bool  # else there are at least that many


def read_results(
    query: Query,
    listing: Listing,
    *,
    limit: int,
    place: Place | None = None,
    with_texts: bool = False,
) -> Results:
    """What the query finds within the list, whose order is another one. One statement.

    The key of a place is a score and the id of a product.
    """
    is_back = place is not None and place.is_back
    names = tuple(sorted(listing.filters))
    boost = query.boost
    sql = _results_sql(
        query.match.sizes,
        names,
        listing.view,
        listing.visible_only,
        listing.fields,
        rows=limit + 1,
        way=None if place is None else is_back,
        boost=boost.kind if boost else None,
        with_texts=with_texts,
    )
    values = [listing.filters[name] for name in names]
    boosted = boost.parameters() if boost else []
    rows = fetch(sql, [*values, *query.match.parameters(), *boosted, *(place.key if place else ())])
    total, candidates = (int(rows[0][n] or 0) for n in (4, 5))
    rows = [row for row in rows if row[3]]
    is_cut = len(rows) > limit
    rows = rows[:limit]
    if is_back:
        rows.reverse()
    has_more = (is_cut or is_back, place is not None and (is_cut or not is_back))
    return Results(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        ids=[(row[3] or b"").decode() for row in rows],
        texts=[_texts(row[-1 if listing.fields else 0]) for row in rows] if with_texts else [],
        next=place_of(rows[-1]) if rows and has_more[0] else None,
        previous=place_of(rows[0], is_back=True) if rows and has_more[1] else None,
        total=total,
        is_exact=candidates < CANDIDATES,
    )


def _texts(body: bytes | None) -> tuple[str, str]:
    """Python reads a whole body faster than PostgreSQL reads two members of it."""
    document = orjson.loads(body or b"{}")
    return document["name"], document["description"]


@lru_cache(maxsize=512)
def _results_sql(
    sizes: tuple[int, ...],
    filters: tuple[str, ...],
    view: int,
    visible_only: bool,
    fields: tuple[str, ...],
    *,
    rows: int,
    way: bool | None,
    boost: str | None,
    with_texts: bool,
) -> str:
    # `way` is whether to go back from a place; None: there is none.
    others = len(filters)
    first = others + parameters_of(sizes) + 1
    ranked = "SELECT product_id, score FROM narrowed"
    if boost:
        ranked = boosted_sql(boost, "narrowed", view, visible_only=visible_only, first=first)
        first += PARAMETERS
    sign, order = (">", "ASC") if way else ("<", "DESC")
    place = f"(${first}::text::float8, ${first + 1}::text::uuid)"
    behind = "" if way is None else f"WHERE (score, product_id) {sign} {place}"
    # Candidates are what the caller may see already: only filters need to look at documents.
    narrowed = "found"
    if filters:
        where = where_of(filters, view, visible_only)
        narrowed = f"found JOIN (SELECT product_id FROM products_document WHERE {where}) fitting"
        narrowed += " USING (product_id)"
    return f"""
    WITH {candidates_sql(sizes, visible_only=visible_only, after=others)},
    narrowed AS MATERIALIZED (SELECT product_id, score FROM {narrowed}),
    ranked AS ({ranked}),
    best AS (SELECT product_id, score FROM ranked {behind}
              ORDER BY score {order}, product_id {order} LIMIT {rows:d})
    SELECT {body_of(fields)}, etag, best.score, best.product_id, counted.total, counted.candidates
           {", body" if with_texts and fields else ""}
      FROM (SELECT (SELECT count(*) FROM narrowed) AS total,
                   (SELECT count(*) FROM found) AS candidates) counted
      LEFT JOIN (best JOIN (SELECT product_id, body, etag FROM products_document
                             WHERE {scope_of(view, visible_only)}) document USING (product_id))
             ON true
     ORDER BY best.score {order}, best.product_id {order}
    """
