"""What somebody may be about to type: words, products, categories and brands, per keystroke."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.listing import body_of
from products.documents.publication import in_any_status, visible
from products.documents.translations import text_of
from products.search.codes import find_codes
from products.search.ranking import BY_LENGTH, NOTHING, WEIGHTS
from products.search.scope import in_time, scope_query
from products.search.synonyms import synonyms_of, with_synonyms
from products.search.terms import Term, Terms, Way, rarest, read_terms, without_stopped
from products.search.vocabulary import Known, verified, vocabulary_of

MOST = 5  # of each kind
# Products that have the words in their titles, of which the best are shown.
CANDIDATES = 500
PRODUCT_FIELDS = ("id", "slug", "name", "price_range", "availability")


@dataclass(frozen=True)
class Suggestions:
    completions: list[str] = field(default_factory=list)
    products: list[bytes] = field(default_factory=list)  # JSON
    categories: list[bytes] = field(default_factory=list)
    brands: list[bytes] = field(default_factory=list)


def suggest(text: str, *, view: int, chain: Sequence[str], visible_only: bool) -> Suggestions:
    """Five statements at most, whatever the catalog, and one more where a word has synonyms."""
    read = read_terms(text, view=view, visible_only=visible_only)
    if not read.words:
        return Suggestions()
    *before, last = read.words
    read = with_synonyms(read, synonyms_of(read), view=view, visible_only=visible_only)
    others = [term for term in rarest(_before(read)) if term.is_known]
    beside = [term.query for term in others]
    guesses = vocabulary_of(view, read.generation).completions(last)
    known = [each for each in verified(guesses, view=view, beside=beside) if each.is_together]
    codes = find_codes(text, view=view, visible_only=visible_only, beginnings=True)
    written = [term for term in read.terms if term.position == len(read.words)]
    ends = dict.fromkeys(
        [*(replace(way, weight=0) for term in written for way in term.ways), *map(_way, known)]
    )
    in_titles = [scope_query(view, visible_only=visible_only), *(term.in_title for term in others)]
    in_titles.append(f"({' | '.join(f'({way.in_title})' for way in ends)})")
    rows = fetch(
        _products_sql(view, visible_only),
        [
            " & ".join(in_titles) if ends else NOTHING,
            " | ".join([*beside, *(way.query for way in ends)]) or NOTHING,
            [str(key) for key in codes],
        ],
    )
    named = fetch(_NAMED, [" ".join(read.words), list(chain)])
    return Suggestions(
        completions=_completions(before, known),
        products=[body or b"" for (body,) in rows],
        categories=[body or b"" for body, kind in named if kind == b"category"],
        brands=[body or b"" for body, kind in named if kind == b"brand"],
    )


def _before(read: Terms) -> list[Term]:
    return without_stopped([term for term in read.terms if term.position < len(read.words)])


def _way(known: Known) -> Way:
    return Way((known.lexeme,), 0)


def _completions(before: Sequence[str], known: Sequence[Known]) -> list[str]:
    """The whole query with its last word completed; of words with one stem, the likeliest."""
    distinct = {each.lexeme: each.word for each in reversed(known)}
    words = [each.word for each in known if distinct[each.lexeme] == each.word]
    return [" ".join((*before, word)) for word in words[:MOST]]


@lru_cache(maxsize=256)
def _products_sql(view: int, visible_only: bool) -> str:
    scope = visible(view) if visible_only else in_any_status(view)
    return f"""
    SELECT {body_of(PRODUCT_FIELDS)}
      FROM (SELECT product_id, max(score) AS score FROM (
                SELECT entry.product_id,
                       ts_rank('{WEIGHTS}', entry.words, $2::text::tsquery, {BY_LENGTH}) AS score
                  FROM (SELECT entry.product_id, entry.words FROM products_searchentry entry
                         WHERE entry.words @@ $1::text::tsquery
                           AND {in_time(visible_only=visible_only)} LIMIT {CANDIDATES}) entry
                UNION ALL
                SELECT product_id, 9 FROM unnest($3::text[]::uuid[]) code(product_id)) every
             GROUP BY product_id ORDER BY score DESC, product_id DESC LIMIT {MOST}) best
      JOIN (SELECT product_id, body FROM products_document WHERE {scope}) document
           USING (product_id)
     ORDER BY best.score DESC, product_id DESC
    """


def _named(noun: str) -> str:
    """Rows of the noun of which the name, or a word of it, begins with $1."""
    return f"""
    (SELECT (SELECT row_to_json(item)::text FROM (
                SELECT named.id, named.slug, named.name) item), '{noun}', named.rank, named.name
       FROM (SELECT row.id, {text_of("row", "slug")} AS slug, {text_of("row", "name")} AS name
               FROM products_{noun} row, (SELECT $2::text[] AS locales) view) found
      CROSS JOIN LATERAL (
            SELECT found.id, found.slug, found.name,
                   CASE WHEN starts_with(lower(found.name), $1::text) THEN 0
                        WHEN strpos(lower(found.name), ' ' || $1::text) > 0 THEN 1
                   END AS rank) named
      WHERE named.rank IS NOT NULL
      ORDER BY 3, length(named.name), 4 LIMIT {MOST})
    """


_NAMED = f"""
    SELECT body, kind FROM (
        {_named("category")} UNION ALL {_named("brand")}) every(body, kind, rank, name)
     ORDER BY rank, length(name), name
"""
