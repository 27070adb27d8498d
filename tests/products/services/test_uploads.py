"""Videos and documents: told by their bytes, and quiet about where they were made."""

import struct

import pytest

from products.errors import FileRefused, FileTooLarge, ImageRefused
from products.services import uploads
from products.services.uploads import clean_file
from tests.products.pictures import picture

PLACE = b"+52.5200+013.4050/"


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(*extra: bytes, brand: bytes = b"isom") -> bytes:
    size = struct.pack(">II", 640 << 16, 360 << 16)
    picture_track = box(b"trak", box(b"tkhd", b"\0" * 76 + size), *extra)
    sound_track = box(b"trak", box(b"tkhd", b"\0" * 84))
    moov = box(b"moov", box(b"mvhd", b"\0" * 100), picture_track, sound_track, *extra)
    return box(b"ftyp", brand, b"\0" * 4, b"mp41") + moov + box(b"mdat", b"frames")


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_an_mp4_is_a_video_with_a_size() -> None:
    clean = clean_file(mp4(), name="a.png")
    assert (clean.kind, clean.content_type, clean.suffix) == ("video", "video/mp4", ".mp4")
    assert (clean.width, clean.height) == (640, 360)
    assert clean.content == mp4()


@pytest.mark.parametrize("kind", [b"udta", b"meta", b"uuid"])
def test_an_mp4_does_not_tell_its_place(kind: bytes) -> None:
    told = mp4(box(kind, PLACE))
    clean = clean_file(told)
    assert PLACE in told
    assert PLACE not in clean.content
    assert clean.content == told.replace(kind, b"free").replace(PLACE, b"\0" * len(PLACE))


def test_a_long_box_is_read_by_its_long_length() -> None:
    long = struct.pack(">I4sQ", 1, b"udta", 16 + len(PLACE)) + PLACE
    clean = clean_file(mp4() + long)
    assert clean.content.endswith(b"free" + struct.pack(">Q", 16 + len(PLACE)) + b"\0" * len(PLACE))


def test_no_cut_ever_passes_for_a_video() -> None:
    content = mp4()
    for length in range(24, len(content)):
        with pytest.raises(FileRefused):
            clean_file(content[:length])


def test_boxes_within_boxes_end() -> None:
    deep = b""
    for _ in range(2_000):
        deep = box(b"moov", deep)
    with pytest.raises(FileRefused):
        clean_file(mp4() + deep)


def test_a_webm_is_a_video_and_matroska_is_not() -> None:
    assert clean_file(WEBM).content_type == "video/webm"
    with pytest.raises(FileRefused, match="no WebM"):
        clean_file(WEBM.replace(b"webm", b"matr"))


def test_a_pdf_is_a_document() -> None:
    clean = clean_file(PDF)
    assert (clean.kind, clean.content_type, clean.suffix) == ("document", "application/pdf", ".pdf")
    assert (clean.width, clean.height, clean.content) == (None, None, PDF)
    with pytest.raises(FileRefused, match="cut off"):
        clean_file(PDF[:-7])


@pytest.mark.parametrize(
    "content",
    [
        mp4(brand=b"heic").replace(b"mp41", b"mif1"),
        mp4(brand=b"qt  ").replace(b"mp41", b"qt  "),
        b"PK\x03\x04" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"<!doctype html><script>alert(1)</script>",
        b"   %PDF-1.7 %%EOF",
        b"",
    ],
)
def test_everything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused):
        clean_file(content)


@pytest.mark.parametrize(
    ("content", "cap"), [(mp4(), "MAX_VIDEO_BYTES"), (PDF, "MAX_DOCUMENT_BYTES")]
)
def test_each_kind_has_a_size(content: bytes, cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, cap, 20)
    with pytest.raises(FileTooLarge):
        clean_file(content)


def test_a_picture_is_still_a_picture() -> None:
    assert clean_file(picture("AVIF")).kind == "image"
