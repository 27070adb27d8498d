"""What was asked for -> what to look for: words, codes, and words as they were meant."""

from dataclasses import dataclass

from products.search.codes import find_codes
from products.search.corrections import Correction, corrected
from products.search.ranking import Match, match_of
from products.search.terms import rarest, read_terms

LONGEST_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller looks for in a view, with what the catalog knows of it."""

    text: str
    words: tuple[str, ...]  # folded, as they were meant
    match: Match
    corrections: tuple[Correction, ...] = ()

    @property
    def lexemes(self) -> frozenset[str]:
        return frozenset(term.lexeme for term in self.match.terms)


def read_query(text: str, *, view: int, visible_only: bool, correct: bool = True) -> Query:
    """Two statements, and one or two more where a word is unknown.

    A word that no product has is replaced by the most likely one that a visible product has; where
    there is none, it is left out, as long as others are known.
    """
    read = read_terms(text, view=view, visible_only=visible_only)
    corrections: tuple[Correction, ...] = ()
    if correct:
        read, corrections = corrected(read, view)
    terms = rarest([term for term in read.terms if term.is_known])
    codes = find_codes(
        text,
        view=view,
        visible_only=visible_only,
        # The beginning of a word is no code as long as there are products with that word.
        beginnings=not terms or any(letter in text for letter in "0123456789-_./"),
    )
    match = match_of(terms, view=view, visible_only=visible_only, codes=tuple(codes.items()))
    return Query(text=text, words=read.words, match=match, corrections=corrections)
