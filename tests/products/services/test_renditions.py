"""Smaller copies: how many, how large, and what the documents say of them."""

import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image, ImageCms
from procrastinate.contrib.django.models import ProcrastinateJob

from products.documents import build
from products.models import Change, Document, Media, Product, Rendition
from products.services import renditions, scaling
from products.services.catalog_check import check_files
from products.services.media import delete_media, upload_media
from products.services.products import create_product
from products.services.renditions import make_renditions
from products.services.scaling import Unshrinkable, smaller_copies
from tests.products.factories import SYSTEM
from tests.products.pictures import animation, picture

WIDTHS = [160, 320, 640, 1280]


def copies(content: bytes, widths: list[int] | None = None) -> list[tuple[int, int]]:
    return [(s.width, s.height) for s in smaller_copies(content, widths or WIDTHS, quality=80)]


def opened(content: bytes, width: int = 160) -> Image.Image:
    (copy,) = smaller_copies(content, [width], quality=80)
    image = Image.open(BytesIO(copy.content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_a_picture_is_never_made_wider(kind: str) -> None:
    assert copies(picture(kind, size=(700, 350))) == [(640, 320), (320, 160), (160, 80)]
    assert copies(picture(kind, size=(160, 900))) == []
    assert copies(picture(kind, size=(161, 1))) == [(160, 1)]


def test_a_copy_is_a_webp_without_anything_else() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Secret Street 7"
    image = opened(picture("JPEG", size=(400, 300), exif=exif))
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (160, 120))
    assert dict(image.getexif()) == {}


def test_a_photo_taken_sideways_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert copies(picture("JPEG", size=(400, 300), exif=exif), [160, 320]) == [(160, 213)]


def test_the_first_frame_stands_for_an_animation() -> None:
    image = opened(animation("GIF", 3), 1)
    assert image.size == (1, 1)
    assert not getattr(image, "is_animated", False)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), "RGBA"),
        ("LA", (255, 0), "RGBA"),
        ("L", 200, "RGB"),
        ("1", 1, "RGB"),
        ("P", 0, "RGB"),
    ],
)
def test_what_can_be_seen_through_stays_so(mode: str, colour: Any, expected: str) -> None:
    buffer = BytesIO()
    Image.new(mode, (200, 100), colour).save(buffer, "PNG")
    assert opened(buffer.getvalue()).mode == expected


def test_sixteen_bits_of_grey_become_eight() -> None:
    buffer = BytesIO()
    Image.new("I;16", (200, 100), 128 * 256).save(buffer, "PNG")
    red, green, blue = opened(buffer.getvalue()).getpixel((5, 5))  # type: ignore[misc]
    assert red == green == blue
    assert abs(red - 128) <= 2


@pytest.mark.parametrize("has_profile", [False, True])
def test_inks_become_light(has_profile: bool) -> None:
    buffer = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: Any = {"icc_profile": profile} if has_profile else {}  # one that does not fit
    Image.new("CMYK", (200, 100), (0, 255, 255, 0)).save(buffer, "JPEG", quality=95, **options)
    red, green, blue = opened(buffer.getvalue()).getpixel((5, 5))  # type: ignore[misc]
    assert (red > 200, max(green, blue) < 60) == (True, True)


def test_the_colour_profile_of_light_stays() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = opened(picture("PNG", size=(200, 100), icc_profile=profile))
    assert image.info["icc_profile"] == profile


def test_what_takes_too_much_memory_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "MOST_MEMORY", 1_000_000)
    assert copies(picture("JPEG", size=(4_000, 3_000)), [160]) == [(160, 120)]  # by eighths
    for content in (
        picture("PNG", size=(800, 600)),
        picture("JPEG", size=(800, 600), progressive=True),
    ):
        with pytest.raises(Unshrinkable, match="MiB"):
            copies(content)


