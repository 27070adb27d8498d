"""Two people changed the same row: what was there, what is there now, and what I sent.

Who touched a field alone has it; where both did, somebody must choose. Nothing is read or written
here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from products.admin.shown_inputs import Inputs

MINE: Literal["mine"] = "mine"
THEIRS: Literal["theirs"] = "theirs"
DELETE = "DELETE"
# A consent is given to what somebody looked at, so it is never carried over to something else.
CONSENTS = {"accept_loss"}


@dataclass(frozen=True)
class Difference:
    """A field, or a row of mine (`is_row`) that is new, or that I take away."""

    key: str
    inputs: tuple[str, ...]
    was: tuple[tuple[str, ...], ...] | None  # None: nobody knows
    now: tuple[tuple[str, ...], ...]
    mine: tuple[tuple[str, ...], ...]
    choice: str  # MINE, THEIRS, or "" where somebody must choose
    is_row: bool = False

    @property
    def is_question(self) -> bool:
        return not self.choice


@dataclass(frozen=True)
class Sides:
    was: Inputs | None
    now: Inputs
    mine: Inputs

    def differences(self, fields: Mapping[str, Sequence[str]]) -> Iterator[Difference]:
        """Of the fields (name -> inputs) that the page has now, and of my rows."""
        for row in sorted(self._deleted(fields)):
            inside = tuple(name for name in self.now if row_of(name) == row)
            was, now, _ = self._values(inside)
            yield Difference(
                f"{row}/{DELETE}",
                (f"{row}/{DELETE}",),
                None,
                ((),),
                (("on",),),
                MINE if was == now else "",
                is_row=True,
            )
        for key, inputs in fields.items():
            if self._is_theirs(key):
                continue
            was, now, mine = self._values(inputs)
            if mine != now:
                choice = THEIRS if mine == was else MINE if now == was else ""
                yield Difference(key, tuple(inputs), was, now, mine, choice)
        for row in self._new():
            inside = tuple(name for name in self.mine if row_of(name) == row)
            yield Difference(row, inside, None, (), self._values(inside)[2], MINE, is_row=True)

    def lost(self) -> dict[str, str]:
        """What I changed where there is nothing any more: input -> what I wrote."""
        gone = (self.was or {}).keys() - self.now.keys()
        return {
            name: ", ".join(self.mine[name])
            for name in sorted(gone & self.mine.keys())
            if not name.endswith(f"/{DELETE}") and self.mine[name] != (self.was or {})[name]
        }

    def _values(
        self, inputs: Sequence[str]
    ) -> tuple[
        tuple[tuple[str, ...], ...] | None,
        tuple[tuple[str, ...], ...],
        tuple[tuple[str, ...], ...],
    ]:
        was = None if self.was is None else _pick(self.was, inputs)
        return was, _pick(self.now, inputs), _pick(self.mine, inputs)

    def _is_theirs(self, key: str) -> bool:
        """A row that I did not have, or that I take away; a consent."""
        row = row_of(key)
        if not row:
            return key in CONSENTS
        return f"{row}/id" not in self.mine or f"{row}/{DELETE}" in self.mine

    def _deleted(self, fields: Mapping[str, Sequence[str]]) -> set[str]:
        rows = {row_of(key) for key in fields} - {""}
        return {row for row in rows if f"{row}/{DELETE}" in self.mine}

    def _new(self) -> list[str]:
        rows = {row_of(name): None for name in self.mine}
        return [
            row
            for row in rows
            if row.partition("/")[2].startswith("new-") and f"{row}/{DELETE}" not in self.mine
        ]


def row_of(name: str) -> str:
    """part/id of an input of a row, else ""."""
    part, _, rest = name.partition("/")
    return f"{part}/{rest.partition('/')[0]}" if rest else ""


def merged(
    now: Inputs, mine: Inputs, found: Sequence[Difference], chosen: Mapping[str, str]
) -> dict[str, list[str]]:
    """All inputs of the page after each choice; `chosen` goes before what was found."""
    values = {name: list(texts) for name, texts in now.items()}
    for each in found:
        if chosen.get(each.key, each.choice) == MINE:
            for name in each.inputs:
                values[name] = list(mine.get(name, []))
    return values


def _pick(values: Inputs, inputs: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(values.get(name, ())) for name in inputs)
