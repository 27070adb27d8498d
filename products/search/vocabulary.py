"""The words that visible products have, in the memory of the process: for typing errors.

A word that no product has is compared with those of about the same length. What comes out is only
a guess: `verified` asks the database which of the guesses a visible product has at this instant.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog_project.ops.statements import fetch
from products.search.memory import Remembered
from products.search.scope import in_time

# The most frequent ones of a view; and of how many views a process keeps them.
MOST_WORDS = 60_000
MOST_VIEWS = 4
SHORTEST = 3  # letters of a word that is corrected
TWO_ERRORS = 7  # letters from which on two errors are forgiven
GUESSES = 8
# People look for what products are called: a name counts as much as so many other places.
OF_TITLES = 50
# How much more often a word is meant that begins with the letter that was written.
SAME_LETTER = 2
# A word that more products have is known by its witnesses, or not at all.
_MOST_COUNTED = 5_000


@dataclass(frozen=True)
class Vocabulary:
    """Words by length, and how likely each is to be meant (a logarithm)."""

    by_length: dict[int, list[str]] = field(default_factory=dict)
    likelihoods: dict[str, float] = field(default_factory=dict)
    in_order: list[str] = field(default_factory=list)  # of the alphabet

    def completions(self, beginning: str) -> list[str]:
        """The most likely words that begin so."""
        first = bisect_left(self.in_order, beginning)
        behind = bisect_left(self.in_order, beginning + "\U0010ffff", first)
        words = self.in_order[first:behind]
        return nlargest(GUESSES, words, key=lambda word: self.likelihoods[word])

    def guesses(self, word: str) -> list[str]:
        """What the word may have been meant to be, the most likely first."""
        if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
            return []
        for errors in range(1, 3 if len(word) >= TWO_ERRORS else 2):
            if near := self._near(word, errors):
                return sorted(near, key=lambda found: -self._likelihood(found, word))[:GUESSES]
        return []

    def _near(self, word: str, errors: int) -> list[str]:
        return [
            found
            for length in range(len(word) - errors, len(word) + errors + 1)
            for found, _, _ in process.extract(
                word,
                self.by_length.get(length, ()),
                scorer=OSA.distance,
                score_cutoff=errors,
                limit=None,
            )
        ]

    def _likelihood(self, found: str, word: str) -> float:
        # The first two letters may be exchanged.
        begins_so = found[0] == word[0] or (found[1:2] == word[0] and found[0] == word[1])
        return self.likelihoods[found] + (math.log(SAME_LETTER) if begins_so else 0)


_memory: Remembered[int, Vocabulary] = Remembered(MOST_VIEWS)


def vocabulary_of(view: int, generation: bytes) -> Vocabulary:
    """The words of the view as they were counted last. One statement where that is news."""
    return _memory.get(view, generation, _read)


def _read(view: int) -> Vocabulary:
    rows = fetch(
        "SELECT known.word, known.documents"
        f" + {OF_TITLES} * least(coalesce(term.titles, 0), known.documents) AS weight"
        " FROM products_searchword known LEFT JOIN products_searchterm term USING (view_id, lexeme)"
        f" WHERE known.view_id = $1::int2 ORDER BY weight DESC, word LIMIT {MOST_WORDS}",
        [view],
    )
    fresh = Vocabulary()
    for word, weight in rows:
        text = (word or b"").decode()
        fresh.likelihoods[text] = math.log(int(weight or 1))
        fresh.by_length.setdefault(len(text), []).append(text)
    fresh.in_order.extend(sorted(fresh.likelihoods))
    return fresh


@dataclass(frozen=True, slots=True)
class Known:
    """A word that a visible product has at this instant."""

    word: str
    lexeme: str
    documents: int  # that have the stem, about
    is_together: bool  # some product has it together with what it was asked for beside


def verified(words: Sequence[str], *, view: int, beside: Sequence[str] = ()) -> list[Known]:
    """Those of the words that shoppers may be told of: first those that some product has together
    with what `beside` asks for (tsqueries), each in their order. One statement."""
    rows = fetch(_verified_sql(view), [list(words), " & ".join(beside)]) if words else []
    return [
        Known((word or b"").decode(), (lexeme or b"").decode(), int(documents or 0), apart == b"0")
        for word, lexeme, documents, apart in rows
    ]


@lru_cache(maxsize=256)
def _verified_sql(view: int) -> str:
    stem = f"'''~{view:d}p'' & ''' || known.lexeme || ''''"
    word = "'''' || known.word || ''''"
    has = f"entry.words @@ ({stem})::tsquery AND entry.spellings @@ ({word})::tsquery"
    time = in_time(visible_only=True)
    return f"""
    SELECT known.word, known.lexeme, coalesce(term.documents, known.documents),
           CASE WHEN $2::text = '' OR is_common.it THEN 0
                WHEN EXISTS (SELECT FROM products_searchentry entry
                              WHERE entry.words @@ ({stem} || ' & ' || $2::text)::tsquery
                                AND {time}) THEN 0
                ELSE 1 END AS apart
      FROM unnest($1::text[]) WITH ORDINALITY asked(word, n)
      JOIN products_searchword known ON known.view_id = {view:d} AND known.word = asked.word
      LEFT JOIN products_searchterm term
             ON term.view_id = {view:d} AND term.lexeme = known.lexeme
     CROSS JOIN LATERAL (
           SELECT coalesce(term.documents, 0) > {_MOST_COUNTED} AS it OFFSET 0) is_common
     WHERE EXISTS (
               SELECT FROM unnest(known.witnesses) witness(id)
                 JOIN products_searchentry entry
                   ON entry.product_id = witness.id AND entry.view_id = {view:d}
                WHERE {has} AND {time})
        OR CASE WHEN NOT is_common.it
                THEN EXISTS (SELECT FROM products_searchentry entry WHERE {has} AND {time}) END
     ORDER BY apart, asked.n
    """
