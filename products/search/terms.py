"""The words of a query -> stems, and how rare each is. One statement, whatever the words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.search.folding import CONFIGURED_VIEWS, words_of
from products.search.scope import in_time, scope_query

# Of one query; what is beyond is not read at all. The rarest MOST_TERMS of the words count.
MOST_WORDS = 40
MOST_TERMS = 10
# Where nobody has counted yet, every word weighs as if one product in a thousand had it.
UNCOUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Alternative:
    """A stem that is as good as that of a term."""

    lexeme: str
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A stem that a word of the query led to."""

    position: int  # of the word, from 1
    word: str  # folded
    lexeme: str
    documents: int  # that have it, about; 0 where none that the caller may see does
    weight: float  # the rarer, the more
    also: tuple[Alternative, ...] = ()

    @property
    def ways(self) -> tuple[Alternative, ...]:
        """What a product may have, to have this."""
        return (Alternative(self.lexeme, self.weight), *self.also)

    @property
    def is_known(self) -> bool:
        return self.documents > 0


@dataclass(frozen=True, slots=True)
class Terms:
    words: tuple[str, ...]  # the query, folded
    terms: tuple[Term, ...]
    documents: int  # that the view shows, about
    generation: bytes  # of the statistics: another one means that somebody counted again


def weight_of(documents: int, total: int) -> float:
    """Inverse document frequency, as BM25 has it; never below 0."""
    documents = min(documents, total)
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def read_terms(text: str, *, view: int, visible_only: bool) -> Terms:
    """The words of the text with their stems; words that are stopped have none."""
    rows = fetch(_terms_sql(view, visible_only), [text])
    total = int(rows[0][5] or 0) or UNCOUNTED
    words = {int(row[0] or 0): (row[1] or b"").decode() for row in rows if row[0]}
    terms = [
        Term(
            position=int(row[0]),
            word=words[int(row[0])],
            lexeme=row[2].decode(),
            documents=(documents := int(row[3] or 0) or int(row[4] == b"t")),
            weight=weight_of(documents, total),
        )
        for row in rows
        if row[0] and row[2]
    ]
    return Terms(
        words=tuple(words[position] for position in sorted(words)),
        terms=tuple(terms),
        documents=total,
        generation=rows[0][6] or b"",
    )


def rarest(terms: Sequence[Term], most: int = MOST_TERMS) -> tuple[Term, ...]:
    """Each stem once, at most so many of them, in the order of the query."""
    distinct = {term.lexeme: term for term in reversed(terms)}
    chosen = sorted(distinct.values(), key=lambda term: -term.weight)[:most]
    return tuple(sorted(chosen, key=lambda term: term.position))


@lru_cache(maxsize=256)
def _terms_sql(view: int, visible_only: bool) -> str:
    # A stem that nobody counted may be new: then the index knows. Few products have it, so that
    # to ask costs little.
    return f"""
    SELECT token.n, token.word, stem.lexeme, term.documents,
           term.documents IS NULL AND stem.lexeme IS NOT NULL AND EXISTS (
               SELECT FROM products_searchentry entry
                WHERE entry.words @@ ({_literal(scope_query(view, visible_only=visible_only))}
                                      && ('''' || stem.lexeme || '''')::tsquery)
                  AND {in_time(visible_only=visible_only)}),
           counted.documents, counted.counted_at
      FROM (SELECT id, config FROM {CONFIGURED_VIEWS} view WHERE id = {view:d}) view
      LEFT JOIN products_searchstatistics counted ON counted.view_id = view.id
     CROSS JOIN LATERAL (SELECT $1::text AS text OFFSET 0) asked
     CROSS JOIN LATERAL (SELECT {words_of("asked.text")} AS text OFFSET 0) clean
      LEFT JOIN LATERAL (
           SELECT n, word
             FROM regexp_split_to_table(btrim(clean.text), ' +') WITH ORDINALITY each(word, n)
            WHERE n <= {MOST_WORDS} AND word <> '') token ON true
      LEFT JOIN LATERAL unnest(tsvector_to_array(to_tsvector(view.config, token.word)))
                stem(lexeme) ON true
      LEFT JOIN products_searchterm term
             ON term.view_id = view.id AND term.lexeme = stem.lexeme
     ORDER BY token.n
    """


def _literal(query: str) -> str:
    return "'" + query.replace("'", "''") + "'::tsquery"
