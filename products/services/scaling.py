"""Smaller copies of pictures, in memory that has a bound.

Everything that was checked at the door is checked again: a file may have come there before the
rule did. What would take too much memory to decode gets no smaller copies; the original is served.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from products.services.images import FORMATS, UNREADABLE

FORMAT = "webp"
MOST_MEMORY = 96 * 1024 * 1024  # of the decoded picture
EFFORT = 4  # of the WebP encoder, 0 to 6
# Pillow holds a pixel of three colours in four bytes.
BYTES_PER_PIXEL = 4


class Unshrinkable(Exception):
    """`str(error)` says why there will be no smaller copies."""


@dataclass(frozen=True, slots=True)
class Smaller:
    width: int
    height: int
    content: bytes


def smaller_copies(content: bytes, widths: Sequence[int], *, quality: int) -> Iterator[Smaller]:
    """A WebP for each width below the picture's own, upright, of its first frame.

    Raises Unshrinkable.
    """
    try:
        with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
            largest = _largest(image, widths)
            if largest is None:
                return
            picture = _decoded(image, largest)
    except UNREADABLE as error:
        raise Unshrinkable(f"It cannot be decoded: {type(error).__name__}.") from None
    full = picture.size
    for width in sorted((w for w in widths if w <= largest), reverse=True):
        height = max(round(full[1] * width / full[0]), 1)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield Smaller(width, height, _encoded(picture, quality))


def _largest(image: Image.Image, widths: Sequence[int]) -> int | None:
    """The largest copy that is smaller than the picture as it is shown."""
    turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    width = image.height if turned else image.width
    return max((w for w in widths if w < width), default=None)


def _decoded(image: Image.Image, largest: int) -> Image.Image:
    if image.format in {"JPEG", "MPO"}:
        # Decodes a half, a quarter, an eighth. Progressive scans take much memory beside the
        # pixels, so of those as few as will do.
        side = largest if image.info.get("progressive") else largest * 2
        image.draft(None, (side, side))
    needed = _memory(image)
    if needed > MOST_MEMORY:
        raise Unshrinkable(f"To decode it takes {needed // 1024**2} MiB.")
    profile = image.info.get("icc_profile")
    picture = _plain(ImageOps.exif_transpose(image), profile)
    if profile and picture.mode.startswith("RGB"):
        picture.info["icc_profile"] = profile
    return picture


def _memory(image: Image.Image) -> int:
    """Of the pixels, and of what the decoder holds beside them."""
    pixels = image.width * image.height
    needed = pixels * BYTES_PER_PIXEL
    if image.info.get("progressive"):
        # All coefficients of the full picture, two bytes each, whatever the scale.
        needed += round(_full_size(image) * 2 * _samples(image))
    if image.format == "AVIF":
        needed += pixels * BYTES_PER_PIXEL
    return needed


def _samples(image: Image.Image) -> float:
    """For each pixel of a JPEG: 3 in full colour, 1.5 where colours are kept coarser."""
    areas = [across * down for _, across, down, _ in getattr(image, "layer", [])]
    return sum(areas) / max(areas) if areas else float(len(image.getbands()))


def _full_size(image: Image.Image) -> int:
    scale: int = getattr(image, "decoderconfig", (1, 0))[0] or 1
    return image.width * image.height * scale * scale


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In colours that WebP has."""
    if image.mode == "CMYK":
        return _from_print(image, profile)
    if image.mode.startswith("I"):  # 16 bits of grey; convert() would cut them off, not scale them
        return image.point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode != "RGB" else image


def _from_print(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Inks to light, by the picture's own profile where it has a sound one."""
    if profile:
        try:
            screen = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, BytesIO(profile), screen, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            converted.info.pop("icc_profile", None)
            return converted
    return image.convert("RGB")


def _encoded(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(
        buffer,
        FORMAT,
        quality=quality,
        method=EFFORT,
        icc_profile=picture.info.get("icc_profile", b""),
        exif=b"",
    )
    return buffer.getvalue()
