"""Small pictures for tests, made on the spot."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3), **options: Any) -> bytes:
    """`picture("JPEG", exif=...)`: the bytes of an image of that format."""
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def animation(kind: str, frames: int) -> bytes:
    buffer = BytesIO()
    pages = [Image.new("RGB", (2, 2), (n * 50 % 256, n % 256, 0)) for n in range(frames)]
    pages[0].save(buffer, kind, save_all=True, append_images=pages[1:])
    return buffer.getvalue()
