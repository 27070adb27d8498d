"""The parent of every "the rules say no"."""


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


class AlreadyThere(DomainError):
    """RFC 9110 section 13.1.2: `If-None-Match: *` asks for something that is not there yet."""

    status = 412
    code = "already-there"
    title = "There is one already"


class pointing_at:  # noqa: N801  # read as a verb, and entered tens of thousands of times
    """Errors raised inside are about this part of the input (an RFC 6901 pointer)."""

    __slots__ = ("_prefix",)

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, __: object) -> None:
        if isinstance(error, DomainError):
            error.pointer = self._prefix + (error.pointer or "")
