"""Answers that take long, a few at a time, so that the other threads go on answering.

A web process has few threads (WEB_THREADS). Whoever waits for changes or reads an export keeps one
of them; LONG_ANSWERS says how many may do so at once in each process.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

_lock = threading.Lock()
_taken = 0
# Whether this process is to end: then nobody waits any longer. gunicorn's workers know.
is_ending: Callable[[], bool] = lambda: False  # noqa: E731  # the server replaces it


def take_slot() -> bool:
    """Whether there was a free one. Whoever took it gives it back."""
    global _taken  # noqa: PLW0603  # one number for the process
    with _lock:
        if _taken >= settings.LONG_ANSWERS:
            return False
        _taken += 1
        return True


def give_slot_back() -> None:
    global _taken  # noqa: PLW0603  # one number for the process
    with _lock:
        _taken -= 1


@contextmanager
def slot() -> Iterator[bool]:
    """Whether there was a free one; if so, it is taken for the length of the block."""
    is_mine = take_slot()
    try:
        yield is_mine
    finally:
        if is_mine:
            give_slot_back()
