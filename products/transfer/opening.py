"""The door: a path becomes files that readers can open, within limits."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, gettempdir
from typing import NoReturn

from django.conf import settings

from products.transfer.archives import ENDINGS, MAX_BYTES, MAX_ENTRIES, Room, unpack
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Bundle, FileSource

MAX_FILE_BYTES = MAX_BYTES  # as it was handed in
PREFIX = "catalog-import-"
SECONDS_TO_LOCK = 60  # a folder that is younger may not have its lock yet


@contextmanager
def opened(path: Path, *, name: str = "") -> Iterator[Bundle]:
    """A file, a .gz, a .zip or a folder; `name` is that of an upload, which lies under another.

    What is unpacked goes with the context. Raises FileRefused.
    """
    given = _given(path, name or path.name)
    with ExitStack() as stack:
        yield _bundle(_unpacked(given, Room(lambda: stack.enter_context(_folder()))))


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is ours as long as we hold its lock. What killed imports left behind goes."""
    parent = Path(settings.FILE_UPLOAD_TEMP_DIR or gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        with suppress(OSError), _locked(left):
            if time.time() - left.stat().st_mtime > SECONDS_TO_LOCK:
                shutil.rmtree(left)
    with TemporaryDirectory(prefix=PREFIX, dir=parent) as folder, _locked(Path(folder)):
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The kernel lets go of it when the process ends, however that is. Raises BlockingIOError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _unpacked(given: Sequence[FileSource], room: Room) -> list[FileSource]:
    try:
        return [inner for source in given for inner in unpack(source, room)]
    except OSError as error:
        _refuse("no-file", f"It cannot be read: {error.strerror}.", "Check the rights.")


def _given(path: Path, name: str) -> list[FileSource]:
    if path.is_dir():
        return _files_of(path)
    if not path.is_file():
        _refuse("no-file", f"{path} is no file.", "Give the path of a file.")
    if path.stat().st_size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        _refuse("file-too-large", f"{path} is over {limit} MiB.", "Split it.")
    return [FileSource(name, path)]


def _files_of(folder: Path) -> list[FileSource]:
    """The data files in a folder and those below it; links are not followed."""
    found: list[FileSource] = []
    for path in sorted(folder.rglob("*")):
        plain = path.with_suffix("") if path.suffix == ".gz" else path
        if plain.suffix.lower() not in ENDINGS or path.is_symlink() or not path.is_file():
            continue
        found.append(FileSource(path.relative_to(folder).as_posix(), path))
        if len(found) > MAX_ENTRIES:
            _refuse("too-many-files", f"{folder} holds more than {MAX_ENTRIES} files.", "Sort it.")
    if not found:
        _refuse("no-file", f"{folder} holds no data file.", "Give the path of a file.")
    return found


def _bundle(sources: Sequence[FileSource]) -> Bundle:
    """Files are named without their folders where that is clear."""
    short = [PurePosixPath(source.name).name for source in sources]
    named = [
        FileSource(name if short.count(name) == 1 else source.name, source.path)
        for name, source in zip(short, sources, strict=True)
    ]
    main = min(named, key=_rank)
    return Bundle(main, {source.name: source for source in named if source is not main})


def _rank(source: FileSource) -> tuple[int, bool, int]:
    """The products stand in the file that is called so, else in the largest one."""
    name = PurePosixPath(source.name)
    stem = name.stem.casefold()
    likeness = 0 if stem in {"products", "product"} else 1 if "product" in stem else 2
    # Beside data, .txt is what somebody has to say about it.
    return likeness, name.suffix.lower() == ".txt", -source.path.stat().st_size


def _refuse(code: str, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, 0, message, remedy))
