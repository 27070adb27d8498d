"""The door: a path becomes files that readers can open, within limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Bundle, FileSource

MAX_FILE_BYTES = 512 * 1024 * 1024


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Raises FileRefused."""
    try:
        if not path.is_file():
            raise FileRefused(
                Remark("no-file", 0, f"{path} is no file.", "Give the path of a file.")
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024 // 1024
            raise FileRefused(
                Remark("file-too-large", 0, f"{path} is over {limit} MiB.", "Split it.")
            )
        path.open("rb").close()
    except OSError as error:
        raise FileRefused(
            Remark("no-file", 0, f"{path} cannot be read: {error.strerror}.", "Check its rights.")
        ) from error
    yield Bundle(FileSource(path.name, path))
