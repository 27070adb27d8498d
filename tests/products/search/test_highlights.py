"""Which words of a text are marked, and which parts of it are shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.documents.views import View
from products.search.highlights import (
    LONGEST_FRAGMENT,
    Memory,
    Piece,
    highlights,
    plain_text,
)
from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db
ENGLISH = View(1, "default", "en", ("en",))


def marked(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("name", "stems", "wanted"),
    [
        ("Enamel mugs", {"mug"}, "Enamel [mugs]"),
        ("CAFÉ-MUG, 0.5 l", {"cafe", "mug"}, "[CAFÉ]-[MUG], 0.5 l"),
        ("Width 0.5 m", {"0.5"}, "Width [0.5] m"),
        ("The mug", {"mug"}, "The [mug]"),
        ("<b>Mug</b> & more", {"mug"}, "<b>[Mug]</b> & more"),
        ("日本の茶", {"茶"}, "日本の[茶]"),
        ("", {"mug"}, ""),
        ("Smug", {"mug"}, "Smug"),
    ],
)
def test_words_with_the_stems_of_the_query_are_marked(
    name: str, stems: set[str], wanted: str
) -> None:
    (found,) = highlights([(name, "")], frozenset(stems), ENGLISH)
    assert marked(found.name) == wanted
    assert "".join(piece.text for piece in found.name) == name
    assert found.description == []


def test_the_stems_are_those_of_the_locale() -> None:
    create_locale(values={"code": "de", "name": "German"}, actor=SYSTEM)
    channel = create_channel(values={"name": "Europe", "locales": ["de"]}, actor=SYSTEM)
    german = View(channel.channel_locales.get().pk, "europe", "de", ("de", "en"))
    (found,) = highlights([("Zwei Häuser", "")], frozenset({"haus"}), german)
    assert marked(found.name) == "Zwei [Häuser]"


def test_the_fragments_with_most_words_are_shown_in_their_order() -> None:
    filler = "and so on " * 40
    text = f"<p>A mug. {filler}</p><p>A red &amp; blue mug. {filler} One red pot. {filler}</p>"
    (found,) = highlights([("Pot", text)], frozenset({"mug", "red"}), ENGLISH)
    first, second = found.description
    assert "A [red] & blue [mug]." in marked(first) or "A [mug]." in marked(first)
    assert any("[red] & blue [mug]" in marked(each) for each in (first, second))
    assert all(len(marked(each)) < LONGEST_FRAGMENT + 20 for each in (first, second))
    whole = plain_text(text)
    places = [whole.index("".join(p.text for p in each).strip("… ")) for each in (first, second)]
    assert places == sorted(places)


def test_what_was_stemmed_before_is_not_asked_for_again() -> None:
    Memory.stems = {}
    texts = [(f"Mug {n}", "A mug " * 300) for n in range(20)]
    for wanted in (1, 0):
        with CaptureQueriesContext(connection) as queries:
            assert len(highlights(texts, frozenset({"mug"}), ENGLISH)) == 20
        assert len(queries) == wanted
