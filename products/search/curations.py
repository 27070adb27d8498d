"""What staff decided for the results of a query: which products come first, last, or not at all.

Read in the statement that reads the query, so that a change holds for the next query. Only products
that the caller may see are read at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.search.scope import in_time, scope_query


@dataclass(frozen=True, slots=True)
class Curated:
    """Products by where they stand, in their order."""

    pinned: tuple[UUID, ...] = ()
    buried: tuple[UUID, ...] = ()
    excluded: tuple[UUID, ...] = ()


NOTHING_CURATED = Curated()


def compared(words: str) -> str:
    """Folded words (an SQL text) as they are kept and compared: with one blank between them."""
    return f"btrim(regexp_replace({words}, ' +', ' ', 'g'))"


def curated_sql(words: str, view: int, *, visible_only: bool) -> str:
    """A subquery: the products of the curation for these folded words (an SQL text), as `curated`
    reads them. That of the channel stands before that of all channels."""
    scope = scope_query(view, visible_only=visible_only).replace("'", "''")
    return f"""
    (SELECT string_agg(chosen.place || ' ' || chosen.product_id, ','
                       ORDER BY chosen.position, chosen.id)
       FROM (SELECT curation.id FROM products_curation curation
               JOIN products_channellocale pair
                 ON pair.id = {view:d} AND pair.locale_id = curation.locale_id
              WHERE curation.words = {words}
                AND (curation.channel_id = pair.channel_id OR curation.channel_id IS NULL)
              ORDER BY curation.channel_id IS NULL LIMIT 1) curation
       JOIN products_curatedproduct chosen ON chosen.curation_id = curation.id
      CROSS JOIN LATERAL (
            SELECT FROM products_searchentry entry
             WHERE entry.product_id = chosen.product_id AND entry.view_id = {view:d}
               AND entry.words @@ '{scope}'::tsquery
               AND {in_time(visible_only=visible_only)} OFFSET 0) seen)
    """


def curated(text: bytes | None) -> Curated:
    """Of what the subquery gave."""
    if not text:
        return NOTHING_CURATED
    places: dict[str, list[UUID]] = {}
    for part in text.decode().split(","):
        place, _, key = part.partition(" ")
        places.setdefault(place, []).append(UUID(key))
    return Curated(**{place: tuple(keys) for place, keys in places.items()})


def read_curated(words: Sequence[str], *, view: int, visible_only: bool) -> Curated:
    """For these folded words. One statement."""
    rows = fetch(_curated_statement(view, visible_only), [" ".join(words)])
    return curated(rows[0][0])


@lru_cache(maxsize=256)
def _curated_statement(view: int, visible_only: bool) -> str:
    return f"SELECT {curated_sql('$1::text', view, visible_only=visible_only)}"
