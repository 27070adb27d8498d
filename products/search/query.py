"""What was asked for -> what to look for: words, codes, and words as they were meant."""

from dataclasses import dataclass, replace

from products.search.codes import find_codes
from products.search.ranking import Match, match_of
from products.search.terms import Term, Terms, rarest, read_terms, weight_of
from products.search.vocabulary import verified, vocabulary_of

LONGEST_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Correction:
    written: str
    meant: str


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
    if correct and not all(term.is_known for term in read.terms):
        read, corrections = _corrected(read, view)
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


def _corrected(read: Terms, view: int) -> tuple[Terms, tuple[Correction, ...]]:
    """The same with each unknown word as it was probably meant."""
    vocabulary = vocabulary_of(view, read.generation)
    guesses = {term: vocabulary.guesses(term.word) for term in read.terms if not term.is_known}
    asked = list(dict.fromkeys(guess for each in guesses.values() for guess in each))
    known = {each.word: each for each in verified(asked, view=view)}
    terms: list[Term] = []
    words = list(read.words)
    corrections: dict[str, Correction] = {}
    for term in read.terms:
        found = next((known[each] for each in guesses.get(term, ()) if each in known), None)
        if found is None:
            terms.append(term)
            continue
        corrections[term.word] = Correction(term.word, found.word)
        words = [found.word if word == term.word else word for word in words]
        meant = replace(
            term,
            word=found.word,
            lexeme=found.lexeme,
            documents=found.documents,
            weight=weight_of(found.documents, read.documents),
        )
        terms.append(meant)
    fresh = replace(read, words=tuple(words), terms=tuple(terms))
    return fresh, tuple(corrections.values())
