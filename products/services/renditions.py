"""Smaller copies of uploaded pictures: made by the worker, listed in documents."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from accounts.actors import Actor
from products.models import Media, Rendition
from products.models.media import Kind
from products.services.files import lock_file, write_file
from products.services.locking import lock_products
from products.services.queue import ask_for_renditions
from products.services.scaling import FORMAT, Smaller, Unshrinkable, smaller_copies
from products.services.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

WORKER = Actor(user_id=None, label="worker", source="worker")


def want_renditions(media: Sequence[Media]) -> None:
    """In the transaction that stores these rows: let the worker make what their files lack."""
    sources = {str(each.file): each.width or 0 for each in media if _is_picture(each)}
    made = _made(list(sources))
    ask_for_renditions(
        [name for name, width in sources.items() if expected_widths(width) - made.get(name, set())]
    )


def _is_picture(media: Media) -> bool:
    return bool(media.file) and media.kind == Kind.IMAGE


def expected_widths(width: int) -> set[int]:
    """Never wider than the picture itself."""
    return {each for each in settings.RENDITION_WIDTHS if each < width}


def _made(sources: Sequence[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    rows = Rendition.objects.filter(source__in=sources) if sources else Rendition.objects.none()
    for source, width in rows.values_list("source", "width"):
        found.setdefault(source, set()).add(width)
    return found


def make_renditions(source: str) -> int:
    """Make the smaller copies of a file anew, and print the documents that show it.

    The products did not change: they keep their versions, and only documents, with their ETags,
    are written. Running it again changes nothing. Answers how many copies there are.
    """
    if not Media.objects.filter(file=source, kind=Kind.IMAGE).exists():
        return 0
    try:
        with default_storage.open(source) as file:
            content = file.read()
        copies = smaller_copies(
            content, settings.RENDITION_WIDTHS, quality=settings.RENDITION_QUALITY
        )
        rows = [_stored(source, copy) for copy in copies]
    except (Unshrinkable, FileNotFoundError) as error:
        log.warning("media.no_renditions", source=source, reason=str(error))
        rows = []
    _replace(source, rows)
    return len(rows)


def _stored(source: str, copy: Smaller) -> Rendition:
    """Another quality has another name, so that no cache keeps an old one."""
    place = PurePosixPath(source)
    name = f"{place.with_suffix('')}-{copy.width}q{settings.RENDITION_QUALITY}.{FORMAT}"
    write_file(name, copy.content)
    return Rendition(source=source, width=copy.width, height=copy.height, format=FORMAT, file=name)


def _replace(source: str, rows: Sequence[Rendition]) -> None:
    names = {row.file for row in rows}
    with unit_of_work(WORKER) as work:
        # Products before files, as every writer of media locks them.
        products = list(Media.objects.filter(file=source).values_list("product", flat=True))
        lock_products(products)
        lock_file(source, shared=True)
        old = Rendition.objects.filter(source=source)
        before = set(old.values_list("file", flat=True))
        if not Media.objects.filter(file=source).exists():
            rows = []  # its last row went while we worked
        kept = {row.file for row in rows}
        if before != kept:
            old.delete()
            Rendition.objects.bulk_create(rows)
            work.reprint(products)
        gone = sorted((before | names) - kept)
        transaction.on_commit(partial(_remove, gone), robust=True)


def _remove(names: Sequence[str]) -> None:
    for name in names:
        default_storage.delete(name)


def sources_of_renditions(*, missing: bool, batch: int = 500) -> Iterator[str]:
    """The files of all pictures, in order; or only those that lack a copy of some width."""
    last = ""
    while True:
        pictures = Media.objects.filter(kind=Kind.IMAGE, file__gt=last).order_by("file")
        rows = pictures.values("file").annotate(shown=Max("width"))[:batch]
        found = {row["file"]: row["shown"] or 0 for row in rows}
        if not found:
            return
        last = max(found)
        made = _made(list(found)) if missing else {}
        for name, width in found.items():
            if not missing or expected_widths(width) - made.get(name, set()):
                yield name
