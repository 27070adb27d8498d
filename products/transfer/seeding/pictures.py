"""Placeholder pictures for made-up products: flat shapes in soft light, drawn here."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIDE = 640
SCALE = 2  # drawn larger, then reduced: Pillow's shapes have hard edges
FULL = SIDE * SCALE

Draw = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Palette:
    name: str
    floor: str  # the background, from its darker corner
    light: str  # ... to its lighter one
    body: str
    accent: str


PALETTES = (
    Palette("sand", "#d9c7ae", "#f6efe4", "#b5694a", "#5a3d2e"),
    Palette("sea", "#a9c4cf", "#eaf3f5", "#2f6f8a", "#f2b05e"),
    Palette("moss", "#bccab0", "#f0f4ea", "#5c7f4f", "#e2c275"),
    Palette("dusk", "#c3b6d3", "#f3eff8", "#6a4f8c", "#e58f7b"),
    Palette("ink", "#bfc5cc", "#f2f4f6", "#34414f", "#e0b34c"),
)


class Shape:
    """Two masks, drawn on a grid of 100 x 100: the body, and the accents on it."""

    def __init__(self) -> None:
        self.body = Image.new("L", (FULL, FULL))
        self.accent = Image.new("L", (FULL, FULL))

    def box(self, *box: float, radius: float = 2, accent: bool = False) -> None:
        self._on(accent).rounded_rectangle(_scaled(box), _units(radius), fill=255)

    def oval(self, *box: float, accent: bool = False) -> None:
        self._on(accent).ellipse(_scaled(box), fill=255)

    def ring(self, *box: float, width: float = 4, accent: bool = False) -> None:
        self._on(accent).ellipse(_scaled(box), outline=255, width=int(_units(width)))

    def arch(self, *box: float, width: float = 4, accent: bool = False) -> None:
        self._on(accent).arc(_scaled(box), 180, 360, fill=255, width=int(_units(width)))

    def polygon(self, *corners: float, accent: bool = False) -> None:
        self._on(accent).polygon(_scaled(corners), fill=255)

    def cut(self, *box: float) -> None:
        """A hole in the body."""
        ImageDraw.Draw(self.body).ellipse(_scaled(box), fill=0)

    def _on(self, accent: bool) -> Draw:
        return ImageDraw.Draw(self.accent if accent else self.body)


def _units(length: float) -> float:
    return length * FULL / 100


def _scaled(numbers: tuple[float, ...]) -> list[float]:
    return [_units(number) for number in numbers]


def _chair(shape: Shape) -> None:
    shape.box(34, 20, 66, 54, radius=8)
    shape.box(28, 52, 72, 62, radius=4)
    for left in (31, 64):
        shape.polygon(left, 62, left + 5, 62, left + 4, 86, left + 1, 86, accent=True)


def _table(shape: Shape) -> None:
    shape.box(16, 42, 84, 50, radius=3)
    shape.box(24, 50, 76, 55, radius=1, accent=True)
    for left in (22, 72):
        shape.polygon(left, 55, left + 6, 55, left + 4.5, 84, left + 1.5, 84)


def _lamp(shape: Shape) -> None:
    shape.polygon(38, 20, 62, 20, 74, 50, 26, 50)
    shape.box(48.5, 50, 51.5, 80, radius=1, accent=True)
    shape.oval(36, 77, 64, 85, accent=True)


def _mug(shape: Shape) -> None:
    shape.ring(58, 42, 82, 68, width=5)
    shape.box(28, 34, 68, 80, radius=8)
    shape.box(28, 44, 68, 52, radius=0, accent=True)


def _bowl(shape: Shape) -> None:
    shape.oval(18, 18, 82, 82)
    ImageDraw.Draw(shape.body).rectangle(_scaled((0, 0, 100, 50)), fill=0)
    shape.box(16, 46, 84, 53, radius=3, accent=True)
    shape.box(40, 80, 60, 85, radius=2, accent=True)


def _bottle(shape: Shape) -> None:
    shape.box(36, 40, 64, 86, radius=7)
    shape.polygon(44, 26, 56, 26, 62, 44, 38, 44)
    shape.box(43, 14, 57, 26, radius=2, accent=True)
    shape.box(36, 56, 64, 70, radius=0, accent=True)


def _shirt(shape: Shape) -> None:
    shape.polygon(34, 22, 66, 22, 88, 40, 78, 52, 68, 44, 68, 84, 32, 84, 32, 44, 22, 52, 12, 40)
    shape.cut(40, 14, 60, 31)
    shape.box(54, 46, 63, 55, radius=1, accent=True)


def _shoe(shape: Shape) -> None:
    shape.polygon(18, 40, 36, 36, 44, 50, 72, 58, 84, 66, 84, 74, 16, 74)
    shape.box(14, 72, 87, 80, radius=3, accent=True)
    for step in range(3):
        left, top = 42 + 7 * step, 46 + 3 * step
        shape.polygon(left, top, left + 3, top - 1, left + 1, 55, left - 2, 54, accent=True)


def _bag(shape: Shape) -> None:
    shape.arch(36, 16, 64, 60, width=4, accent=True)
    shape.box(24, 36, 76, 84, radius=8)
    shape.box(24, 52, 76, 56, radius=0, accent=True)
    shape.box(46, 50, 54, 62, radius=2, accent=True)


def _book(shape: Shape) -> None:
    shape.box(28, 18, 72, 84, radius=3)
    shape.box(28, 18, 35, 84, radius=2, accent=True)
    shape.box(44, 32, 64, 36, radius=1, accent=True)
    shape.box(44, 40, 58, 43, radius=1, accent=True)


def _headphones(shape: Shape) -> None:
    shape.arch(22, 20, 78, 84, width=6)
    shape.box(18, 50, 34, 80, radius=7, accent=True)
    shape.box(66, 50, 82, 80, radius=7, accent=True)


def _tent(shape: Shape) -> None:
    shape.polygon(50, 22, 90, 80, 10, 80)
    shape.polygon(50, 38, 62, 80, 38, 80, accent=True)


def _ball(shape: Shape) -> None:
    shape.oval(24, 24, 76, 76)
    shape.ring(36, 24, 64, 76, width=2.5, accent=True)
    shape.box(24, 48.5, 76, 51.5, radius=0, accent=True)


def _plant(shape: Shape) -> None:
    for left, top in ((30, 24), (52, 22), (41, 12)):
        shape.oval(left, top, left + 18, top + 46, accent=True)
    ImageDraw.Draw(shape.accent).rectangle(_scaled((0, 54, 100, 100)), fill=0)
    shape.polygon(30, 58, 70, 58, 64, 86, 36, 86)
    shape.box(27, 54, 73, 62, radius=2)


def _box(shape: Shape) -> None:
    shape.box(22, 32, 78, 82, radius=4)
    shape.box(22, 32, 78, 42, radius=3, accent=True)
    shape.box(46, 42, 54, 58, radius=1, accent=True)


DRAWINGS: dict[str, Callable[[Shape], None]] = {
    "chair": _chair,
    "table": _table,
    "lamp": _lamp,
    "mug": _mug,
    "bowl": _bowl,
    "bottle": _bottle,
    "shirt": _shirt,
    "shoe": _shoe,
    "bag": _bag,
    "book": _book,
    "headphones": _headphones,
    "tent": _tent,
    "ball": _ball,
    "plant": _plant,
    "box": _box,
}


@cache
def draw(picture: str, palette: Palette) -> bytes:
    """The picture as WebP. The same names give the same bytes with the same Pillow."""
    body, accent = _masks(picture)
    whole = ImageChops.lighter(body, accent)
    image = _lit(palette.floor, palette.light).copy()
    image.paste(_tint(palette.floor, 0.55), mask=_shadow(whole))
    image.paste(_lit(palette.body, _brighter(palette.body)), mask=whole)
    image.paste(_lit(palette.accent, _brighter(palette.accent)), mask=accent)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=82, method=2)
    return stream.getvalue()


@cache
def _masks(picture: str) -> tuple[Image.Image, Image.Image]:
    shape = Shape()
    DRAWINGS[picture](shape)
    return shape.body.reduce(SCALE), shape.accent.reduce(SCALE)


@cache
def _lit(dark: str, light: str) -> Image.Image:
    """The colour under light that falls in from the upper left."""
    gradient = Image.linear_gradient("L").rotate(-45, expand=True)
    middle = gradient.width // 4
    part = gradient.crop((middle, middle, gradient.width - middle, gradient.height - middle))
    return ImageOps.colorize(ImageOps.invert(part.resize((SIDE, SIDE))), dark, light)


def _shadow(mask: Image.Image) -> Image.Image:
    moved = ImageChops.offset(mask, SIDE // 60, SIDE // 28).point(lambda level: level * 0.55)
    small = moved.reduce(4).filter(ImageFilter.GaussianBlur(SIDE / 144))
    return small.resize(mask.size, Image.Resampling.BICUBIC)


def _tint(color: str, factor: float) -> tuple[int, ...]:
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return tuple(min(255, int(part * factor)) for part in (red, green, blue))


def _brighter(color: str) -> str:
    red, green, blue = _tint(color, 1.35)
    return f"#{red:02x}{green:02x}{blue:02x}"
