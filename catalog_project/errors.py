"""The parent of every "the rules say no"."""

from collections.abc import Iterator
from contextlib import contextmanager


class DomainError(Exception):
    """A business rule said no. A subclass names the rule once, for every caller.

    `str(error)` is the detail a person reads; it says what is wrong and how to mend it.
    `pointer`, where given, is the RFC 6901 JSON pointer of the offending part of the input.
    """

    status = 409
    code = "conflict"
    within = ""  # the part of an item of a bulk write that the pointer is about
    title = "The change breaks a catalog rule"

    def __init__(self, detail: str = "", *, pointer: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.pointer = pointer

    def members(self) -> dict[str, object]:
        """Extra members of the problem document (RFC 9457 section 3.2)."""
        return {}


@contextmanager
def pointing_at(prefix: str) -> Iterator[None]:
    """Errors raised inside are about this part of the input (an RFC 6901 pointer)."""
    try:
        yield
    except DomainError as error:
        error.pointer = prefix + (error.pointer or "")
        raise
