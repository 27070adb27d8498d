"""One event is one line, and no line tells a secret."""

import json
import logging
import logging.config
from typing import Any

import pytest
import structlog

from catalog_project.ops import logs

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def line(**event: Any) -> dict[str, Any]:
    rendered = logs.dumps(logs.redact(None, "info", event))
    assert b"\n" not in rendered
    assert rendered.isascii()
    assert b"\x7f" not in rendered
    parsed: dict[str, Any] = json.loads(rendered)
    return parsed


@pytest.mark.parametrize(
    "text",
    ["a\r\nb", "\x1b[31mred", "\x9b31m", "\u2028", "\x7f", "\0", "ünï", "\ud800", "\U0001f600"],
)
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    assert line(event="x", path=text) == {"event": "x", "path": text}


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "token",
        "refresh_token",
        "Authorization",
        "api_key",
        "cookie",
        "client_secret",
        "SECRET_KEY",
    ],
)
def test_values_that_are_secret_by_name_are_hidden(name: str) -> None:
    assert line(event="x", **{name: "canary"})[name] == "[redacted]"
    assert line(event="x", **{name: ["canary"]})[name] == "[redacted]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"sent {JWT} here", "sent [redacted] here"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("postgresql://shop:hunter2@db/x", "postgresql://shop:[redacted]@db/x"),
        ("redis://:hunter2@cache:6379/0", "redis://:[redacted]@cache:6379/0"),
        ("https://shop.example/a@b", "https://shop.example/a@b"),
        (f"GET /feeds/{'aB3_-x9z' * 4}.xml", "GET /feeds/[redacted].xml"),
        ("GET /feeds/spring-sale.xml", "GET /feeds/spring-sale.xml"),
        ("keyboard and passport", "keyboard and passport"),
    ],
)
def test_texts_that_look_secret_are_cut(text: str, shown: str) -> None:
    assert line(event=text)["event"] == shown


def test_anything_can_be_logged() -> None:
    assert line(event="x", value=object)["value"].startswith("<class")
    assert line(event="x", value={1: 2})["value"] == {"1": 2}


@pytest.fixture
def configured(capfd: pytest.CaptureFixture[str]) -> Any:
    """Logging as a process has it, back to the tests' own afterwards."""

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    config = structlog.get_config()
    logs.configure_structlog("INFO", "json")
    logging.config.dictConfig(logs.logging_config("INFO", "json"))
    yield lines
    structlog.configure(**config)
    logging.config.dictConfig(logs.logging_config("INFO", "json"))


def test_our_events_and_those_of_libraries_look_alike(configured: Any) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("catalog.test").info("own", count=1)
        logging.getLogger("some.library").warning("theirs %s", "x\ny")
    own, theirs = configured()
    assert own.pop("timestamp").endswith("Z")
    assert theirs.pop("timestamp").endswith("Z")
    assert own == {
        "event": "own",
        "logger": "catalog.test",
        "count": 1,
        "request_id": "r-1",
        "level": "info",
    }
    assert theirs == {
        "event": "theirs x\ny",
        "logger": "some.library",
        "request_id": "r-1",
        "level": "warning",
    }


def test_a_trace_stays_on_one_line_without_secrets(configured: Any) -> None:
    def fail() -> None:
        raise RuntimeError(f"token {JWT}")

    try:
        fail()
    except RuntimeError:
        logging.getLogger("some.library").exception("failed")
        structlog.get_logger().exception("failed")
    for event in configured():
        assert "RuntimeError: token [redacted]" in event["exception"]


def test_lines_below_the_level_are_dropped(configured: Any) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("some.library").debug("quiet")
    logging.getLogger("django.request").warning("Not Found: /x")
    logging.getLogger("django.security.DisallowedHost").error("Invalid host")
    assert configured() == []


def test_the_console_shows_control_characters() -> None:
    event = logs.disarm(None, "info", {"event": "a\x1b[31mb\r\nc", "n": 1})
    assert event == {"event": "a\\x1b[31mb\\x0d\nc", "n": 1}
