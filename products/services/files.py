"""Files of media: stored before the row that names them, removed after the last such row.

A file is named by the SHA-256 of its content, so the same bytes are stored once. Somebody may
remove a file, because its last row went, while somebody else is about to name it in a new one: a
lock on the name keeps the two apart. Who writes a row shares it until the commit; who removes the
file holds it alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from products.errors import StorageFailed
from products.models import Media, Rendition
from products.services.uploads import clean_file
from products.services.values import StoredFile

FILES_LOCK = 0x66696C65  # "file" in ASCII; beside it in the lock: bits of the name's digest


@contextmanager
def stored_file(content: bytes, *, name: str = "") -> Iterator[StoredFile]:
    """The bytes as a file of ours, for a row that the block writes and commits.

    The file is removed again when the block fails and no row needs it, so wrap the transaction in
    it and not the other way round.
    Raises ImageRefused, ImageTooLarge, FileRefused, FileTooLarge, StorageFailed.
    """
    clean = clean_file(content, name=name)
    digest = sha256(clean.content).hexdigest()
    file = StoredFile(
        name=f"products/{digest[:2]}/{digest}{clean.suffix}",
        content_type=clean.content_type,
        kind=clean.kind,
        width=clean.width,
        height=clean.height,
        content=clean.content,
    )
    try:
        write_file(file.name, clean.content)
        yield file
    except BaseException:
        with suppress(DatabaseError, OSError):  # what stays is an orphan: remove_orphan_media
            remove_if_unused(file.name)
        raise


def claim_file(file: StoredFile) -> None:
    """In the transaction of the row that will name the file: nobody removes it until the commit."""
    lock_file(file.name, shared=True)
    write_file(file.name, file.content or b"")


def lock_file(name: str, *, shared: bool = False) -> None:
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    key = int.from_bytes(sha256(name.encode()).digest()[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [FILES_LOCK, key])


def write_file(name: str, content: bytes) -> None:
    """Raises StorageFailed."""
    try:
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
    except OSError as error:
        raise StorageFailed from error


def remove_unused_files(names: Iterable[str]) -> None:
    """After the commit, remove those of the files that no row names any more."""
    unused = sorted({name for name in names if name})
    if unused:
        # A file that stays behind costs space, not truth: the answer must not fail with it.
        transaction.on_commit(partial(_remove_unused, unused), robust=True)


def _remove_unused(names: list[str]) -> None:
    used = set(Media.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names:
        if name not in used:
            remove_if_unused(name)


def remove_if_unused(name: str) -> bool:
    """The file with its renditions, unless a row names it. Answers whether it went."""
    with transaction.atomic():
        lock_file(name)
        if Media.objects.filter(file=name).exists():
            return False
        renditions = Rendition.objects.filter(source=name)
        files = [name, *renditions.values_list("file", flat=True)]
        renditions.delete()
        for file in files:
            default_storage.delete(file)
    return True
