from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from accounts.actors import Actor
from catalog_project.models import uuid7
from products.documents import build
from products.errors import (
    ImageRefused,
    InvalidValue,
    NotFound,
    StaleVersion,
    StorageFailed,
    UnknownReference,
)
from products.models import Change, Document, Media, Product, Variant
from products.services.media import add_media_url, delete_media, update_media, upload_media
from products.services.products import create_product, delete_product, update_product
from tests.products.pictures import picture

ACTOR = Actor(user_id=None, label="tests", source="command")
URL = "https://images.example.com/1.jpg"

# What happens after the commit is the point here, so the commits are real.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def product() -> UUID:
    return create_product(
        values={"name": "Lamp", "variants": [{"sku": "LAMP", "prices": []}]}, actor=ACTOR
    )


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def upload(product: UUID, content: bytes | None = None, **options: Any) -> Media:
    options = {"expected_version": None, "actor": ACTOR, **options}
    return upload_media(product, content=content or picture(), **options)


def test_an_upload_is_stored_under_a_name_of_ours(product: UUID, folder: Path) -> None:
    media = upload(product, picture("WEBP"), name="../../evil.html", alt="A lamp")
    media.refresh_from_db()
    name = str(media.file)
    assert files(folder) == [name]
    assert (folder / name).read_bytes() == picture("WEBP")
    assert name == f"products/{name[-7:-5]}/{Path(name).stem}.webp"
    assert UUID(Path(name).stem).version == 7
    assert (media.content_type, media.width, media.height) == ("image/webp", 4, 3)
    assert (media.alt, media.position, media.source_url) == ("A lamp", 0, "")


def test_an_upload_is_one_change_and_one_new_document(product: UUID) -> None:
    media = upload(product, expected_version=1)
    change = Change.objects.filter(aggregate_id=product).latest("sequence")
    assert (change.event, change.version) == ("product.updated", 2)
    assert [item["id"] for item in change.snapshot["media"]] == [str(media.pk)]
    assert f"/media/{media.file.name}" in Document.objects.get(product=product).body
    assert build.drifted([product]) == []


def test_uploads_stand_in_the_order_they_came(product: UUID) -> None:
    first = upload(product, position=7)
    second = upload(product)
    assert [first.position, second.position] == [7, 8]


def test_a_stale_upload_leaves_no_file(product: UUID, folder: Path) -> None:
    with pytest.raises(StaleVersion):
        upload(product, expected_version=9)
    assert files(folder) == []
    assert not Media.objects.exists()


def test_bytes_that_are_no_image_leave_nothing(product: UUID, folder: Path) -> None:
    with pytest.raises(ImageRefused):
        upload(product, b"<html>")
    assert files(folder) == []


def test_a_full_disk_says_so_and_leaves_nothing(
    product: UUID, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(StorageFailed):
        upload(product)
    assert not Media.objects.exists()


def test_a_picture_shows_only_variants_of_its_own_product(product: UUID, folder: Path) -> None:
    variant = Variant.objects.get(sku="LAMP")
    assert upload(product, variant=variant.pk).variant_id == variant.pk
    other = create_product(values={"name": "Chair"}, actor=ACTOR)
    with pytest.raises(UnknownReference):
        upload(other, variant=variant.pk)
    with pytest.raises(UnknownReference):
        upload(other, variant=uuid7())
    assert len(files(folder)) == 1


def test_a_url_is_added_changed_and_deleted(product: UUID) -> None:
    media = add_media_url(product, values={"url": URL}, expected_version=1, actor=ACTOR)
    values = {"url": URL + "?v=2", "alt": "Lit", "position": 3}
    update_media(product, media.pk, values=values, expected_version=2, actor=ACTOR)  # type: ignore[arg-type]
    media.refresh_from_db()
    assert (media.source_url, media.alt, media.position) == (URL + "?v=2", "Lit", 3)
    delete_media(product, media.pk, expected_version=3, actor=ACTOR)
    assert not Media.objects.exists()
    assert Product.objects.get(pk=product).version == 4
    assert build.drifted([product]) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "ftp://example.com/a.png"])
def test_a_url_is_http(product: UUID, url: str) -> None:
    with pytest.raises(InvalidValue):
        add_media_url(product, values={"url": url}, expected_version=None, actor=ACTOR)
    assert not Media.objects.exists()


def test_an_update_without_news_is_no_change(product: UUID) -> None:
    media = upload(product, alt="A lamp")
    update_media(product, media.pk, values={"alt": "A lamp"}, expected_version=2, actor=ACTOR)
    assert Product.objects.get(pk=product).version == 2


def test_a_file_has_no_url_to_set(product: UUID) -> None:
    media = upload(product)
    with pytest.raises(InvalidValue, match="no URL"):
        update_media(product, media.pk, values={"url": URL}, expected_version=None, actor=ACTOR)


def test_media_of_another_product_are_not_found(product: UUID) -> None:
    media = upload(product)
    other = create_product(values={"name": "Chair"}, actor=ACTOR)
    with pytest.raises(NotFound):
        update_media(other, media.pk, values={"alt": ""}, expected_version=None, actor=ACTOR)
    with pytest.raises(NotFound):
        delete_media(other, media.pk, expected_version=None, actor=ACTOR)


def test_a_file_goes_with_its_last_row(product: UUID, folder: Path) -> None:
    media = upload(product)
    other = create_product(values={"name": "Chair"}, actor=ACTOR)
    Media.objects.create(product_id=other, file=media.file.name)
    delete_media(product, media.pk, expected_version=None, actor=ACTOR)
    assert files(folder) == [media.file.name]
    delete_product(other, expected_version=None, actor=ACTOR)
    assert files(folder) == []


def test_a_refused_deletion_keeps_the_file(product: UUID, folder: Path) -> None:
    media = upload(product)
    with pytest.raises(StaleVersion):
        delete_media(product, media.pk, expected_version=1, actor=ACTOR)
    assert files(folder) == [media.file.name]


def test_files_left_out_of_the_list_of_media_go(product: UUID, folder: Path) -> None:
    gone, kept = upload(product), upload(product)
    update_product(
        product,
        values={"media": [{"id": kept.pk}]},
        expected_version=None,
        may_publish=False,
        actor=ACTOR,
    )
    assert files(folder) == [kept.file.name]
    assert list(Media.objects.values_list("pk", flat=True)) == [kept.pk]
    assert gone.pk != kept.pk


def test_a_product_has_a_bounded_number_of_media(product: UUID) -> None:
    Media.objects.bulk_create(Media(product_id=product, source_url=URL) for _ in range(100))
    with pytest.raises(InvalidValue, match="at most 100"):
        upload(product)
