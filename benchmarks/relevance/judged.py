"""A judged set: documents, queries, and how well some documents answer each query.

Three files, each perhaps with .gz at its end:

    documents   JSON per line: id; title or name; brand or supplier; category; description or
                short_description; text, and every member that begins with attr_t_, is text, too
    judgments   CSV with a head: query, docid, rating (0 and up; what is not judged is 0)
    queries     a query per line; left out, those of the judgments
"""

import csv
import gzip
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4  # letters of a word that gets a typing error


@dataclass(frozen=True)
class Goods:
    """A document as every engine gets it."""

    key: str
    title: str
    brand: str
    category: str
    description: str
    text: str


@dataclass(frozen=True)
class Judged:
    documents: list[Goods]
    ratings: Mapping[str, Mapping[str, float]]  # query -> document -> rating


def read_judged(documents: Path, judgments: Path, queries: Path | None) -> Judged:
    ratings: dict[str, dict[str, float]] = {}
    with _opened(judgments) as lines:
        for row in csv.DictReader(lines):
            ratings.setdefault(row["query"], {})[row["docid"]] = float(row["rating"])
    if queries is not None:
        with _opened(queries) as lines:
            wanted = [line.strip() for line in lines if line.strip()]
        ratings = {query: ratings.get(query, {}) for query in wanted}
    with _opened(documents) as lines:
        goods = [_goods(json.loads(line)) for line in lines]
    return Judged(goods, ratings)


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8", newline="")


def _goods(row: Mapping[str, Any]) -> Goods:
    more = [row.get("text", ""), *(row[name] for name in row if name.startswith("attr_t_"))]
    return Goods(
        key=str(row["id"]),
        title=row.get("title") or row["name"],
        brand=row.get("brand") or row.get("supplier") or "",
        category=row.get("category") or "",
        description=row.get("description") or row.get("short_description") or "",
        text=" ".join(filter(None, more)),
    )


def misspelt(query: str, *, seed: int) -> str:
    """The query with one letter of one word wrong, missing, too many, or exchanged with the next.

    The same seed gives the same error. Where no word is long enough, nothing happens.
    """
    chance = random.Random(f"{seed} {query}")
    words = query.split()
    places = [n for n, word in enumerate(words) if len(word) >= SHORTEST and word.isalpha()]
    if not places:
        return query
    place = chance.choice(places)
    word = words[place]
    while words[place] == word:
        words[place] = _edited(word, chance)
    return " ".join(words)


def _edited(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    kind = chance.choice(("wrong", "missing", "added", "exchanged"))
    if kind == "wrong":
        return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
    if kind == "missing":
        return word[:at] + word[at + 1 :]
    if kind == "added":
        return word[:at] + chance.choice(LETTERS) + word[at:]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def ndcg(found: Sequence[str], ratings: Mapping[str, float], depth: int = 10) -> float:
    """Linear gain; what nobody judged gains nothing."""
    best = _gain(sorted(ratings.values(), reverse=True)[:depth])
    return _gain([ratings.get(key, 0) for key in found[:depth]]) / best if best else 0.0


def _gain(ratings: Sequence[float]) -> float:
    return sum(rating / math.log2(rank + 2) for rank, rating in enumerate(ratings))


def recall(found: Sequence[str], ratings: Mapping[str, float], depth: int = 100) -> float:
    """The part of the good documents that is among the first ones."""
    good = {key for key, rating in ratings.items() if rating > 0}
    return len(good & set(found[:depth])) / len(good) if good else 0.0


def answerable(judged: Judged) -> Iterator[str]:
    """The queries that some document answers at all: the others say nothing of an engine."""
    return (query for query, ratings in judged.ratings.items() if max(ratings.values(), default=0))
