"""What a process remembers of the database, for as long as that has the same mark of it."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Remembered(Generic[Key, Kept]):
    """Of a few views, or locales; the one that was read first makes room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Key, tuple[bytes, Kept]] = {}
        self._lock = Lock()

    def get(self, key: Key, mark: bytes, read: Callable[[Key], Kept]) -> Kept:
        """`read` is called where nothing is known with this mark, which the caller has just read:
        what is read later is at least as new."""
        known = self._known.get(key)
        if known is not None and known[0] == mark:
            return known[1]
        fresh = read(key)
        with self._lock:
            self._known.pop(key, None)
            while len(self._known) >= self._most:
                self._known.pop(next(iter(self._known)))
            self._known[key] = (mark, fresh)
        return fresh
