import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from products.errors import ImageRefused, ImageTooLarge
from products.services import images
from products.services.images import clean_image
from tests.products.pictures import animation, picture

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "AVIF": ".avif"}
GPS = 0x8825
PLACE = b"Secret Street 7"


def exif_with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()  # ImageDescription
    exif.get_ifd(GPS)[1] = "N"
    return exif


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", FORMATS)
def test_a_plain_picture_stays_what_it_is(kind: str) -> None:
    content = picture(kind)
    clean = clean_image(content)
    assert clean.content == content
    assert (clean.width, clean.height) == (4, 3)
    assert (clean.suffix, clean.content_type) == (FORMATS[kind], Image.MIME[kind])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_exif_goes_and_the_pixels_stay(kind: str) -> None:
    content = picture(kind, exif=exif_with_place())
    clean = clean_image(content)
    assert PLACE in content
    assert PLACE not in clean.content
    with Image.open(BytesIO(clean.content)) as after, Image.open(BytesIO(content)) as before:
        assert after.tobytes() == before.tobytes()
        assert set(after.getexif()) <= {0x0112}


@pytest.mark.parametrize("kind", ["JPEG", "GIF"])
def test_comments_go(kind: str) -> None:
    content = picture(kind, comment=PLACE)
    assert PLACE in content
    clean = clean_image(content)
    assert PLACE not in clean.content
    Image.open(BytesIO(clean.content)).load()


def test_text_in_a_png_goes() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", PLACE.decode())
    assert PLACE not in clean_image(picture("PNG", pnginfo=text)).content


def test_a_photo_taken_sideways_stays_upright() -> None:
    clean = clean_image(picture("JPEG", size=(40, 30), exif=exif_with_place(orientation=6)))
    assert (clean.width, clean.height) == (30, 40)
    with Image.open(BytesIO(clean.content)) as image:
        assert ImageOps.exif_transpose(image).size == (30, 40)
        assert dict(image.getexif()) == {0x0112: 6}


def test_the_colour_profile_of_a_jpeg_stays() -> None:
    content = picture("JPEG", icc_profile=b"p" * 70_000)
    assert clean_image(content).content == content


def test_what_hangs_behind_an_avif_is_refused() -> None:
    with pytest.raises(ImageRefused, match="damaged"):
        clean_image(picture("AVIF") + b"<script>alert(1)</script>")


def test_an_animated_avif_is_refused() -> None:
    with pytest.raises(ImageRefused, match="animated AVIF"):
        clean_image(animation("AVIF", 3))


def test_a_turned_avif_says_the_size_that_is_shown() -> None:
    clean = clean_image(picture("AVIF", size=(40, 30), exif=exif_with_place(orientation=6)))
    assert (clean.width, clean.height) == (30, 40)
    with Image.open(BytesIO(clean.content)) as image:
        assert ImageOps.exif_transpose(image).size == (30, 40)


def test_chunks_that_nobody_knows_go() -> None:
    plain = picture("PNG")
    at = plain.index(b"IDAT") - 4
    own = b"puRe" + PLACE
    private = struct.pack(">I", len(PLACE)) + own + struct.pack(">I", zlib.crc32(own))
    assert clean_image(plain[:at] + private + plain[at:]).content == plain


@pytest.mark.parametrize("mode", ["CMYK", "L", "I;16", "1", "P", "LA", "RGBA"])
def test_every_way_of_saying_colours_is_kept(mode: str) -> None:
    buffer = BytesIO()
    Image.new(mode, (4, 3)).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    assert clean_image(buffer.getvalue()).content == buffer.getvalue()


def test_an_animation_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS_IN_ALL", 19)
    with pytest.raises(ImageRefused, match="5 frames of 2 x 2 pixels"):
        clean_image(animation("GIF", 5))


@pytest.mark.parametrize("kind", sorted(FORMATS.keys() - {"AVIF"}))
def test_what_hangs_behind_the_image_goes(kind: str) -> None:
    content = picture(kind)
    assert clean_image(content + b"<script>alert(1)</script>").content == content


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_keeps_its_frames(kind: str) -> None:
    with Image.open(BytesIO(clean_image(animation(kind, 5)).content)) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]  # of animated formats


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_too_many_frames_are_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_FRAMES", 4)
    with pytest.raises(ImageRefused, match="more than 4 frames"):
        clean_image(animation(kind, 5))


@pytest.mark.parametrize("kind", FORMATS)
def test_no_cut_ever_passes_for_a_picture(kind: str) -> None:
    content = picture(kind, size=(40, 30))
    for length in range(len(content)):
        with pytest.raises(ImageRefused):
            clean_image(content[:length])


@pytest.mark.parametrize("size", [(13_000, 13_000), (1, 60_000), (60_000, 1), (100_000, 100_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(ImageRefused):
        clean_image(png_header(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"SIMPLE  =                    T" + b" " * 3000,
        picture("TIFF"),
        picture("BMP"),
        picture("PPM"),
    ],
)
def test_other_formats_are_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused, match=r"'nice\.png' is no PNG, JPEG, WebP, GIF or AVIF"):
        clean_image(content, name="nice.png")


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 50)
    with pytest.raises(ImageTooLarge):
        clean_image(picture())
