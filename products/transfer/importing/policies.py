"""What an import may do with what it finds, and how its file is read."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

Refusals = Literal["skip", "all_or_nothing"]
Writes = Literal["both", "create", "update"]
Missing = Literal["leave", "report", "archive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`missing`: what becomes of live products that the file does not name. `missing_of`: of those
    that the same source brought before, or of all. `source` names where the file is from; unless
    it is given, that is its format."""

    refusals: Refusals = "skip"
    writes: Writes = "both"
    missing: Missing = "leave"
    missing_of: Literal["source", "all"] = "source"
    source: str = ""
    location: str | None = None  # the code of where quantities lie that do not say so themselves
    fetch_media: bool = False  # let the worker make copies of what is shown by its address

    @property
    def is_whole(self) -> bool:
        return self.refusals == "all_or_nothing"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        return cls(**{each.name: plain[each.name] for each in fields(cls) if each.name in plain})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the file is read, whatever it says of itself."""

    currency: str
    locale: str = ""
    mapping: dict[str, Any] | None = field(default=None)
    media_base: str = ""  # where pictures lie that the file names by their path alone
    weight_unit: str = ""  # of weights in files that do not say it
    length_unit: str = ""  # of sizes in files that do not say it

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