def test_what_cannot_be_decoded_is_left() -> None:
    whole = picture("JPEG", size=(640, 480), quality=95)
    with pytest.raises(Unshrinkable, match="cannot be decoded"):
        copies(whole[: len(whole) // 2])
    with pytest.raises(Unshrinkable):
        copies(b"nothing")


# --- Stored and shown --------------------------------------------------------------------------


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.RENDITION_WIDTHS = [160, 320]
    return tmp_path


@pytest.fixture
def product(folder: Path, db: None) -> UUID:
    return create_product(values={"name": "Lamp"}, actor=SYSTEM)


def upload(product: UUID, size: tuple[int, int] = (400, 300)) -> Media:
    return upload_media(product, content=picture(size=size), expected_version=None, actor=SYSTEM)


def shown(product: UUID) -> Any:
    return json.loads(Document.objects.get(product=product).body)["media"][0]["renditions"]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_them_and_documents_list_them(product: UUID, folder: Path) -> None:
    media = upload(product)
    etag = Document.objects.get(product=product).etag
    assert shown(product) == []
    call_command("procrastinate", "worker", "--one-shot")
    stem = str(media.file).removesuffix(".png")
    assert shown(product) == [
        {"width": 160, "height": 120, "url": f"/media/{stem}-160q80.webp", "format": "webp"},
        {"width": 320, "height": 240, "url": f"/media/{stem}-320q80.webp", "format": "webp"},
    ]
    assert files(folder) == sorted([str(media.file), f"{stem}-160q80.webp", f"{stem}-320q80.webp"])
    assert Product.objects.get(pk=product).version == 2
    assert Change.objects.filter(aggregate_id=product).count() == 2
    assert Document.objects.get(product=product).etag != etag
    assert build.drifted([product]) == []
    delete_media(product, media.pk, expected_version=None, actor=SYSTEM)
    assert files(folder) == []
    assert not Rendition.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_quality_has_other_names_and_the_old_files_go(
    product: UUID, folder: Path, settings: Any
) -> None:
    media = upload(product)
    assert make_renditions(str(media.file)) == 2
    before = files(folder)
    settings.RENDITION_QUALITY = 60
    settings.RENDITION_WIDTHS = [200]
    out = StringIO()
    call_command("make_renditions", stdout=out)
    assert out.getvalue() == "1 pictures have 1 smaller copies.\n"
    assert [each["url"][-12:] for each in shown(product)] == ["-200q60.webp"]
    assert len(files(folder)) == 2
    assert set(files(folder)) & set(before) == {str(media.file)}
    assert build.drifted([product]) == []


def test_one_file_has_one_set_for_all_who_show_it(product: UUID) -> None:
    other = create_product(values={"name": "Chair"}, actor=SYSTEM)
    media = upload(product)
    make_renditions(str(media.file))
    jobs = ProcrastinateJob.objects.count()
    upload(other)
    assert ProcrastinateJob.objects.count() == jobs  # they are there already
    assert shown(other) == shown(product) != []
    assert Rendition.objects.count() == 2


def test_making_them_again_changes_nothing(product: UUID) -> None:
    media = upload(product)
    make_renditions(str(media.file))
    rows = list(Rendition.objects.values())
    document = Document.objects.values().get(product=product)
    assert make_renditions(str(media.file)) == 2
    assert list(Rendition.objects.values()) == rows
    assert Document.objects.values().get(product=product) == document


def test_only_missing_ones_are_made(product: UUID) -> None:
    small, large = upload(product, (100, 100)), upload(product, (400, 300))
    out = StringIO()
    call_command("make_renditions", "--missing", stdout=out)
    call_command("make_renditions", "--missing", stdout=out)
    assert out.getvalue().splitlines() == [
        "1 pictures have 2 smaller copies.",
        "0 pictures have 0 smaller copies.",
    ]
    assert set(Rendition.objects.values_list("source", flat=True)) == {large.file.name}
    assert small.file.name != large.file.name


def test_a_file_that_nobody_shows_gets_none(product: UUID, folder: Path) -> None:
    assert make_renditions("products/00/none.png") == 0


def test_a_picture_that_goes_while_they_are_made_leaves_nothing(
    product: UUID, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = upload(product)

    def gone_meanwhile(*args: Any, **options: Any) -> Any:
        made = list(smaller_copies(*args, **options))
        Media.objects.all().delete()
        return made

    monkeypatch.setattr(renditions, "smaller_copies", gone_meanwhile)
    make_renditions(str(media.file))
    assert not Rendition.objects.exists()


def test_a_lost_file_is_told(product: UUID) -> None:
    media = upload(product)
    make_renditions(str(media.file))
    default_storage.delete(Rendition.objects.get(width=160).file)
    (drift,) = check_files()
    assert (drift.check, "make_renditions" in drift.detail) == ("media-file", True)


def test_a_picture_that_cannot_be_shrunk_is_shown_whole(
    product: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaling, "MOST_MEMORY", 10)
    assert make_renditions(str(upload(product).file)) == 0
    assert shown(product) == []
