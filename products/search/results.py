"""A page of what a query finds, the best first: bytes of documents, as lists have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.listing import body_of
from products.documents.publication import in_any_status, visible
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
    query: Query,
    *,
    view: int,
    visible_only: bool,
    limit: int,
    after: Sequence[str] | None = None,
    fields: tuple[str, ...] = (),
) -> Results:
    """One statement. `after` is the key of the last row before: its score and its id."""
    sql = _results_sql(
        query.match.sizes, view, visible_only, fields, rows=limit + 1, after=after is not None
    )
    rows = fetch(sql, [*query.match.parameters(), *(after or ())])
    total = int(rows[0][4] or 0) if rows else 0
    rows = [row for row in rows if row[3]]
    last = rows[limit - 1] if len(rows) > limit else None
    rows = rows[:limit]
    return Results(
        bodies=[row[0] or b"" for row in rows],
        etags=[row[1] or b"" for row in rows],
        last_key=[(part or b"").decode() for part in last[2:4]] if last else None,
        total=total,
        is_exact=total < CANDIDATES,
    )


@lru_cache(maxsize=512)
def _results_sql(
    sizes: tuple[int, ...],
    view: int,
    visible_only: bool,
    fields: tuple[str, ...],
    *,
    rows: int,
    after: bool,
) -> str:
    scope = visible(view) if visible_only else in_any_status(view)
    first = parameters_of(sizes) + 1
    behind = (
        f"WHERE (score, product_id) < (${first}::text::numeric, ${first + 1}::text::uuid)"
        if after
        else ""
    )
    return f"""
    WITH {candidates_sql(sizes, visible_only=visible_only)},
    best AS (SELECT product_id, score FROM found {behind}
              ORDER BY score DESC, product_id DESC LIMIT {rows:d})
    SELECT {body_of(fields)}, etag, best.score, best.product_id, counted.total
      FROM (SELECT count(*) AS total FROM found) counted
      LEFT JOIN (best JOIN (SELECT product_id, body, etag FROM products_document WHERE {scope})
                      document USING (product_id)) ON true
     ORDER BY best.score DESC, best.product_id DESC
    """
