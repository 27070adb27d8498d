"""Rules of bulk writes."""

from collections.abc import Mapping, Sequence

from catalog_project.errors import DomainError
from products.errors.general import InvalidValue

MOST_FLAWS = 100  # in one answer: whoever mends these may ask again


class RepeatedItem(InvalidValue):
    """Two items of one bulk write are about the same thing."""

    code = "repeated-item"
    title = "Two items are about the same thing"

    def __init__(self, first: int) -> None:
        super().__init__(f"Item {first} is about the same one: bring them together.", pointer="")
        self.first = first


class ItemsRefused(DomainError):
    """Some items of a bulk write are refused, and so the others are not written either."""

    code = "items-refused"
    title = "Some items were refused, so nothing was written"

    def __init__(
        self, refused: Mapping[int, DomainError], *, lines: Sequence[int] | None = None
    ) -> None:
        self.refused = dict(sorted(refused.items()))
        self.lines = lines  # of the items, where the input has lines
        first = next(iter(self.refused.values()))
        self.status = first.status  # so that a conflict is one, and a stale version another
        count = len(self.refused)
        super().__init__(
            f"{count} {'item was' if count == 1 else 'items were'} refused; see errors. Nothing was"
            " written: mend them, or send the others with policy=per_item."
        )

    def members(self) -> dict[str, object]:
        flaws = [
            {**flaw, **({"line": self.lines[n]} if self.lines else {})}
            for n, error in self.refused.items()
            for flaw in flaws_of(error, n)
        ]
        return {"errors": flaws[:MOST_FLAWS]}


def flaws_of(error: DomainError, number: int) -> list[dict[str, object]]:
    """What is wrong with an item, in the form of a problem's `errors`."""
    place = f"/items/{number}{error.within}"
    told = error.members().get("errors")
    flaws = told if isinstance(told, list) else []
    if not flaws:
        flaws = [{"pointer": error.pointer or "", "code": error.code, "detail": str(error)}]
    return [{**flaw, "pointer": f"{place}{flaw['pointer']}"} for flaw in flaws]


class BulkGivenUp(DomainError):
    """So many items were refused by the database that the others were not tried."""

    code = "bulk-given-up"
    title = "Too many other items were refused to try this one"

    def __init__(self) -> None:
        super().__init__("It was not tried: send it again, without those that were refused.")
