"""Files that no row names: left behind where a process died between file and commit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog_project.ops.storage import FolderStorage
from products.models import Media, Rendition
from products.services.files import remove_if_unused

FOLDER = "products"
BATCH = 500


def orphans(*, older_than: timedelta) -> Iterator[str]:
    """Names of files that no row needs and that are older than any upload that still runs."""
    before = timezone.now() - older_than
    files = _files(FOLDER)
    while batch := list(islice(files, BATCH)):
        used = set(Media.objects.filter(file__in=batch).values_list("file", flat=True))
        used |= set(Rendition.objects.filter(file__in=batch).values_list("file", flat=True))
        for name in batch:
            if name not in used and _written_at(name) < before:
                yield name


def remove_orphan(name: str) -> bool:
    """Answers whether it went: a row may have come meanwhile."""
    if name.endswith(FolderStorage.PART):
        default_storage.delete(name)
        return True
    return remove_if_unused(name)


def forget_lost_renditions() -> int:
    """Copies of files that no media show any more. Answers how many sources they had."""
    shown = Media.objects.filter(file=OuterRef("source"))
    lost = Rendition.objects.filter(~Exists(shown)).order_by("source")
    return sum(map(remove_if_unused, lost.values_list("source", flat=True).distinct()))


def _files(folder: str) -> Iterator[str]:
    """All files below the folder, a folder at a time."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from _files(f"{folder}/{name}")


def _written_at(name: str) -> datetime:
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:  # somebody else removed it
        return timezone.now()
