"""An import in words: how far it is, what it would do, what it has done."""

from dataclasses import dataclass
from typing import Any

from products.models import ImportJob
from products.transfer.importing.jobs import progress_of
from products.transfer.importing.turns import WORKING
from products.transfer.reports import ImportReport

State, Phase = ImportJob.State, ImportJob.Phase
PHASES = {
    "": "Waiting for the worker",
    Phase.READING: "Reading the file",
    Phase.PLANNING: "Comparing with the catalog",
    Phase.WRITING: "Writing products",
    Phase.RELATING: "Relating products to each other",
    Phase.MISSING: "Looking for products that the file does not name",
    Phase.CLEANING: "Cleaning up",
}
OUTCOMES = {"created": "New", "changed": "Changed", "unchanged": "Unchanged", "refused": "Refused"}
LISTED_IN_PLAN = ("created", "changed", "unchanged", "refused", "warning")
LISTED = ("changed", "refused", "warning")


@dataclass(frozen=True, slots=True)
class Count:
    label: str
    number: int
    name: str  # of the list behind it
    is_listed: bool

    @property
    def text(self) -> str:
        return f"{self.number:,}"


def is_working(job: ImportJob) -> bool:
    return job.state in WORKING


def progress_in_words(job: ImportJob) -> dict[str, Any]:
    """What the page shows and its script asks for: `state`, and `done` of `total`."""
    now = progress_of(job)
    parts = [PHASES[now["phase"]]]
    if now["total"] and now["phase"] not in ("", Phase.MISSING, Phase.CLEANING):
        parts.append(f"{now['done']:,} of {now['total']:,} products")
        if now["rate"]:
            parts.append(f"{now['rate']:,.0f} per second")
        if now["eta"] is not None:
            parts.append(f"about {_duration(now['eta'])} left")
    said = [
        f"{label} {job.counts[name]:,}" for name, label in OUTCOMES.items() if job.counts.get(name)
    ]
    return {
        "state": job.state,
        "done": now["done"],
        "total": now["total"],
        "said": ", ".join(parts) + ".",
        "counts": " · ".join(said),
    }


def counts_of(job: ImportJob) -> list[Count]:
    report = ImportReport(job)
    listed = LISTED_IN_PLAN if job.state == State.PLANNED else LISTED
    found = [
        Count(label, report.products[name], name, name in listed and report.products[name] > 0)
        for name, label in OUTCOMES.items()
    ]
    warnings = report.warning_counts.total()
    return [*found, Count("Warnings", warnings, "warning", warnings > 0)]


def sides_of(job: ImportJob) -> list[str]:
    """What else there is to say, in sentences."""
    report, counts = ImportReport(job), job.counts
    is_plan = job.goal == ImportJob.Goal.PLAN
    said = []
    made = counts.get("made") or counts.get("to_make") or {}
    if any(made.values()):
        things = ", ".join(
            f"{number:,} {noun.replace('_', ' ')}" for noun, number in made.items() if number
        )
        said.append(f"{'It would make' if is_plan else 'It made'}: {things}.")
    if report.location and report.stock_changed:
        said.append(
            f"Stock {'would change' if is_plan else 'changed'} for {report.stock_changed:,} "
            f"variants at {report.location}."
        )
    if missing := counts.get("missing"):
        said.append(f"The file does not name {missing:,} products of the catalog.")
    if archived := counts.get("archived"):
        said.append(f"Archived: {archived:,} products.")
    if report.columns_left_out:
        said.append(f"No use for the columns: {', '.join(report.columns_left_out)}.")
    return said


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"
