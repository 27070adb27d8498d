import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts.actors import Actor
from products.documents import build
from products.errors import (
    ImageRefused,
    InvalidValue,
    NotFound,
    StaleVersion,
    StorageFailed,
)
from products.models import Change, Document, Media, Product
from products.services.catalog_check import check_files
from products.services.files import claim_file, stored_file
from products.services.media import add_media_url, delete_media, update_media, upload_media
from products.services.products import create_product, delete_product, update_product
from tests.products.pictures import picture

ACTOR = Actor(user_id=None, label="tests", source="command")
URL = "https://images.example.com/1.jpg"

# What happens after the commit is the point here, so the commits are real.
pytestmark = pytest.mark.django_db(transaction=True)


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
    digest = sha256(picture("WEBP")).hexdigest()
    assert name == f"products/{digest[:2]}/{digest}.webp"
    assert media.kind == "image"
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


def test_the_same_bytes_are_stored_once(product: UUID, folder: Path) -> None:
    first, second = upload(product), upload(product)
    assert first.file.name == second.file.name
    assert files(folder) == [first.file.name]
    delete_media(product, first.pk, expected_version=None, actor=ACTOR)
    assert files(folder) == [second.file.name]
    delete_media(product, second.pk, expected_version=None, actor=ACTOR)
    assert files(folder) == []


def test_a_failed_upload_leaves_the_file_that_another_row_needs(
    product: UUID, folder: Path
) -> None:
    media = upload(product)
    with pytest.raises(StaleVersion):
        upload(product, expected_version=9)
    assert files(folder) == [media.file.name]


def test_no_row_ever_loses_its_file_to_a_deletion_beside_it(product: UUID, folder: Path) -> None:
    """Uploads and deletions of the same bytes, at once, from eight sides."""
    keys = [create_product(values={"name": f"P{n}"}, actor=ACTOR) for n in range(8)]

    def come_and_go(key: UUID) -> None:
        try:
            for _ in range(6):
                media = upload(key)
                assert (folder / str(media.file)).exists()
                delete_media(key, media.pk, expected_version=None, actor=ACTOR)
            upload(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come_and_go, keys))
    assert len(files(folder)) == 1
    assert [drift.detail for drift in check_files()] == []


def test_a_file_that_went_before_the_commit_is_written_again(product: UUID, folder: Path) -> None:
    with stored_file(picture()) as file, transaction.atomic():
        default_storage.delete(file.name)
        claim_file(file)
        Media.objects.create(product_id=product, file=file.name)
    assert files(folder) == [file.name]


def test_a_file_is_there_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "I/O error")

    monkeypatch.setattr("catalog_project.ops.storage.os.fsync", broken)
    with pytest.raises(StorageFailed), stored_file(picture()):
        pass
    assert files(folder) == []


def test_a_focal_point_is_kept_and_taken_away(product: UUID) -> None:
    media = upload(product, focal_point={"x": 0.25, "y": 1.0})
    assert Media.objects.get().focal_point == {"x": 0.25, "y": 1.0}
    update_media(
        product, media.pk, values={"focal_point": None}, expected_version=None, actor=ACTOR
    )
    assert Media.objects.get().focal_point is None
    assert Product.objects.get(pk=product).version == 3


@pytest.mark.parametrize("point", [{"x": 1.5, "y": 0.0}, {"x": 0.0, "y": float("nan")}])
def test_a_focal_point_lies_on_the_picture(product: UUID, point: Any) -> None:
    with pytest.raises(InvalidValue, match="from 0 to 1"):
        upload(product, focal_point=point)


def test_a_video_elsewhere_has_no_file(product: UUID) -> None:
    values: Any = {"url": "https://videos.example/w/1", "kind": "external_video"}
    media = add_media_url(product, values=values, expected_version=None, actor=ACTOR)
    assert Media.objects.get().kind == "external_video"
    body = json.loads(Document.objects.get(product=product).body)
    assert (body["media"][0]["kind"], body["media"][0]["content_type"]) == ("external_video", None)
    update_media(product, media.pk, values={"kind": "video"}, expected_version=None, actor=ACTOR)
    with pytest.raises(InvalidValue, match="The kind is"):
        update_media(product, media.pk, values={"kind": "gif"}, expected_version=None, actor=ACTOR)


def test_the_bytes_say_of_which_kind_a_file_is(product: UUID) -> None:
    media = upload(product, b"%PDF-1.7\n%%EOF\n", alt="Data sheet")
    assert (media.kind, media.content_type, media.width) == ("document", "application/pdf", None)
    with pytest.raises(InvalidValue, match="its bytes are"):
        update_media(product, media.pk, values={"kind": "image"}, expected_version=2, actor=ACTOR)
