"""The words that visible products have, in the memory of the process: for typing errors.

A word that no product has is compared with those of about the same length, first those with the
same first letter. What comes out is only a guess: `verified` asks the database which of the
guesses a visible product has at this instant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog_project.ops.statements import fetch
from products.search.scope import in_time

# The most frequent ones of a view; and of how many views a process keeps them.
MOST_WORDS = 60_000
MOST_VIEWS = 4
SHORTEST = 3  # letters of a word that is corrected
TWO_ERRORS = 7  # letters from which on two errors are forgiven
GUESSES = 5
# A word that more products have is known by its witnesses, or not at all.
_MOST_COUNTED = 5_000


@dataclass(frozen=True)
class Vocabulary:
    """Words by first letter and length, the most frequent first."""

    generation: bytes
    buckets: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)

    def guesses(self, word: str) -> list[str]:
        """What the word may have been meant to be, the most likely first."""
        if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
            return []
        most = 2 if len(word) >= TWO_ERRORS else 1
        lengths = range(len(word) - most, len(word) + most + 1)
        same = self._near(word, ((word[0], length) for length in lengths), most)
        if same and same[0][0] == 1:
            return [found for _, _, found in same[:GUESSES]]
        wanted = set(lengths)
        others = (key for key in self.buckets if key[1] in wanted and key[0] != word[0])
        near = sorted([*same, *self._near(word, others, most)], key=lambda each: each[:2])
        return [found for _, _, found in near[:GUESSES]]

    def _near(
        self, word: str, keys: Iterable[tuple[str, int]], most: int
    ) -> list[tuple[int, int, str]]:
        """(errors, rank, word) of each word in these buckets that is near enough."""
        near = [
            (int(errors), self.ranks[found], found)
            for key in keys
            for found, errors, _ in process.extract(
                word,
                self.buckets.get(key, ()),
                scorer=OSA.distance,
                score_cutoff=most,
                limit=GUESSES,
            )
        ]
        return sorted(near)


class Memory:
    """What this process knows, by view; the one not used for longest makes room."""

    vocabularies: dict[int, Vocabulary] = {}
    lock = Lock()


def vocabulary_of(view: int, generation: bytes) -> Vocabulary:
    """The words of the view as they were counted last. One statement where that is news."""
    known = Memory.vocabularies.get(view)
    if known is not None and known.generation == generation:
        return known
    fresh = _read(view, generation)
    with Memory.lock:
        Memory.vocabularies.pop(view, None)
        while len(Memory.vocabularies) >= MOST_VIEWS:
            Memory.vocabularies.pop(next(iter(Memory.vocabularies)))
        Memory.vocabularies[view] = fresh
    return fresh


def _read(view: int, generation: bytes) -> Vocabulary:
    rows = fetch(
        "SELECT word FROM products_searchword WHERE view_id = $1::int2"
        f" ORDER BY documents DESC, word LIMIT {MOST_WORDS}",
        [view],
    )
    fresh = Vocabulary(generation)
    for rank, (word,) in enumerate(rows):
        text = (word or b"").decode()
        fresh.ranks[text] = rank
        fresh.buckets.setdefault((text[0], len(text)), []).append(text)
    return fresh


@dataclass(frozen=True, slots=True)
class Known:
    """A word that a visible product has at this instant."""

    word: str
    lexeme: str
    documents: int  # that have the stem, about


def verified(words: Sequence[str], *, view: int) -> list[Known]:
    """Those of the words that shoppers may be told of, in their order. One statement."""
    rows = fetch(_verified_sql(view), [list(words)]) if words else []
    return [
        Known((word or b"").decode(), (lexeme or b"").decode(), int(documents or 0))
        for word, lexeme, documents in rows
    ]


@lru_cache(maxsize=256)
def _verified_sql(view: int) -> str:
    has = """
        entry.words @@ ('''~{view}p'' & ''' || known.lexeme || '''')::tsquery
        AND entry.spellings @@ ('''' || known.word || '''')::tsquery
    """.replace("{view}", str(int(view)))
    time = in_time(visible_only=True)
    return f"""
    SELECT known.word, known.lexeme, coalesce(term.documents, known.documents)
      FROM unnest($1::text[]) WITH ORDINALITY asked(word, n)
      JOIN products_searchword known ON known.view_id = {view:d} AND known.word = asked.word
      LEFT JOIN products_searchterm term
             ON term.view_id = {view:d} AND term.lexeme = known.lexeme
     WHERE EXISTS (
               SELECT FROM unnest(known.witnesses) witness(id)
                 JOIN products_searchentry entry
                   ON entry.product_id = witness.id AND entry.view_id = {view:d}
                WHERE {has} AND {time})
        OR CASE WHEN coalesce(term.documents, 0) <= {_MOST_COUNTED}
                THEN EXISTS (SELECT FROM products_searchentry entry WHERE {has} AND {time}) END
     ORDER BY asked.n
    """
