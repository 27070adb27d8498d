"""No words, however many or odd, make a query that takes long: it is refused, or cut to a bound."""

import random
from typing import Any

import pytest
from django.db import connection

from products.models import SearchTerm
from products.services.search_statistics import count_words
from products.transfer.seeding.planting import plant
from tests.accounts.factories import SYSTEM

pytestmark = pytest.mark.django_db
ADDRESSES = ("/api/v1/search", "/api/v1/suggest", "/api/v1/products")
LONGEST = 200
ODD = [
    "%",
    "_",
    "\\",
    "' OR 1=1 --",
    "a:*",
    "!(a|b)",
    ".*",
    "(a+)+$",
    "%%%%",
    "\u0301",
    "\u202e",
    "日本",
]
# In seconds, of a statement: the limit of the service is ten times as long.
PATIENCE = {"quick": "1s", "soak": "300ms"}


def expensive() -> list[str]:
    """Words that as many products as possible have, as many of them as fit; and odd ones."""
    terms = SearchTerm.objects.order_by("-documents").values_list("lexeme", flat=True)
    common = [term for term in terms[:60] if "." not in term]
    chance = random.Random(21)
    shuffled = [" ".join(chance.sample(common, min(len(common), 30))) for _ in range(5)]
    letters = " ".join("abcdefghijklmnopqrstuvwxyz" * 4)
    texts = [*common[:20], " ".join(common), *shuffled, letters, "z" * LONGEST, "1 " * 100]
    texts += [" ".join(f"{word}x" for word in common), "0" * 14, "a-" * 100]
    return [text[:LONGEST] for text in texts] + ODD


def ask_all(caller: Any, texts: list[str], patience: str) -> None:
    """Whatever takes longer than that is ended by PostgreSQL, and would be a 503."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{patience}'")
        try:
            for text in texts:
                for address in ADDRESSES:
                    answer = caller.get(address, {"q": text})
                    assert answer.status_code in (200, 400), (address, text, answer.content)
        finally:
            cursor.execute("RESET statement_timeout")


def test_expensive_words_are_answered_or_refused(anonymous: Any) -> None:
    for _ in plant(60, seed=3, actor=SYSTEM):
        pass
    count_words()
    ask_all(anonymous, expensive()[::4], PATIENCE["quick"])
    for address in ADDRESSES:
        for text in ("word " * 2_000, "x" * (LONGEST + 1)):
            answer = anonymous.get(address, {"q": text})
            assert answer.status_code == 400, address
            assert answer.json()["errors"][0]["pointer"] == "/q"


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_no_words_are_expensive_in_a_catalog_of_50_000_products(anonymous: Any) -> None:
    for _ in plant(50_000, seed=3, actor=SYSTEM):
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    count_words()
    ask_all(anonymous, expensive(), PATIENCE["soak"])
