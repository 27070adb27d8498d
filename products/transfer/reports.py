"""What an import did or would do, for people and for programs: read from its job."""

from collections import Counter
from typing import Any

from products.models import ImportJob, ImportRemark
from products.transfer.records import Remark

OUTCOMES = ("created", "changed", "unchanged", "refused")
Kind, Goal = ImportRemark.Kind, ImportJob.Goal


class ImportReport:
    """Of a plan, or of what was written, whichever the job came to last."""

    def __init__(self, job: ImportJob) -> None:
        survey: dict[str, Any] = job.survey or {}
        self.job = job
        self.file, self.format = job.file_name, job.format
        self.is_dry_run = job.goal == Goal.PLAN
        self.rows: int = survey.get("rows", 0)
        self.products = Counter({name: job.counts.get(name, 0) for name in OUTCOMES})
        self.columns_left_out: list[str] = survey.get("columns_left_out", [])
        self.location: str | None = survey.get("location")
        self.stock_changed: int = job.counts.get("stock_changed", 0)
        self.is_rolled_back = bool(job.counts.get("is_rolled_back"))
        self.warning_counts = Counter(survey.get("warnings", {}))
        self.warning_counts.update(job.counts.get("warnings", {}))

    @property
    def refusals(self) -> list[Remark]:
        return self._remarks(Kind.REFUSED)

    @property
    def warnings(self) -> list[Remark]:
        return self._remarks(Kind.WARNING)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Products that differ, or did: handle, line, and each field before and after."""
        rows = self._rows(Kind.CHANGE).values_list("handle", "line", "details")
        return [{"handle": row[0], "line": row[1], "differences": row[2]} for row in rows]

    def _rows(self, kind: str) -> Any:
        rows = ImportRemark.objects.filter(job=self.job, kind=kind, goal__in=["", self.job.goal])
        return rows.order_by("line", "id")

    def _remarks(self, kind: str) -> list[Remark]:
        names = ("code", "line", "message", "remedy", "column", "handle")
        return [Remark(*row) for row in self._rows(kind).values_list(*names)]

    def as_json(self) -> dict[str, Any]:
        counts = self.job.counts
        return {
            "job": str(self.job.pk),
            "state": self.job.state,
            "file": self.file,
            "format": self.format,
            "evidence": self.job.evidence,
            "dry_run": self.is_dry_run,
            "rolled_back": self.is_rolled_back,
            "rows": self.rows,
            **{name: self.products[name] for name in OUTCOMES},
            "made": counts.get("made", counts.get("to_make", {})),
            "related": counts.get("related", 0),
            "missing": counts.get("missing", 0),
            "archived": counts.get("archived", 0),
            "location": self.location,
            "stock_changed": self.stock_changed,
            "columns_left_out": self.columns_left_out,
            "warning_counts": dict(sorted(self.warning_counts.items())),
            "refusals": [_plain(remark) for remark in self.refusals],
            "warnings": [_plain(remark) for remark in self.warnings],
            "changes": self.changes,
        }


def _plain(remark: Remark) -> dict[str, Any]:
    return {name: getattr(remark, name) for name in Remark.__dataclass_fields__}
