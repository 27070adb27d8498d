"""What the page of an import shows, whatever state it is in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from products.admin.import_progress import (
    LISTED,
    LISTED_IN_PLAN,
    Count,
    counts_of,
    is_working,
    progress_in_words,
    sides_of,
)
from products.models import ImportJob
from products.services.undoing import MOST
from products.transfer.formats import FORMATS
from products.transfer.importing.plans import planned_records, remarks_on
from products.transfer.importing.policies import Policy
from products.transfer.reports import ImportReport

if TYPE_CHECKING:
    from django.http import HttpRequest

State = ImportJob.State
PER_PAGE = 50
STATES = {
    "uploaded": "info",
    "planning": "info",
    "planned": "warning",
    "running": "info",
    "paused": "warning",
    "done": "success",
    "failed": "danger",
    "cancelled": "default",
}


def label_of(job: ImportJob) -> str:
    return FORMATS[job.format].label if job.format in FORMATS else job.format


def shown_of(request: "HttpRequest", job: ImportJob) -> dict[str, Any]:
    report = ImportReport(job)
    written = report.products["created"] + report.products["changed"]
    has_written = job.goal == ImportJob.Goal.RUN and written > 0 and not is_working(job)
    shown: dict[str, Any] = {
        "title": job.file_name,
        "job": job,
        "state_type": STATES[job.state],
        "format_label": label_of(job),
        "is_working": is_working(job),
        "may_cancel": is_working(job) or job.state in (State.UPLOADED, State.PLANNED, State.PAUSED),
        "is_whole": Policy.of(job.policy).is_whole,
        "report": report,
        "written": written,
        "may_undo": has_written,
        "undoes_here": written <= MOST,
    }
    if is_working(job) or job.state == State.PAUSED:
        shown["progress"] = progress_in_words(job)
    elif job.state != State.UPLOADED:
        shown |= {"counts": counts_of(job), "sides": sides_of(job)}
        shown |= _list_of(request, job, shown["counts"])
    return shown


def _list_of(request: "HttpRequest", job: ImportJob, counts: Sequence[Count]) -> dict[str, Any]:
    """One of the lists behind the counts: what was asked for, else what needs a look first."""
    known = LISTED_IN_PLAN if job.state == State.PLANNED else LISTED
    there = [each.name for each in counts if each.is_listed]
    asked = request.GET.get("show")
    order = ("refused", "warning", "changed", "created", "unchanged")
    name = asked if asked in known else next((each for each in order if each in there), "")
    if not name:
        return {}
    if name in ("created", "unchanged"):
        records = planned_records(
            job, outcome=name, after=_number(request.GET.get("after")), limit=PER_PAGE + 1
        )
        further = records[PER_PAGE - 1].number if len(records) > PER_PAGE else None
        return {"shown": name, "records": records[:PER_PAGE], "further": further}
    kind = "change" if name == "changed" else name
    pages = Paginator(remarks_on(job, kind).order_by("line", "id"), PER_PAGE)
    return {"shown": name, "remarks": pages.get_page(request.GET.get("p"))}


def _number(text: str | None) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text and is_number else 0
