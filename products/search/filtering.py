"""What a query finds, as one condition on documents: lists, totals and facets count within it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from products.search.query import Query, read_query
from products.search.ranking import CANDIDATES, FEW_CANDIDATES
from products.search.scope import in_time

WORDS = "q"  # the filter


def found_by(*, visible_only: bool) -> str:
    """The condition; {0} is the placeholder of what `value_of` makes of a query.

    The same products as `ranking` finds, without the order.
    """
    time = in_time(visible_only=visible_only)
    strict, in_title, loose = (f"({{0}}::text[])[{n}]::tsquery" for n in (1, 2, 3))
    is_cut = "({0}::text[])[1] <> ({0}::text[])[2]"
    excluded = "({0}::text[])[4]::uuid[]"
    entries = "SELECT entry.product_id FROM products_searchentry entry WHERE"
    return f"""
    product_id = ANY(ARRAY(
        WITH strict AS MATERIALIZED (
            SELECT product_id FROM (
                ({entries} entry.words @@ {in_title} AND {time} LIMIT {CANDIDATES})
                UNION ALL
                ({entries} {is_cut} AND entry.words @@ {strict}
                    AND NOT entry.words @@ {in_title} AND {time} LIMIT {CANDIDATES})
                LIMIT {CANDIDATES}) entry)
        SELECT product_id FROM strict
        UNION ALL
        SELECT unnest(({{0}}::text[])[5:])::uuid
        UNION ALL
        ({entries} (SELECT count(*) FROM strict) < {FEW_CANDIDATES}
            AND entry.words @@ {loose} AND NOT entry.words @@ {strict}
            AND {time} LIMIT {CANDIDATES})))
    AND product_id <> ALL({excluded})
    """


def value_of(query: Query) -> list[str]:
    match = query.match
    excluded = ",".join(str(key) for key in match.curated.excluded)
    named = (str(key) for key in match.named)
    return [match.strict, match.in_title, match.loose, f"{{{excluded}}}", *named]


Listed = TypeVar("Listed", bound=Any)


def with_words(listing: Listed) -> Listed:
    """The same list with its filter `q`, if it has one, looked up: a text, and whether it may be
    corrected. See read_query."""
    filters: Mapping[str, Any] = listing.filters
    if WORDS not in filters:
        return listing
    text, is_corrected = filters[WORDS]
    query = read_query(
        text, view=listing.view, visible_only=listing.visible_only, correct=is_corrected
    )
    found: Listed = replace(listing, filters={**filters, WORDS: value_of(query)})
    return found
