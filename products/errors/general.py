"""Rules that every noun has."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from catalog_project.errors import DomainError

# Constraint name -> what to tell the caller: (error, sentence, JSON pointer).
Constraints = Mapping[str, tuple[type[DomainError], str, str | None]]


class NotFound(DomainError):
    """The subject of the request is not there, or not for this caller."""

    status = 404
    code = "not-found"
    title = "There is no such thing here"


class StaleVersion(DomainError):
    """RFC 9110 section 13.1.1: the If-Match precondition is false."""

    status = 412
    code = "stale-version"
    title = "Somebody changed it since you read it"

    def __init__(
        self,
        *,
        expected: int,
        current: int,
        changes: Sequence[Mapping[str, object]] = (),
        changed: Sequence[str] = (),
    ) -> None:
        wrong = (
            f"You expected version {expected}"
            if expected
            else "If-Match has a tag that was never given for this"
        )
        super().__init__(
            f"{wrong}; the current version is {current}. "
            "Read it again, then repeat your change with the new ETag."
        )
        self.current = current
        self.changes = changes
        self.changed = changed

    def members(self) -> dict[str, object]:
        return {
            "current_version": self.current,
            "current_etag": f'"{self.current}"',
            "changed": list(self.changed),
            "changes": list(self.changes),
        }


class InvalidValue(DomainError):
    """A value that has the right form but no valid meaning."""

    status = 400
    code = "invalid"
    title = "The input is not valid"


class UnknownReference(InvalidValue):
    """The input names a row that does not exist."""

    code = "unknown-reference"
    title = "The input refers to something that does not exist"

    def __init__(self, noun: str, missing: UUID | str, *, pointer: str | None = None) -> None:
        super().__init__(f"There is no {noun} {missing}.", pointer=pointer)


class SameProduct(InvalidValue):
    """Two items of one import are about the same product."""

    def __init__(self, product_id: UUID) -> None:
        super().__init__("Another line is about the same product: bring them together.")
        self.product_id = product_id


class SlugTaken(DomainError):
    code = "slug-taken"
    title = "This slug is in use"


class CodeTaken(DomainError):
    code = "code-taken"
    title = "This code is in use"


class StillInUse(DomainError):
    code = "still-in-use"
    title = "Something still refers to it"


class ConstraintBroken(DomainError):
    """The database refused a value that nothing before it refused."""

    status = 400
    code = "constraint"
    title = "The change breaks a rule of the database"
