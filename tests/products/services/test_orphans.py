"""Files that no row names are found and removed, and no others."""

import os
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from products.models import Media, Rendition
from products.services.catalog_check import check_files
from products.services.files import stored_file
from products.services.media import upload_media
from products.services.products import create_product
from products.services.renditions import make_renditions
from tests.products.factories import SYSTEM
from tests.products.pictures import picture

pytestmark = pytest.mark.django_db
OLD = 1_700_000_000


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def media() -> Media:
    product: UUID = create_product(values={"name": "Lamp"}, actor=SYSTEM)
    content = picture(size=(200, 100))
    media = upload_media(product, content=content, expected_version=None, actor=SYSTEM)
    make_renditions(str(media.file))
    return media


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("remove_orphan_media", *arguments, stdout=out)
    return out.getvalue().splitlines()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def grow_old(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (OLD, OLD))


def test_only_old_files_that_nobody_names_go(media: Media, folder: Path) -> None:
    kept = files(folder)
    assert len(kept) == 2
    for name in ("products/ab/abc.png", "products/ab/x.part", "products/old.webp"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"lost")
    assert run() == ["Removed 0 files, and the copies of 0 more."]  # too young
    grow_old(folder)
    assert run("--dry-run") == [
        "products/old.webp",
        "products/ab/abc.png",
        "products/ab/x.part",
        "3 files would be removed.",
    ]
    assert len(files(folder)) == 5
    assert run("--grace", "1") == ["Removed 3 files, and the copies of 0 more."]
    assert files(folder) == kept
    assert list(check_files()) == []


def test_a_process_that_died_before_its_commit_leaves_no_row_and_one_orphan(folder: Path) -> None:
    died = stored_file(picture())
    died.__enter__()  # and never comes back
    assert not Media.objects.exists()
    assert len(files(folder)) == 1
    grow_old(folder)
    assert run() == ["Removed 1 files, and the copies of 0 more."]
    assert files(folder) == set()


def test_copies_of_what_nobody_shows_go(media: Media, folder: Path) -> None:
    Media.objects.all().delete()
    assert run() == ["Removed 0 files, and the copies of 1 more."]
    assert not Rendition.objects.exists()
    assert files(folder) == set()


def test_without_a_folder_there_is_nothing_to_do() -> None:
    assert run("--dry-run") == ["0 files would be removed."]


@pytest.mark.parametrize("hours", ["0", "0.5", "-1", "nan"])
def test_the_grace_is_longer_than_an_upload(hours: str) -> None:
    with pytest.raises(CommandError, match="one hour or more"):
        run("--grace", hours)
