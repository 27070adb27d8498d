"""Files of pictures: stored before the row that names them, removed after the last such row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from catalog_project.models import uuid7
from products.errors import StorageFailed
from products.models import Media
from products.services.images import clean_image
from products.services.values import StoredImage


@contextmanager
def stored_image(content: bytes, *, name: str = "") -> Iterator[StoredImage]:
    """The picture as a file of ours, for a row that the block writes and commits.

    The file is removed again when the block fails, so wrap the transaction in it and not the
    other way round. Raises ImageRefused, ImageTooLarge, StorageFailed.
    """
    image = clean_image(content, name=name)
    key = uuid7().hex  # its last digits are random, so the folders fill evenly
    path = f"products/{key[-2:]}/{key}{image.suffix}"
    try:
        try:
            path = default_storage.save(path, ContentFile(image.content))
        except OSError as error:
            raise StorageFailed from error
        yield StoredImage(path, image.content_type, image.width, image.height)
    except BaseException:
        default_storage.delete(path)
        raise


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
            default_storage.delete(name)
