"""How far an import has come: a bar with rate, time left and counts on a terminal, now and then a
line in a log."""

import sys
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from products.models import ImportJob
from products.transfer.importing.jobs import progress_of

LINES = 10  # about as many for each phase in a log, however long the work
COUNTS = ("created", "changed", "unchanged", "refused")


def show_progress(
    turns: Iterator[ImportJob], *, stream: TextIO | None = None
) -> Iterator[ImportJob]:
    """Pass the turns on, and show on stderr how far they have come."""
    stream = stream or sys.stderr
    shown = _with_bar(turns, stream) if stream.isatty() else _with_lines(turns, stream)
    yield from shown


def _with_bar(turns: Iterator[ImportJob], stream: TextIO) -> Iterator[ImportJob]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=stream)
    with Progress(*columns, TextColumn("{task.fields[said]}"), console=console) as progress:
        tasks: dict[str, TaskID] = {}
        for job in turns:
            now = progress_of(job)
            if now["phase"]:
                name = now["phase"].capitalize()
                task = tasks.get(name)
                if task is None:
                    task = tasks[name] = progress.add_task(name, total=now["total"], said="")
                progress.update(
                    task, completed=now["done"], total=now["total"], said=_said(job, now)
                )
            yield job


def _with_lines(turns: Iterator[ImportJob], stream: TextIO) -> Iterator[ImportJob]:
    told = ("", 0)
    for job in turns:
        now = progress_of(job)
        tenth = (now["phase"], now["done"] * LINES // max(now["total"], 1))
        if tenth[1] and tenth != told:
            told = tenth
            line = f"{now['phase'].capitalize()}: {now['done']:,} of {now['total']:,}"
            print(f"{line}{_said(job, now, ', ')}", file=stream, flush=True)
        yield job


def _said(job: ImportJob, now: dict[str, object], start: str = "") -> str:
    said = [f"{now['rate']:,.0f}/s"] if now["rate"] else []
    if isinstance(eta := now["eta"], int):
        said.append(f"{eta // 60}:{eta % 60:02} left")
    said += [f"{name} {job.counts[name]:,}" for name in COUNTS if job.counts.get(name)]
    return start + ", ".join(said) if said else ""
