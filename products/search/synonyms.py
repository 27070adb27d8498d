"""Words that staff say mean the same: a product that has one of them has the others.

The synonyms of a locale are kept in the memory of the process, as stems, for as long as the stamp
that comes with each query stays the same (documents.views): whatever changes them renews it in its
transaction. So a change holds for the next query of every process.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import orjson

from catalog_project.ops.statements import fetch
from products.search.folding import CONFIG, words_of
from products.search.memory import Remembered
from products.search.terms import Term, Terms, Way, documents_of, weight_of

# Ways to have a term that come from synonyms, and those of a whole query: what most products have.
MOST_OF_A_TERM = 8
MOST_OF_A_QUERY = 24
MOST_LOCALES = 16


class Phrase(NamedTuple):
    """Stems in their order, and how many words there are from each to the next one."""

    stems: tuple[str, ...]
    steps: tuple[int, ...]


# By its first stem: a phrase that may stand in a query -> those that it stands for.
Synonyms = Mapping[str, Sequence[tuple[Phrase, tuple[Phrase, ...]]]]
_memory: Remembered[UUID, Synonyms] = Remembered(MOST_LOCALES)


def synonyms_of(read: Terms) -> Synonyms:
    """Of the locale. One statement where something changed since the last time, else none."""
    return _memory.get(read.locale, read.stamp, _read)


def matches(terms: Sequence[Term], known: Synonyms) -> Iterator[tuple[range, tuple[Phrase, ...]]]:
    """Where phrases stand in the query, by the indexes of its terms, and what they stand for."""
    stems = tuple(term.lexeme for term in terms)
    for n, stem in enumerate(stems):
        for phrase, others in known.get(stem, ()):
            end = n + len(phrase.stems)
            if stems[n:end] == phrase.stems:
                yield range(n, end), others


def settled_by(read: Terms, known: Synonyms) -> set[int]:
    """The positions of words that staff know, whether products have them or not."""
    return {read.terms[n].position for span, _ in matches(read.terms, known) for n in span}


def with_synonyms(read: Terms, known: Synonyms, *, view: int, visible_only: bool) -> Terms:
    """Each term with all the ways to have it. One statement if there are any, else none.

    Each word of a phrase can be had by what the whole phrase stands for.
    """
    others: dict[int, dict[Phrase, None]] = {}
    for span, meant in matches(read.terms, known):
        for n in span:
            others.setdefault(n, {}).update(dict.fromkeys(meant))
    if not others:
        return read
    stems = {stem for each in others.values() for phrase in each for stem in phrase.stems}
    counts = documents_of(sorted(stems), view=view, visible_only=visible_only)
    terms, left = list(read.terms), MOST_OF_A_QUERY
    for n, phrases in sorted(others.items()):
        found = _most_frequent(phrases, counts)[: min(left, MOST_OF_A_TERM)]
        left -= len(found)
        terms[n] = _broadened(terms[n], found, read.documents)
    return replace(read, terms=tuple(terms))


def _most_frequent(
    phrases: Iterable[Phrase], counts: Mapping[str, int]
) -> list[tuple[int, Phrase]]:
    """Those that products have, with how many have them at most."""
    counted = [(min(counts.get(stem, 0) for stem in each.stems), each) for each in phrases]
    return sorted(((n, each) for n, each in counted if n), key=lambda pair: -pair[0])


def _broadened(term: Term, found: Sequence[tuple[int, Phrase]], total: int) -> Term:
    """All ways weigh as the most common one: a rare word for a common thing makes it no rarer."""
    counts = [term.documents, *(count for count, _ in found)]
    weight = weight_of(max(counts), total)
    ways = [Way(phrase.stems, weight, phrase.steps) for _, phrase in found]
    return replace(
        term,
        documents=sum(counts),
        weight=weight,
        also=(*term.also, *ways),
        is_stopped=False,
    )


def _read(locale: UUID) -> Synonyms:
    sides: dict[bytes, tuple[list[Phrase], list[Phrase]]] = {}
    for key, is_meant, stems in fetch(_SYNONYMS, [locale]):
        phrase = _phrase(orjson.loads(stems or b"[]"))
        sides.setdefault(key or b"", ([], []))[is_meant == b"t"].append(phrase)
    known: dict[str, list[tuple[Phrase, tuple[Phrase, ...]]]] = {}
    for phrases, means in sides.values():
        for phrase in phrases:
            others = tuple(each for each in means or phrases if each.stems != phrase.stems)
            known.setdefault(phrase.stems[0], []).append((phrase, others))
    return known


def _phrase(stems: Collection[tuple[str, int]]) -> Phrase:
    places = [place for _, place in stems]
    steps = (max(1, b - a) for a, b in pairwise(places))
    return Phrase(tuple(stem for stem, _ in stems), tuple(steps))


# Rows of synonym, whether this is what the others mean, and the stems of one of its texts, each
# with the number of its word: as `terms` reads a query.
_SYNONYMS = f"""
    SELECT synonym.id, side.is_meant,
           json_agg(json_build_array(stem.lexeme, token.n) ORDER BY token.n, stem.n)
      FROM (SELECT id, {CONFIG} AS config FROM products_locale locale WHERE id = $1::uuid) locale
      JOIN products_synonym synonym ON synonym.locale_id = locale.id
     CROSS JOIN LATERAL (
           SELECT text, n, false FROM unnest(synonym.phrases) WITH ORDINALITY each(text, n)
           UNION ALL
           SELECT text, n, true FROM unnest(synonym.means) WITH ORDINALITY each(text, n))
           side(text, n, is_meant)
     CROSS JOIN LATERAL (SELECT {words_of("side.text")} AS text OFFSET 0) clean
     CROSS JOIN LATERAL regexp_split_to_table(btrim(clean.text), ' +')
           WITH ORDINALITY token(word, n)
     CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(locale.config, token.word)))
           WITH ORDINALITY stem(lexeme, n)
     GROUP BY synonym.id, side.is_meant, side.n
     ORDER BY synonym.id, side.is_meant, side.n
    """
