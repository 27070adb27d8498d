"""Terms -> candidates -> the best of them, in one statement.

Candidates are the products that have all words of the query: those that have them in the title
first, and never more than CANDIDATES of them. Where they are few, products that have at least
half of the words are candidates, too. Each is scored by the sum, over the words, of how rare the
word is times the weight of the best place where the product has it. So the time that a query takes
does not depend on how many products match.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from uuid import UUID

from products.search.curations import NOTHING_CURATED, Curated
from products.search.scope import in_time, scope_query
from products.search.terms import Term

CANDIDATES = 5_000
# With fewer products that have all words, some of the words are enough.
FEW_CANDIDATES = 20
# Scores: products that staff pinned, beyond all others, and how far down buried ones go.
PINNED, BURIED = 3_000, 10_000
# Of description, other facts, brand and category, name.
WEIGHTS = "{0.6, 0.6, 0.8, 1.0}"
# Divided by 1 + the logarithm of the length of all texts: a word says more where few others stand.
BY_LENGTH = 1
# Words that are enough are taken from the rarest ones, as long as no more entries have them.
MOST_LOOSE_TERMS = 6
MOST_LOOSE_ENTRIES = 150_000
_FIXED = 7  # parameters before those of the terms
NOTHING = "'~'"  # no entry has it


@dataclass(frozen=True, slots=True)
class Match:
    """What makes a product a candidate: three tsqueries, and products found by their codes; with
    what staff decided for the query."""

    strict: str
    in_title: str  # the same as `strict` where there are few
    loose: str
    terms: tuple[Term, ...]
    codes: tuple[tuple[UUID, int], ...] = ()
    curated: Curated = NOTHING_CURATED

    @property
    def named(self) -> dict[UUID, int]:
        """Products that are found whatever their words are, by their score."""
        pinned = self.curated.pinned
        return dict(self.codes) | {key: PINNED + len(pinned) - n for n, key in enumerate(pinned)}

    def parameters(self) -> list[object]:
        """As the statements below take them."""
        return [
            self.strict,
            self.in_title,
            self.loose,
            [str(key) for key in self.named],
            list(self.named.values()),
            [str(key) for key in self.curated.excluded],
            [str(key) for key in self.curated.buried],
            *(part for term in self.terms for way in term.ways for part in (way.query, way.factor)),
        ]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many ways each term has."""
        return tuple(len(term.ways) for term in self.terms)


def match_of(
    terms: Sequence[Term],
    *,
    view: int,
    visible_only: bool,
    codes: Sequence[tuple[UUID, int]] = (),
    curated: Curated = NOTHING_CURATED,
) -> Match:
    scope = scope_query(view, visible_only=visible_only)

    def within(query: str) -> str:
        return f"{scope} & ({query})" if terms else NOTHING

    strict = within(" & ".join(term.query for term in terms))
    # Where all that have the words are candidates, none of them needs to come first.
    is_few = min((term.documents for term in terms), default=0) <= CANDIDATES
    return Match(
        strict=strict,
        in_title=strict if is_few else within(" & ".join(term.in_title for term in terms)),
        loose=within(loosely(terms)),
        terms=tuple(terms),
        codes=tuple(codes),
        curated=curated,
    )


def loosely(terms: Sequence[Term]) -> str:
    """At least half of the terms, as a tsquery."""
    rare = sorted(terms, key=lambda term: -term.weight)[:MOST_LOOSE_TERMS]
    while len(rare) > 1 and sum(term.documents for term in rare) > MOST_LOOSE_ENTRIES:
        rare.pop()
    return _at_least((len(rare) + 1) // 2, [term.query for term in rare])


def _at_least(count: int, terms: Sequence[str]) -> str:
    if count == 0 or not terms:
        return NOTHING
    if count == 1:
        return " | ".join(terms)
    if count == len(terms):
        return " & ".join(terms)
    first, rest = terms[0], terms[1:]
    return f"{first} & ({_at_least(count - 1, rest)}) | ({_at_least(count, rest)})"


@lru_cache(maxsize=256)
def candidates_sql(sizes: tuple[int, ...], *, visible_only: bool, after: int = 0) -> str:
    """Two CTEs, `found (product_id, score)` the last of them; parameters: see Match, whose sizes
    these are. They are numbered behind `after` others."""
    time = in_time(visible_only=visible_only)
    score = _score(sizes, after)
    strict, in_title, loose = (f"${after + n}::text::tsquery" for n in (1, 2, 3))
    is_cut = f"${after + 1}::text <> ${after + 2}::text"
    codes, scores = f"${after + 4}::text[]::uuid[]", f"${after + 5}::float8[]"
    excluded, buried = (f"${after + n}::text[]::uuid[]" for n in (6, 7))
    return f"""
    strict AS MATERIALIZED (
        SELECT entry.product_id, {score} AS score FROM (
            (SELECT entry.product_id, entry.words FROM products_searchentry entry
              WHERE entry.words @@ {in_title} AND {time} LIMIT {CANDIDATES})
            UNION ALL
            (SELECT entry.product_id, entry.words FROM products_searchentry entry
              WHERE {is_cut} AND entry.words @@ {strict} AND NOT entry.words @@ {in_title}
                AND {time} LIMIT {CANDIDATES})
            LIMIT {CANDIDATES}) entry),
    found AS MATERIALIZED (
        SELECT product_id,
               score - CASE WHEN product_id = ANY({buried}) THEN {BURIED} ELSE 0 END AS score
          FROM (
            SELECT * FROM unnest({codes}, {scores}) code(product_id, score)
            UNION ALL
            SELECT * FROM strict WHERE product_id <> ALL({codes})
            UNION ALL
            (SELECT entry.product_id, {score} FROM products_searchentry entry
              WHERE (SELECT count(*) FROM strict) < {FEW_CANDIDATES}
                AND entry.words @@ {loose} AND NOT entry.words @@ {strict}
                AND entry.product_id <> ALL({codes}) AND {time} LIMIT {CANDIDATES})) every
         WHERE product_id <> ALL({excluded}))
    """


def parameters_of(sizes: tuple[int, ...]) -> int:
    """How many parameters they are."""
    return _FIXED + 2 * sum(sizes)


def _score(sizes: tuple[int, ...], after: int) -> str:
    numbers = iter(range(after + _FIXED + 1, after + parameters_of(sizes) + 1, 2))
    terms = [
        [
            f"ts_rank('{WEIGHTS}', entry.words, ${n}::text::tsquery, {BY_LENGTH})"
            f" * ${n + 1}::float8"
            for n in islice(numbers, size)
        ]
        for size in sizes
    ]
    return "(" + (" + ".join(f"greatest({', '.join(ways)})" for ways in terms) or "0") + ")"
