"""Files that are not what they seem, built byte by byte."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>alert('here I am')</script>"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png(width: int, height: int, *, depth: int = 8, rows: int | None = None) -> bytes:
    """A grey PNG, all of it, in next to no bytes; or one that promises more rows than it has."""
    row = bytes(1 + (width * depth + 7) // 8)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", data + packer.flush()) + chunk(b"IEND")


def gif_of_frames(frames: int, size: int = 1) -> bytes:
    side = struct.pack("<HH", size, size)
    head = b"GIF89a" + side + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c\0\0\0\0" + side + b"\0" + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


def apng_of_frames(frames: int) -> bytes:
    still = png(1, 1)
    at = still.index(b"IDAT") - 4
    parts = [still[:at], chunk(b"acTL", struct.pack(">II", frames, 0))]
    parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 10, 0, 0)))
    parts.append(still[at : still.index(b"IEND") - 4])
    pixel = zlib.compress(b"\0\0")
    for n in range(1, frames):
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", 2 * n - 1, 1, 1, 0, 0, 1, 10, 0, 0)))
        parts.append(chunk(b"fdAT", struct.pack(">I", 2 * n) + pixel))
    return b"".join([*parts, chunk(b"IEND")])


def image(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any
) -> bytes:
    buffer = BytesIO()
    Image.new(mode, size).save(buffer, kind, **more)
    return buffer.getvalue()


def polyglots() -> dict[str, bytes]:
    """Pictures that are something else, too, to whoever looks at their end or their comments."""
    comment = b"\x21\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0"
    gif = image("GIF")
    at = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    jpeg = image("JPEG")
    text = b"\xff\xfe" + struct.pack(">H", 2 + len(SCRIPT)) + SCRIPT
    still = image("PNG")
    words = still.index(b"IDAT") - 4
    return {
        "behind a PNG": image("PNG") + b"PK\x03\x04" + SCRIPT,
        "behind a JPEG": jpeg + SCRIPT,
        "behind a GIF": gif + SCRIPT,
        "behind a WebP": image("WEBP") + SCRIPT,
        "in a GIF's comment": gif[:at] + comment + gif[at:],
        "in a JPEG's comment": jpeg[:2] + text + jpeg[2:],
        "in a PNG's text": still[:words] + chunk(b"tEXt", b"a\0" + SCRIPT) + still[words:],
        "in a chunk of its own": still[:words] + chunk(b"puRe", SCRIPT) + still[words:],
    }


def impostors() -> dict[str, bytes]:
    """What a library that opens everything would open, under the name of a picture."""
    return {
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "HTML": b"<!doctype html>" + SCRIPT,
        "FITS": b"SIMPLE  =                    T" + b" " * 2850,
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        "PSD": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3) + bytes(12),
        "TIFF": image("TIFF"),
        "BMP": image("BMP"),
        "ICO": image("ICO"),
        "PPM": image("PPM"),
        "JPEG 2000": image("JPEG2000"),
        "nothing": b"",
        "blanks": b" " * 100,
        "only a beginning": PNG,
    }
