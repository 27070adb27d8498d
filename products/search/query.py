"""What was asked for -> what to look for: words, codes, and words as they were meant."""

from dataclasses import dataclass

from products.search.boosts import Boost
from products.search.codes import find_codes
from products.search.corrections import Correction, corrected
from products.search.curations import NOTHING_CURATED, read_curated
from products.search.ranking import Match, match_of
from products.search.synonyms import settled_by, synonyms_of, with_synonyms
from products.search.terms import rarest, read_terms, without_stopped

LONGEST_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller looks for in a view, with what the catalog knows of it."""

    words: tuple[str, ...]  # folded, as they were meant
    match: Match
    corrections: tuple[Correction, ...] = ()
    boost: Boost | None = None

    @property
    def stems(self) -> frozenset[str]:
        """What of a text has been looked for."""
        ways = (way for term in self.match.terms for way in term.ways)
        return frozenset(stem for way in ways for stem in way.stems)


def read_query(text: str, *, view: int, visible_only: bool, correct: bool = True) -> Query:
    """Two statements, one or two more where a word is unknown, one more where another one stands
    for it, and one where a word has synonyms.

    A word that no product has is replaced by the most likely one that a visible product has; where
    there is none, it is left out, as long as others are known. What staff decided for the words as
    they were meant holds where they decided nothing for those that were written.
    """
    read = read_terms(text, view=view, visible_only=visible_only)
    known = synonyms_of(read)
    written, curated = read.words, read.curated
    corrections: tuple[Correction, ...] = ()
    if correct:
        read, corrections = corrected(read, view, settled=settled_by(read, known))
    if read.words != written and curated == NOTHING_CURATED:
        curated = read_curated(read.words, view=view, visible_only=visible_only)
    read = with_synonyms(read, known, view=view, visible_only=visible_only)
    terms = rarest([term for term in without_stopped(read.terms) if term.is_known])
    codes = find_codes(
        # Words that the language leaves out are nowhere but at the beginning of a slug.
        text if read.terms else "-".join(read.words),
        view=view,
        visible_only=visible_only,
        # The beginning of a word is no code as long as there are products with that word.
        beginnings=not terms or any(letter in text for letter in "0123456789-_./"),
    )
    match = match_of(
        terms,
        view=view,
        visible_only=visible_only,
        codes=tuple(codes.items()),
        curated=curated,
    )
    return Query(read.words, match, corrections, read.boost)
