"""Which bytes may become a picture of ours, and what is taken out of them first.

Nothing is decoded: a picture of a few kilobytes can unfold to gigabytes. Pillow reads the header,
and the walk over the file's own structure below finds what is cut off, counts the frames, and
leaves out what tells more than the picture: EXIF with the place it was taken, XMP, comments,
embedded thumbnails, and anything behind the end of the image.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from products.errors import ImageRefused, ImageTooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 16_384  # what browsers show and the WebP format can hold
MAX_FRAMES = 1_000
ORIENTATION = 0x0112
SIDEWAYS = {5, 6, 7, 8}  # the orientations that swap width and height

# Image.open may raise any of these for bytes that are not what they seem.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    EOFError,
    TypeError,
    OverflowError,
    MemoryError,
)


class _CutOff(Exception):
    """The structure of the file ends too early or makes no sense."""


@dataclass(frozen=True, slots=True)
class CleanImage:
    content: bytes
    content_type: str
    suffix: str
    width: int
    height: int


def clean_image(content: bytes, *, name: str = "") -> CleanImage:
    """The same picture, byte for byte, without what does not belong to it.

    Raises ImageTooLarge and ImageRefused. The name is only used to say which file it was.
    """
    label = f"The file {name!r}" if name else "The file"
    if len(content) > MAX_BYTES:
        raise ImageTooLarge(f"{label} is larger than {MAX_BYTES // 1024**2} MiB.")
    try:
        kind, (width, height), orientation = _header(content)
    except UNREADABLE:
        raise ImageRefused(f"{label} is no PNG, JPEG, WebP or GIF image.") from None
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageRefused(
            f"{label} has {width} x {height} pixels: at most {MAX_PIXELS // 1_000_000} million"
            f" and {MAX_SIDE} a side are accepted."
        )
    suffix, strip = FORMATS[kind]
    try:
        parts, frames = strip(content, orientation)
    except (_CutOff, LookupError):
        raise ImageRefused(f"{label} is damaged or cut off.") from None
    if frames > MAX_FRAMES:
        raise ImageRefused(f"{label} has more than {MAX_FRAMES} frames.")
    if kind == "JPEG" and orientation in SIDEWAYS:
        width, height = height, width
    return CleanImage(b"".join(parts), Image.MIME[kind], suffix, width, height)


def _header(content: bytes) -> tuple[str, tuple[int, int], int]:
    with Image.open(BytesIO(content), formats=["PNG", "JPEG", "WEBP", "GIF"]) as image:
        kind = "JPEG" if image.format == "MPO" else str(image.format)  # JPEGs in a row: the first
        orientation = image.getexif().get(ORIENTATION, 1) if kind == "JPEG" else 1
        size = image.size
        if kind == "PNG":
            image.verify()  # the check sums of the chunks; nothing is decoded
    return kind, size, orientation if orientation in range(2, 9) else 1


def _take(content: bytes, start: int, end: int) -> bytes:
    if not 0 <= start <= end <= len(content):
        raise _CutOff
    return content[start:end]


def _strip_jpeg(content: bytes, orientation: int) -> tuple[list[bytes], int]:
    """ITU-T T.81 annex B: marker segments, then entropy-coded data behind each scan header."""
    parts = [content[:2], _orientation_segment(orientation)]
    at = 2
    while True:
        if _take(content, at, at + 1) != b"\xff":
            raise _CutOff
        while content[at] == 0xFF:  # any number of fill bytes
            at += 1
        marker = content[at]
        at += 1
        if marker == 0xD9:
            return [*parts, b"\xff\xd9"], 1
        length = int.from_bytes(_take(content, at, at + 2))
        segment = _take(content, at, at + max(length, 2))
        at += len(segment)
        if _belongs_to_jpeg(marker, segment):
            parts.append(bytes([0xFF, marker]) + segment)
        if marker == 0xDA:
            end = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]").search(content, at)
            if end is None:
                raise _CutOff
            parts.append(content[at : end.start()])
            at = end.start()


def _belongs_to_jpeg(marker: int, segment: bytes) -> bool:
    """JFIF, the colour profile and Adobe's colour transform; no other APPn and no comment."""
    if marker == 0xE2:
        return segment[2:].startswith(b"ICC_PROFILE\0")
    return marker in {0xE0, 0xEE} or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _orientation_segment(orientation: int) -> bytes:
    """EXIF that says which side is up, and nothing else."""
    if orientation == 1:
        return b""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    payload = exif.tobytes()
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload


def _strip_png(content: bytes, _: int) -> tuple[list[bytes], int]:
    """PNG (third edition) section 5: chunks of length, type, data and check sum."""
    parts, frames, at = [content[:8]], 0, 8
    while True:
        length = int.from_bytes(_take(content, at, at + 4))
        chunk = _take(content, at, at + 12 + length)
        kind = chunk[4:8]
        at += len(chunk)
        frames += kind == b"fcTL"
        if kind not in {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}:
            parts.append(chunk)
        if kind == b"IEND":
            return parts, max(frames, 1)


def _strip_webp(content: bytes, _: int) -> tuple[list[bytes], int]:
    """RFC 9649 section 2: RIFF chunks, padded to an even length."""
    end = 8 + int.from_bytes(content[4:8], "little")
    _take(content, 0, end)
    parts, frames, at = [], 0, 12
    while at < end:
        length = int.from_bytes(_take(content, at + 4, at + 8), "little")
        chunk = bytearray(_take(content, at, at + 8 + length + length % 2))
        kind = bytes(chunk[:4])
        at += len(chunk)
        frames += kind == b"ANMF"
        if kind == b"VP8X":
            chunk[8] &= ~0x0C  # the flags that announce EXIF and XMP
        if kind not in {b"EXIF", b"XMP "}:
            parts.append(bytes(chunk))
    size = 4 + sum(map(len, parts))
    return [b"RIFF" + size.to_bytes(4, "little") + b"WEBP", *parts], max(frames, 1)


def _strip_gif(content: bytes, _: int) -> tuple[list[bytes], int]:
    """GIF89a: a header with colours, then extensions and frames, each in sub-blocks."""
    at = 13 + _colours(_take(content, 10, 11)[0])
    parts, frames = [_take(content, 0, at)], 0
    while True:
        start, kind = at, content[at]
        if kind == 0x3B:
            return [*parts, b";"], max(frames, 1)
        if kind == 0x2C:
            frames += 1
            at += 11 + _colours(content[at + 9])
        elif kind == 0x21:
            at += 2
        else:
            raise _CutOff
        data = at
        for end in _sub_blocks(content, at):
            at = end
        # A comment, or an application's own data other than the number of repetitions.
        is_ours = kind == 0x2C or content[start + 1] in {0x01, 0xF9}
        if is_ours or content[data + 1 : data + 12] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"}:
            parts.append(content[start:at])


def _colours(flags: int) -> int:
    """The length of the colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(content: bytes, at: int) -> Iterator[int]:
    """The end of each sub-block; the last one is empty."""
    while True:
        length = _take(content, at, at + 1)[0]
        at += 1 + length
        yield at
        if length == 0:
            return


Strip = Callable[[bytes, int], tuple[list[bytes], int]]
FORMATS: dict[str, tuple[str, Strip]] = {
    "JPEG": (".jpg", _strip_jpeg),
    "PNG": (".png", _strip_png),
    "WEBP": (".webp", _strip_webp),
    "GIF": (".gif", _strip_gif),
}
