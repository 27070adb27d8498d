"""What an import did, for people and for programs."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from products.transfer.records import Remark

KEPT_REMARKS = 10_000  # of each sort; all are counted


@dataclass(slots=True)
class ImportReport:
    file: str
    format: str
    is_dry_run: bool
    rows: int = 0
    products: Counter[str] = field(default_factory=Counter)  # by outcome
    refusals: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    warning_counts: Counter[str] = field(default_factory=Counter)  # by code
    columns_left_out: list[str] = field(default_factory=list)
    location: str | None = None  # where the quantities of the file lie
    stock_changed: int = 0  # variants of which there is another quantity now
    is_rolled_back: bool = False

    def count(self, outcome: str) -> None:
        self.products[outcome] += 1

    def refuse(self, remark: Remark) -> None:
        self.products["refused"] += 1
        if len(self.refusals) < KEPT_REMARKS:
            self.refusals.append(remark)

    def warn(self, remark: Remark) -> None:
        self.warning_counts[remark.code] += 1
        if len(self.warnings) < KEPT_REMARKS:
            self.warnings.append(remark)

    def roll_back(self) -> None:
        """Nothing was kept, so nothing was created or changed."""
        self.is_rolled_back = True
        self.products["created"] = self.products["changed"] = 0
        self.stock_changed = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "format": self.format,
            "dry_run": self.is_dry_run,
            "rolled_back": self.is_rolled_back,
            "rows": self.rows,
            **{name: self.products[name] for name in OUTCOMES},
            "location": self.location,
            "stock_changed": self.stock_changed,
            "columns_left_out": self.columns_left_out,
            "warning_counts": dict(sorted(self.warning_counts.items())),
            "refusals": [asdict(remark) for remark in self.refusals],
            "warnings": [asdict(remark) for remark in self.warnings],
        }


OUTCOMES = ("created", "changed", "unchanged", "refused")
