"""Words as they were probably meant, where no product has them as they were written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from products.search.terms import Term, Terms, Way, rarest, weight_of
from products.search.vocabulary import Known, verified, vocabulary_of

# A word that so few products have may be an error of theirs: then a similar word that so many
# times more products have is looked for, too.
FEW, MANY = 5, 50
SHORTEST_DOUBTED = 5  # letters


@dataclass(frozen=True, slots=True)
class Correction:
    written: str
    meant: str
    # Some products have the word as it was written: they are found, too.
    is_addition: bool = False


def corrected(
    read: Terms, view: int, *, settled: Collection[int] = ()
) -> tuple[Terms, tuple[Correction, ...]]:
    """The same with each unknown word as it was probably meant; the words at the positions that are
    settled are right. One statement, two where somebody counted since the last time, none where
    every word is known well."""
    doubted = [term for term in read.terms if term.position not in settled and _is_doubted(term)]
    if not doubted:
        return read, ()
    vocabulary = vocabulary_of(view, read.generation)
    guesses = {term: set(vocabulary.guesses(term.word)) for term in doubted}
    asked = dict.fromkeys(guess for term in doubted for guess in vocabulary.guesses(term.word))
    beside = [term.query for term in rarest([term for term in read.terms if term.is_known])]
    known = verified(list(asked), view=view, beside=beside)
    words = list(read.words)
    corrections: dict[str, Correction] = {}
    terms = []
    for term in read.terms:
        found = _meant(term, guesses, known)
        if found is None:
            terms.append(term)
            continue
        corrections[term.word] = Correction(term.word, found.word, term.is_known)
        weight = weight_of(found.documents, read.documents)
        if term.is_known:
            terms.append(replace(term, also=(Way((found.lexeme,), weight),)))
            continue
        words = [found.word if word == term.word else word for word in words]
        terms.append(
            replace(
                term,
                word=found.word,
                lexeme=found.lexeme,
                documents=found.documents,
                weight=weight,
            )
        )
    return replace(read, words=tuple(words), terms=tuple(terms)), tuple(corrections.values())


def _is_doubted(term: Term) -> bool:
    if term.is_stopped:
        return False
    if not term.is_known:
        return True
    return term.documents <= FEW and len(term.word) >= SHORTEST_DOUBTED


def _meant(term: Term, guesses: Mapping[Term, set[str]], known: list[Known]) -> Known | None:
    """The most likely of the words that are known."""
    likely = guesses.get(term, ())
    least = MANY * term.documents
    return next(
        (
            each
            for each in known
            if each.word in likely and each.documents >= least and each.lexeme != term.lexeme
        ),
        None,
    )
