"""Answers of the database that several parts of one page need."""

from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def asked_once(request: Any, name: str, ask: Callable[[], Answer]) -> Answer:
    """What `ask` says, the first time for this page."""
    answers: dict[str, Any] = request.__dict__.setdefault("asked_once", {})
    if name not in answers:
        answers[name] = ask()
    answer: Answer = answers[name]
    return answer


def forget(request: Any) -> None:
    """The page begins anew: ask again."""
    request.asked_once = {}
