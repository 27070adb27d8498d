"""An import from its file to its end, in this process: what the command does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

from accounts.actors import Actor
from products.models import ImportJob
from products.transfer.importing.jobs import (
    create_import,
    import_of,
    plan_import,
    resume_import,
    start_import,
)
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.running import work_on

Watch = Callable[[UUID, Iterator[ImportJob]], None]  # gets the job's turns, and uses them up


def import_file(
    path: Path,
    *,
    others: Sequence[Path] = (),
    reading: Reading,
    policy: Policy,
    actor: Actor,
    file_format: str | None = None,
    is_dry_run: bool = False,
    watch: Watch | None = None,
) -> ImportJob:
    """The job, which has ended, or waits with a plan. Raises what create_import raises."""
    job = create_import(
        path,
        others=others,
        file_name=path.name,
        reading=reading,
        policy=policy,
        file_format=file_format,
        actor=actor,
    )
    (plan_import if is_dry_run else start_import)(job.pk, in_worker=False)
    return work_in_foreground(job.pk, watch)


def go_on(job_id: UUID, watch: Watch | None = None) -> ImportJob:
    """What somebody stopped, or left. Raises NotFound, ImportState."""
    resume_import(job_id, in_worker=False)
    return work_in_foreground(job_id, watch)


def work_in_foreground(job_id: UUID, watch: Watch | None = None) -> ImportJob:
    with closing(work_on(job_id)) as turns:
        (watch or _use_up)(job_id, turns)
    return import_of(job_id)


def _use_up(_job: UUID, turns: Iterator[ImportJob]) -> None:
    for _ in turns:
        pass
