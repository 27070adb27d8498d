"""Files that the worker makes and the web process hands out: private, in EXPORTS_ROOT.

A file is written beside its place and put there when it is whole. Who reads an older one meanwhile
reads it to its end.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction


def place_of(folder: str, key: UUID) -> Path:
    return Path(settings.EXPORTS_ROOT) / folder / str(key)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is there when the block has ended well, whole; else what was there before. Only
    its owner may read it."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            yield cast("BinaryIO", part)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(part.name).unlink()
            raise


def remove_files(folder: str, keys: Iterable[UUID]) -> None:
    """After the commit. A file that stays behind costs space, not truth."""
    transaction.on_commit(partial(_remove, folder, list(keys)), robust=True)


def _remove(folder: str, keys: list[UUID]) -> None:
    for key in keys:
        with suppress(OSError):
            place_of(folder, key).unlink(missing_ok=True)
