"""What an environment variable may say, and the one line that refuses the rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog_project.environment import Required, StrictEnv

NEEDED = Required("Use a URL.")


def read_database(**variables: str) -> dict[str, Any]:
    return StrictEnv(variables).database("DATABASE_URL", NEEDED)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("1", True),
        ("TRUE", True),
        ("yes", True),
        ("on", True),
        ("0", False),
        ("No", False),
        ("false", False),
        ("off", False),
        (" true ", True),
    ],
)
def test_a_boolean_is_one_of_eight_words(word: str, meaning: bool) -> None:
    assert StrictEnv({"DEBUG": word}).boolean("DEBUG", not meaning) is meaning


Read = Callable[[StrictEnv], Any]
REFUSED: dict[str, tuple[str, Read, str]] = {
    "an unknown boolean": (
        "maybe",
        lambda env: env.boolean("X", False),
        "X must be one of 1, true, yes, on, 0, false, no, off, not 'maybe'.",
    ),
    "a word for a number": (
        "many",
        lambda env: env.integer("X", 1, least=1, most=9),
        "X must be a whole number from 1 to 9, not 'many'.",
    ),
    "a number out of range": (
        "10",
        lambda env: env.integer("X", 1, least=1, most=9),
        "X must be a whole number from 1 to 9, not '10'.",
    ),
    "a number with an underscore": (
        "1_0",
        lambda env: env.integer("X", 1, least=1, most=99),
        "X must be a whole number from 1 to 99, not '1_0'.",
    ),
    "seconds that are no number": (
        "nan",
        lambda env: env.seconds("X", 1.0, most=5),
        "X must be a number of seconds above 0 and up to 5, not 'nan'.",
    ),
    "an unknown choice": (
        "loud",
        lambda env: env.choice("X", "INFO", ["INFO", "DEBUG"]),
        "X must be one of DEBUG, INFO, not 'loud'.",
    ),
    "a list with a hole": (
        "a.example,,b.example",
        lambda env: env.hosts("X", [], wildcard=False),
        "X has an empty item: separate the items with single commas.",
    ),
    "a host with a scheme": (
        "https://shop.example",
        lambda env: env.hosts("X", [], wildcard=False),
        "X holds host names without scheme, port or path, not 'https://shop.example'.",
    ),
    "every host": (
        "*",
        lambda env: env.hosts("X", [], wildcard=False),
        "X may hold * in DEBUG mode only: name the hosts you serve.",
    ),
    "an origin with a path": (
        "https://shop.example/",
        lambda env: env.origins("X"),
        "X holds origins such as https://shop.example, not 'https://shop.example/'.",
    ),
    "an origin without a scheme": (
        "shop.example",
        lambda env: env.origins("X"),
        "X holds origins such as https://shop.example, not 'shop.example'.",
    ),
    "an origin with a password": (
        "https://a@shop.example",
        lambda env: env.origins("X"),
        "X holds origins such as https://shop.example, not 'https://a@shop.example'.",
    ),
    "a short key": (
        "secret",
        lambda env: env.secret("X", remedy="make-one"),
        "X is too short or too simple: it needs 50 characters or more that nobody can guess. "
        "Make one: make-one",
    ),
    "a key of one letter": (
        "a" * 60,
        lambda env: env.secret("X", remedy="make-one"),
        "X is too short or too simple: it needs 50 characters or more that nobody can guess. "
        "Make one: make-one",
    ),
    "a value of another shape": (
        "usd",
        lambda env: env.matching("X", "USD", "[A-Z]{3}", "three letters"),
        "X must be three letters, not 'usd'.",
    ),
    "a URL of another kind": (
        "mysql://localhost",
        lambda env: env.url("X", ["redis"]),
        "X must be a URL that begins with redis://.",
    ),
    "a URL with a wrong port": (
        "redis://localhost:port",
        lambda env: env.url("X", ["redis"]),
        "X has a port that is not a number.",
    ),
    "another database": (
        "sqlite:///file",
        lambda env: env.database("X", NEEDED),
        "X must be a URL that begins with postgres:// or postgresql://.",
    ),
    "a database without a name": (
        "postgresql://localhost",
        lambda env: env.database("X", NEEDED),
        "X names no database: postgresql://user:password@host:5432/database.",
    ),
    "a database with an option nobody knows": (
        "postgresql://localhost/catalog?sslmod=require&ATOMIC_REQUESTS=1",
        lambda env: env.database("X", NEEDED),
        "X has an unknown option: ATOMIC_REQUESTS, sslmod.",
    ),
    "nothing where something is needed": (
        "  ",
        lambda env: env.text("X", NEEDED),
        "X is not set. Use a URL.",
    ),
}


@pytest.mark.parametrize(("value", "read", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_meant_is_refused_in_one_line(value: str, read: Read, line: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(StrictEnv({"X": value}))
    assert str(refusal.value) == line
    assert "\n" not in line


def test_a_refused_url_does_not_print_its_password() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_database(DATABASE_URL="mysql://shop:hunter2@db/catalog")
    assert "hunter2" not in str(refusal.value)


def test_an_empty_value_counts_as_not_set() -> None:
    assert StrictEnv({"X": ""}).integer("X", 7, least=1, most=9) == 7


def test_a_value_that_begins_with_a_dollar_is_taken_as_it_is() -> None:
    assert StrictEnv({"X": "$HOME"}).text("X", "") == "$HOME"


def test_a_value_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    monkeypatch.setenv("CATALOG_TEST_SECRET_FILE", str(secret))
    assert StrictEnv().text("CATALOG_TEST_SECRET", "") == "from a file"


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOG_TEST_ABSENT_FILE", "/nowhere")
    with pytest.raises(ImproperlyConfigured, match=r"^CATALOG_TEST_ABSENT_FILE cannot be read: "):
        StrictEnv().text("CATALOG_TEST_ABSENT", "")


def test_a_relative_folder_counts_from_the_project() -> None:
    env = StrictEnv({"X": "data"})
    assert env.folder("X", Path("/d"), base=Path("/srv/catalog")) == Path("/srv/catalog/data")


def test_every_name_that_was_read_is_remembered() -> None:
    env = StrictEnv({"A": "1"})
    env.boolean("A", False)
    env.text("B", "b")
    assert env.names == {"A": False, "B": "b"}


def test_lists_of_numbers_and_networks_are_read() -> None:
    env = StrictEnv({"PORTS": "80, 8443", "NETS": "10.20.0.0/16,fd00::/8"})
    assert env.integers("PORTS", [80], least=1, most=65_535) == [80, 8443]
    assert [str(net) for net in env.networks("NETS")] == ["10.20.0.0/16", "fd00::/8"]
    assert env.networks("ABSENT") == []


@pytest.mark.parametrize("raw", ["10.20.0.1/16", "10.20/16", "intranet", "10.0.0.0/33"])
def test_a_network_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^NETS holds networks such as 10\.20\.0\.0/16"):
        StrictEnv({"NETS": raw}).networks("NETS")


def test_a_database_url_names_everything() -> None:
    url = "postgresql://us%40er:p%2Fw@db.example:5433/cata%20log?sslmode=require"
    assert read_database(DATABASE_URL=url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "cata log",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_may_listen_on_a_socket_in_a_folder() -> None:
    url = "postgresql://catalog@/catalog?host=/srv/my%20shop/run&port=5499"
    database = read_database(DATABASE_URL=url)
    assert database["HOST"] == "/srv/my shop/run"
    assert database["PORT"] == "5499"
    assert database["OPTIONS"] == {}
