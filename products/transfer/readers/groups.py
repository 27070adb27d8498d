"""Entries of one product brought together, also where its lines are scattered over the file.

The first look finds out which are scattered, so that only those wait in memory.
"""

from collections.abc import Callable, Iterator

from products.transfer.readers.entries import Entry


class Groups:
    """`key_of` an entry says to which product it belongs; "" stands alone."""

    def __init__(
        self, read: Callable[[], Iterator[list[Entry]]], key_of: Callable[[Entry], str]
    ) -> None:
        self._read = read
        self._key_of = key_of
        self._parts: dict[str, int] = {}  # of products whose lines are scattered
        self.count = 0  # of products

    def look(self) -> Iterator[list[Entry]]:
        """All entries, for the first time. Call this before `whole`."""
        seen: set[int] = set()  # of keys, by their hash: a million of them are 60 MB, not 200
        self._parts.clear()
        self.count = 0
        for key, group in self._neighbours():
            self.count += self._note(key, seen)
            yield group

    def whole(self) -> Iterator[list[Entry]]:
        """The entries of each product, when its last one has come."""
        waiting: dict[str, tuple[int, list[Entry]]] = {}
        for key, group in self._neighbours():
            if key not in self._parts:
                yield group
                continue
            count, before = waiting.pop(key, (0, []))
            before += group
            if count + 1 < self._parts[key]:
                waiting[key] = (count + 1, before)
            else:
                yield before
        for _, before in waiting.values():
            yield before

    def _note(self, key: str, seen: set[int]) -> int:
        """How many more products there are."""
        if key in self._parts:
            self._parts[key] += 1
            return 0
        if key and hash(key) in seen:
            self._parts[key] = 2
            return 0
        seen.add(hash(key))
        return 1

    def _neighbours(self) -> Iterator[tuple[str, list[Entry]]]:
        open_key, group = "", list[Entry]()
        for entries in self._read():
            key = self._key_of(entries[0])
            if group and (not key or key != open_key):
                yield open_key, group
                group = []
            open_key = key
            group += entries
        if group:
            yield open_key, group
