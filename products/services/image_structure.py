"""How image files are built: what is cut off, how many frames there are, what does not belong.

Each function walks the file's own structure and answers the parts that stay, byte for byte. What
is known to matter to the picture stays; everything else goes: EXIF with the place it was taken,
XMP, comments, thumbnails, private chunks, and anything behind the end of the image.
"""

import re
from collections.abc import Iterator

from PIL import Image

from products.services.boxes import Malformed, blank_items

ORIENTATION = 0x0112
PNG_CHUNKS = set(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT"
    b" acTL fcTL fdAT".split()
)
MAX_PIXELS = 50_000_000
WEBP_CHUNKS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}

Parts = tuple[list[bytes], int]  # and the number of frames


def _take(content: bytes, start: int, end: int) -> bytes:
    if not 0 <= start <= end <= len(content):
        raise Malformed
    return content[start:end]


def strip_jpeg(content: bytes, orientation: int) -> Parts:
    """ITU-T T.81 annex B: marker segments, then entropy-coded data behind each scan header."""
    parts = [content[:2], _orientation_segment(orientation)]
    at = 2
    while True:
        if _take(content, at, at + 1) != b"\xff":
            raise Malformed
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
                raise Malformed
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


def strip_png(content: bytes, _: int) -> Parts:
    """PNG (third edition) section 5: chunks of length, type, data and check sum."""
    parts, frames, at = [content[:8]], 0, 8
    while True:
        length = int.from_bytes(_take(content, at, at + 4))
        chunk = _take(content, at, at + 12 + length)
        kind = chunk[4:8]
        at += len(chunk)
        frames += kind == b"fcTL"
        if kind in PNG_CHUNKS:
            parts.append(chunk)
        if kind == b"IEND":
            return parts, max(frames, 1)


def strip_webp(content: bytes, _: int) -> Parts:
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
        if kind in WEBP_CHUNKS:
            parts.append(bytes(chunk))
    size = 4 + sum(map(len, parts))
    return [b"RIFF" + size.to_bytes(4, "little") + b"WEBP", *parts], max(frames, 1)


def strip_gif(content: bytes, _: int) -> Parts:
    """GIF89a: a header with colours, then extensions and frames, each in sub-blocks."""
    at = 13 + _colours(_take(content, 10, 11)[0])
    parts, frames = [_take(content, 0, at)], 0
    while True:
        start, kind = at, content[at]
        if kind == 0x3B:
            return [*parts, b";"], max(frames, 1)
        if kind == 0x2C:
            frames += 1
            _ensure_sane(_take(content, at + 5, at + 9))
            at += 11 + _colours(content[at + 9])
        elif kind == 0x21:
            at += 2
        else:
            raise Malformed
        data = at
        for end in _sub_blocks(content, at):
            at = end
        # A comment, or an application's own data other than the number of repetitions.
        is_ours = kind == 0x2C or content[start + 1] in {0x01, 0xF9}
        if is_ours or content[data + 1 : data + 12] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"}:
            parts.append(content[start:at])


def _ensure_sane(size: bytes) -> None:
    """A frame may be larger than the screen that the header announced."""
    if int.from_bytes(size[:2], "little") * int.from_bytes(size[2:], "little") > MAX_PIXELS:
        raise Malformed("has a frame of too many pixels")


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


def strip_avif(content: bytes, _: int) -> Parts:
    """AVIF (version 1.1): boxes whose items are named elsewhere, so nothing may move."""
    return [blank_items(content)], 1
