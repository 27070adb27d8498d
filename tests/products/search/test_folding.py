"""Words are the same however they are written, in every language that PostgreSQL stems."""

# ruff: noqa: RUF001  # it is about letters
import pytest
from django.db import connection

from products.models import ChannelLocale
from products.search.folding import LANGUAGES, words_of
from products.search.terms import read_terms
from products.services.channels import create_channel
from products.services.locales import create_locale
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café Über CRÈME", "cafe uber creme"),
        ("Straße, Ærø & Œuvre", "strasse aero oeuvre"),
        ('17" 10.5-inch, 1.5kg.', "17 10.5 inch 1.5kg"),
        ("USB-C/HDMI (v2) foo.bar", "usb c hdmi v2 foo bar"),
        ("\uff26it ﬁt ²", "fit fit 2"),
        ("Ёлка Йод ΆΓΙΟΣ", "елка йод αγιοσ"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("한국 हिन्दी", "한국 हिन्दी"),
        ("Acme® Pro™", "acme pro"),
        ("~1p =x 'y' \\", "1p x y"),
    ],
)
def test_words_are_folded(text: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {words_of('given.text')} FROM (SELECT %s AS text) given", [text])
        assert " ".join(cursor.fetchone()[0].split()) == words


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("de-AT", "Häuser", "haus"),
        ("fr", "chaises", "Chaise"),
        ("ru", "чашки", "чашка"),
        ("es-419", "sillas", "silla"),
        ("fi", "tuolit", "tuoli"),
    ],
)
def test_each_locale_has_the_stems_of_its_language(code: str, one: str, other: str) -> None:
    create_locale(values={"code": code, "name": code, "fallback": "en"}, actor=SYSTEM)
    create_channel(values={"name": "There", "locales": [code]}, actor=SYSTEM)
    view = ChannelLocale.objects.get(locale__code=code).pk
    stems = [
        {term.lexeme for term in read_terms(word, view=view, visible_only=True).terms}
        for word in (one, other)
    ]
    assert stems[0] == stems[1] != set()


def test_every_configuration_of_postgresql_has_a_language() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert there - {"simple"} <= set(LANGUAGES.values())
