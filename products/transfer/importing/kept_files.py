"""Files that were handed in: kept in a folder of their own, which nobody serves, until the job is
forgotten. Web and worker share it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from products.errors import StorageFailed
from products.models import ImportJob
from products.transfer.formats import FORMATS
from products.transfer.opening import opened
from products.transfer.records import FileRefused, Reader, Remark
from products.transfer.sources import Bundle, ReadOptions

CONTENT = "content"  # in the folder of the job: the file, or the folder


def folder_of(job_id: UUID) -> Path:
    return Path(settings.IMPORTS_ROOT) / str(job_id)


def keep_file(job_id: UUID, source: Path | BinaryIO, others: Sequence[Path] = ()) -> Path:
    """A copy of it: a file, a folder, or a stream from its start; with `others`, one folder.

    Raises FileRefused where there is no such file, StorageFailed.
    """
    for each in (source, *others):
        if isinstance(each, Path) and not each.exists():
            raise FileRefused(Remark("no-file", 0, f"{each} is no file.", "Give its path."))
    folder = folder_of(job_id)
    path = folder / CONTENT
    try:
        folder.mkdir(parents=True, mode=0o700)
        if not isinstance(source, Path):
            with path.open("wb") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
        elif others:
            path.mkdir()
            for each in (source, *others):
                shutil.copyfile(each, path / each.name)
        elif source.is_dir():
            shutil.copytree(source, path, symlinks=True)
        else:
            shutil.copyfile(source, path)
    except BaseException as error:
        forget_file(job_id)
        if isinstance(error, OSError):
            raise StorageFailed from error
        raise
    return path


def forget_file(job_id: UUID) -> None:
    shutil.rmtree(folder_of(job_id), ignore_errors=True)


@contextmanager
def open_bundle(job: ImportJob) -> Iterator[Bundle]:
    """Raises FileRefused."""
    path = folder_of(job.pk) / CONTENT
    if not path.exists():
        raise FileRefused(
            Remark("file-gone", 0, "The file is not kept any more.", "Hand it in again.")
        )
    with opened(path, name=job.file_name) as bundle:
        yield bundle


@contextmanager
def open_reader(job: ImportJob) -> Iterator[Reader]:
    """Raises FileRefused."""
    with open_bundle(job) as bundle:
        yield FORMATS[job.format].open(bundle, ReadOptions(**job.options))
