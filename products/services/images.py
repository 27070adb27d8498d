"""Which bytes may become a picture of ours.

Nothing is decoded: a picture of a few kilobytes can unfold to gigabytes. Pillow reads the header,
and a walk over the file's own structure (image_structure.py) finds what is cut off, counts the
frames, and leaves out what tells more than the picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError, features

from products.errors import ImageRefused, ImageTooLarge
from products.models.media import Kind
from products.services.boxes import Malformed
from products.services.image_structure import (
    MAX_PIXELS,
    ORIENTATION,
    Parts,
    strip_avif,
    strip_gif,
    strip_jpeg,
    strip_png,
    strip_webp,
)

MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 16_384  # what browsers show and the WebP format can hold
MAX_FRAMES = 1_000
MAX_PIXELS_IN_ALL = 500_000_000  # of all frames of an animation
SIDEWAYS = {5, 6, 7, 8}  # the orientations that swap width and height
HAS_AVIF = bool(features.check("avif"))  # a build of Pillow may lack it
NAMES = "PNG, JPEG, WebP, GIF or AVIF" if HAS_AVIF else "PNG, JPEG, WebP or GIF"

# Our own cap is asked before anything is decoded; Pillow would only warn, on the error stream.
Image.MAX_IMAGE_PIXELS = None
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


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What is kept of a file. Pictures and videos have a size."""

    kind: Kind
    content: bytes
    content_type: str
    suffix: str
    width: int | None = None
    height: int | None = None


def clean_image(content: bytes, *, name: str = "") -> CleanFile:
    """The same picture, byte for byte, without what does not belong to it.

    Raises ImageTooLarge and ImageRefused. The name is only used to say which file it was.
    """
    label = f"The file {name!r}" if name else "The file"
    if len(content) > MAX_BYTES:
        raise ImageTooLarge(f"{label} is larger than {MAX_BYTES // 1024**2} MiB.")
    try:
        kind, (width, height), orientation = _header(content)
    except UNREADABLE:
        raise ImageRefused(f"{label} is no {NAMES} image.") from None
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageRefused(
            f"{label} has {width} x {height} pixels: at most {MAX_PIXELS // 1_000_000} million"
            f" and {MAX_SIDE} a side are accepted."
        )
    suffix, strip = FORMATS[kind]
    try:
        parts, frames = strip(content, orientation)
    except (Malformed, LookupError) as error:
        flaw = str(error) if isinstance(error, Malformed) else ""
        raise ImageRefused(f"{label} {flaw or 'is damaged or cut off'}.") from None
    if frames > MAX_FRAMES:
        raise ImageRefused(f"{label} has more than {MAX_FRAMES} frames.")
    if frames > 1 and frames * width * height > MAX_PIXELS_IN_ALL:
        raise ImageRefused(f"{label} has {frames} frames of {width} x {height} pixels: too many.")
    if orientation in SIDEWAYS:
        width, height = height, width
    return CleanFile(Kind.IMAGE, b"".join(parts), CONTENT_TYPES[kind], suffix, width, height)


def _header(content: bytes) -> tuple[str, tuple[int, int], int]:
    with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
        kind = "JPEG" if image.format == "MPO" else str(image.format)  # JPEGs in a row: the first
        # An AVIF says it in a property of the image, which Pillow tells in the words of EXIF.
        is_turned = kind in {"JPEG", "AVIF"}
        orientation = image.getexif().get(ORIENTATION, 1) if is_turned else 1
        size = image.size
        if kind == "PNG":
            image.verify()  # the check sums of the chunks; nothing is decoded
    return kind, size, orientation if orientation in range(2, 9) else 1


Strip = Callable[[bytes, int], Parts]
FORMATS: dict[str, tuple[str, Strip]] = {
    "JPEG": (".jpg", strip_jpeg),
    "PNG": (".png", strip_png),
    "WEBP": (".webp", strip_webp),
    "GIF": (".gif", strip_gif),
    **({"AVIF": (".avif", strip_avif)} if HAS_AVIF else {}),
}
CONTENT_TYPES = {kind: f"image/{kind.lower()}" for kind in FORMATS}
