"""A page of what a query finds, the best first: bytes of documents, as lists have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.conditions import scope_of, where_of
from products.documents.listing import Listing, body_of
from products.search.query import Query
from products.search.ranking import CANDIDATES, candidates_sql, parameters_of


@dataclass(frozen=True, slots=True)
class Results:
    bodies: list[bytes]
    etags: list[bytes]
    last_key: list[str] | None  # of the last row, where more rows follow
    total: int
    is_exact: bool  # else there are at least that many


def read_results(
    query: Query, listing: Listing, *, limit: int, after: Sequence[str] | None = None
) -> Results:
    """What the query finds within the list, whose order is another one. One statement.

    `after` is the key of the last row before: its score and its id.
    """
    names = tuple(sorted(listing.filters))
    sql = _results_sql(
        query.match.sizes,
        names,
        listing.view,
        listing.visible_only,
        listing.fields,
        rows=limit + 1,
        after=after is not None,
    )
    values = [listing.filters[name] for name in names]
    rows = fetch(sql, [*values, *query.match.parameters(), *(after or ())])
    total, candidates = (int(rows[0][n] or 0) for n in (4, 5))
    rows = [row for row in rows if row[3]]
    last = rows[limit - 1] if len(rows) > limit else None
    rows = rows[:limit]
    return Results(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        last_key=[(part or b"").decode() for part in last[2:4]] if last else None,
        total=total,
        is_exact=candidates < CANDIDATES,
    )


@lru_cache(maxsize=512)
def _results_sql(
    sizes: tuple[int, ...],
    filters: tuple[str, ...],
    view: int,
    visible_only: bool,
    fields: tuple[str, ...],
    *,
    rows: int,
    after: bool,
) -> str:
    others = len(filters)
    first = others + parameters_of(sizes) + 1
    behind = (
        f"WHERE (score, product_id) < (${first}::text::numeric, ${first + 1}::text::uuid)"
        if after
        else ""
    )
    # Candidates are what the caller may see already: only filters need to look at documents.
    narrowed = "found"
    if filters:
        where = where_of(filters, view, visible_only)
        narrowed = f"found JOIN (SELECT product_id FROM products_document WHERE {where}) fitting"
        narrowed += " USING (product_id)"
    return f"""
    WITH {candidates_sql(sizes, visible_only=visible_only, after=others)},
    narrowed AS MATERIALIZED (SELECT product_id, score FROM {narrowed}),
    best AS (SELECT product_id, score FROM narrowed {behind}
              ORDER BY score DESC, product_id DESC LIMIT {rows:d})
    SELECT {body_of(fields)}, etag, best.score, best.product_id, counted.total, counted.candidates
      FROM (SELECT (SELECT count(*) FROM narrowed) AS total,
                   (SELECT count(*) FROM found) AS candidates) counted
      LEFT JOIN (best JOIN (SELECT product_id, body, etag FROM products_document
                             WHERE {scope_of(view, visible_only)}) document USING (product_id))
             ON true
     ORDER BY best.score DESC, best.product_id DESC
    """
