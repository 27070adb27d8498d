"""Items of one bulk write, whatever they write: all of them or none, or each for itself.

The items are one batch, and so the same statements however many they are. Where the database
refuses a batch that the rules let pass, the batch is halved until the item is found: what that
costs is bounded.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from uuid import UUID

from django.db import Error, transaction

from catalog_project.api.database_errors import problem_of_database
from catalog_project.api.problem_types import INVALID_VALUE
from catalog_project.errors import DomainError
from products.errors import (
    BulkGivenUp,
    ExternalIdTaken,
    InvalidValue,
    ItemsRefused,
    SkuTaken,
    SlugTaken,
)

Done = Literal["created", "changed", "unchanged", "deleted", "refused"]
Item = TypeVar("Item")
MOST_TRIES = 100


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    done: Done
    id: UUID | None = None
    version: int | None = None
    error: DomainError | None = None


Outcomes = dict[int, BulkOutcome]  # by the number of the item


class Refusals:
    """What the rules say no to, by number. Of a single write it is raised."""

    def __init__(self, *, is_single: bool = False) -> None:
        self.errors: dict[int, DomainError] = {}
        self.is_single = is_single

    @contextmanager
    def judging(self, number: int) -> Iterator[None]:
        try:
            yield
        except DomainError as error:
            if self.is_single:
                raise
            self.errors[number] = error

    def outcomes(self, *, is_whole: bool) -> Outcomes:
        """Of what was refused. Raises ItemsRefused where all must succeed."""
        if self.errors and is_whole:
            raise ItemsRefused(self.errors)
        return {n: BulkOutcome("refused", error=error) for n, error in self.errors.items()}


@dataclass(slots=True)
class Bulk(Generic[Item]):
    """`write_once` does a batch, as one unit of work that may be refused as a whole; `locate` says
    which part of an item an error of it is about."""

    write_once: Callable[[Mapping[int, Item]], Outcomes]
    locate: Callable[[DomainError, Item], DomainError]
    is_whole: bool
    most_tries: int = MOST_TRIES
    tries: int = 0

    def write(self, items: Mapping[int, Item]) -> Outcomes:
        """The outcome of each item. Raises ItemsRefused where all must succeed, and do not."""
        with transaction.atomic():
            return self._write(items)

    def _write(self, items: Mapping[int, Item]) -> Outcomes:
        if self.tries >= self.most_tries:
            return self._refused({n: BulkGivenUp() for n in items})
        self.tries += 1
        try:
            return self._write_or_look_again(items)
        except ItemsRefused as refused:
            # The rules named the items; the others may be right.
            if self.is_whole:
                raise
            rest = {n: item for n, item in items.items() if n not in refused.refused}
            return self._refused(refused.refused) | (self._write(rest) if rest else {})
        except (DomainError, Error) as error:
            said = _in_words(error)
            if len(items) == 1:
                return self._refused({n: self.locate(said, item) for n, item in items.items()})
            first, second = _halves(items)
            return self._write(first) | self._write(second)

    def _write_or_look_again(self, items: Mapping[int, Item]) -> Outcomes:
        """What somebody takes or makes at this moment is there when it is looked for again."""
        try:
            return self.write_once(items)
        except (SlugTaken, SkuTaken, ExternalIdTaken):
            return self.write_once(items)

    def _refused(self, errors: Mapping[int, DomainError]) -> Outcomes:
        refusals = Refusals()
        refusals.errors |= errors
        return refusals.outcomes(is_whole=self.is_whole)


def _halves(items: Mapping[int, Item]) -> tuple[dict[int, Item], dict[int, Item]]:
    numbers = sorted(items)
    middle = len(numbers) // 2
    return (
        {n: items[n] for n in numbers[:middle]},
        {n: items[n] for n in numbers[middle:]},
    )


def _in_words(error: DomainError | Error) -> DomainError:
    """Raises it again where the database is at fault, and not a value."""
    if isinstance(error, DomainError):
        return error
    if problem_of_database(error) is not INVALID_VALUE:
        raise error
    return InvalidValue(INVALID_VALUE.meaning)
