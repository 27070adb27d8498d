"""Progress of long commands: a bar on a terminal, now and then a line in a log."""

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINES = 10  # about as many in a log, however long the work


def track(
    steps: Iterable[int], *, total: int, title: str, stream: TextIO | None = None
) -> Iterator[int]:
    """Pass the steps on, and show on stderr how far their sum is on the way to the total."""
    stream = stream or sys.stderr
    if stream.isatty():
        yield from _with_bar(steps, total, title, stream)
    else:
        yield from _with_lines(steps, total, title, stream)


def _with_bar(steps: Iterable[int], total: int, title: str, stream: TextIO) -> Iterator[int]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=stream)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        for step in steps:
            progress.advance(task, step)
            yield step


def _with_lines(steps: Iterable[int], total: int, title: str, stream: TextIO) -> Iterator[int]:
    done, told = 0, 0
    for step in steps:
        done += step
        tenth = done * LINES // max(total, 1)
        if tenth > told:
            told = tenth
            print(f"{title}: {done:,} of {total:,}", file=stream, flush=True)
        yield step
