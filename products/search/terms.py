"""The words of a query -> stems, and how rare each is, with what staff say of such a query.

One statement, whatever the words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.documents.views import STAMP
from products.search.boosts import Boost
from products.search.curations import Curated, compared, curated, curated_sql
from products.search.folding import CONFIGURED_VIEWS, words_of
from products.search.scope import in_time, quoted, scope_query

# Of one query; what is beyond is not read at all. The rarest MOST_TERMS of the words count.
MOST_WORDS = 40
MOST_TERMS = 10
# Where nobody has counted yet, every word weighs as if one product in a thousand had it.
UNCOUNTED = 1_000
# ts_rank gives a phrase up to 1, and a stem that stands once, at the best place, this much.
_OF_ONE_STEM = 0.6079


@dataclass(frozen=True, slots=True)
class Way:
    """What a product may have, to have a term: a stem, or a phrase of several."""

    stems: tuple[str, ...]
    weight: float
    steps: tuple[int, ...] = ()  # of a phrase: from each stem to the next one, in words

    @property
    def query(self) -> str:
        """As a tsquery."""
        first, *others = map(quoted, self.stems)
        behind = zip(self.steps, others, strict=True)
        return first + "".join(f" <{step:d}> {stem}" for step, stem in behind)

    @property
    def in_title(self) -> str:
        return " & ".join(quoted("=" + stem) for stem in self.stems)

    @property
    def factor(self) -> float:
        """What the rank of the query is multiplied by."""
        return self.weight * (_OF_ONE_STEM if self.steps else 1)


@dataclass(frozen=True, slots=True)
class Term:
    """A stem that a word of the query led to."""

    position: int  # of the word, from 1
    word: str  # folded
    lexeme: str
    documents: int  # that have it, about; 0 where none that the caller may see does
    weight: float  # the rarer, the more
    also: tuple[Way, ...] = ()
    is_stopped: bool = False  # staff want it left out, as long as there are others

    @property
    def ways(self) -> tuple[Way, ...]:
        """What a product may have, to have this."""
        return (Way((self.lexeme,), self.weight), *self.also)

    @property
    def query(self) -> str:
        """What has it, as a tsquery."""
        return f"({' | '.join(way.query for way in self.ways)})"

    @property
    def in_title(self) -> str:
        return f"({' | '.join(f'({way.in_title})' for way in self.ways)})"

    @property
    def is_known(self) -> bool:
        return self.documents > 0


@dataclass(frozen=True, slots=True)
class Terms:
    words: tuple[str, ...]  # the query, folded
    terms: tuple[Term, ...]
    documents: int  # that the view shows, about
    generation: bytes  # of the statistics: another one means that somebody counted again
    locale: UUID
    stamp: bytes  # of what staff keep: another one means that it may have changed
    curated: Curated
    boost: Boost | None


def weight_of(documents: int, total: int) -> float:
    """Inverse document frequency, as BM25 has it; never below 0."""
    documents = min(documents, total)
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def read_terms(text: str, *, view: int, visible_only: bool) -> Terms:
    """The words of the text with their stems; words that the language leaves out have none."""
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
            is_stopped=row[7] == b"t",
        )
        for row in rows
        if row[0] and row[2]
    ]
    return Terms(
        words=tuple(words[position] for position in sorted(words)),
        terms=tuple(terms),
        documents=total,
        generation=rows[0][6] or b"",
        locale=UUID((rows[0][13] or b"").decode()),
        stamp=rows[0][8] or b"",
        curated=curated(rows[0][9]),
        boost=_boost(rows[0][10:13]),
    )


def _boost(columns: Sequence[bytes | None]) -> Boost | None:
    by, weight, half_at = ((column or b"").decode() for column in columns)
    return Boost(by, Decimal(weight), Decimal(half_at)) if by and Decimal(weight) else None


def documents_of(lexemes: Sequence[str], *, view: int, visible_only: bool) -> dict[str, int]:
    """How many products that the caller may see have each stem, about. One statement."""
    rows = fetch(_documents_sql(view, visible_only), [list(lexemes)])
    return {
        (lexeme or b"").decode(): int(documents or 0) or int(is_there == b"t")
        for lexeme, documents, is_there in rows
    }


def without_stopped(terms: Sequence[Term]) -> list[Term]:
    """Those that staff want to be looked for; of a query of stop words alone, all."""
    return [term for term in terms if not term.is_stopped] or list(terms)


def rarest(terms: Sequence[Term], most: int = MOST_TERMS) -> tuple[Term, ...]:
    """Each stem once, at most so many of them, in the order of the query."""
    distinct = {term.lexeme: term for term in reversed(terms)}
    chosen = sorted(distinct.values(), key=lambda term: -term.weight)[:most]
    return tuple(sorted(chosen, key=lambda term: term.position))


@lru_cache(maxsize=256)
def _terms_sql(view: int, visible_only: bool) -> str:
    curation = curated_sql(compared("clean.text"), view, visible_only=visible_only)
    return f"""
    SELECT token.n, token.word, stem.lexeme, term.documents,
           {_is_new("stem.lexeme", view, visible_only)},
           counted.documents, counted.counted_at, token.word = ANY(locale.stop_words),
           {STAMP}, rules.curated, channel.boost_by, channel.boost_weight, channel.boost_half_at,
           locale.id
      FROM (SELECT id, config FROM {CONFIGURED_VIEWS} view WHERE id = {view:d}) view
      JOIN products_channellocale pair ON pair.id = view.id
      JOIN products_locale locale ON locale.id = pair.locale_id
      JOIN products_channel channel ON channel.id = pair.channel_id
      LEFT JOIN products_searchstatistics counted ON counted.view_id = view.id
     CROSS JOIN LATERAL (SELECT $1::text AS text OFFSET 0) asked
     CROSS JOIN LATERAL (SELECT {words_of("asked.text")} AS text OFFSET 0) clean
     CROSS JOIN LATERAL (SELECT {curation} AS curated OFFSET 0) rules
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


@lru_cache(maxsize=256)
def _documents_sql(view: int, visible_only: bool) -> str:
    return f"""
    SELECT asked.lexeme, term.documents, {_is_new("asked.lexeme", view, visible_only)}
      FROM unnest($1::text[]) asked(lexeme)
      LEFT JOIN products_searchterm term
             ON term.view_id = {view:d} AND term.lexeme = asked.lexeme
    """


def _is_new(lexeme: str, view: int, visible_only: bool) -> str:
    """A stem that nobody counted may be new: then the index knows. Few products have it, so that
    to ask costs little."""
    return f"""
    term.documents IS NULL AND {lexeme} IS NOT NULL AND EXISTS (
        SELECT FROM products_searchentry entry
         WHERE entry.words @@ ({_literal(scope_query(view, visible_only=visible_only))}
                               && ('''' || {lexeme} || '''')::tsquery)
           AND {in_time(visible_only=visible_only)})
    """


def _literal(query: str) -> str:
    return "'" + query.replace("'", "''") + "'::tsquery"
