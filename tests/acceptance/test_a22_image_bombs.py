"""Pictures that unfold to gigabytes, or are none: refused by their header, before any pixel."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image, ImageFile

from products.errors import ImageRefused
from products.services.images import clean_image
from products.services.scaling import Unshrinkable, smaller_copies
from tests.acceptance import image_bombs
from tests.acceptance.callers import http
from tests.acceptance.image_bombs import SCRIPT, apng_of_frames, gif_of_frames, image, png
from tests.acceptance.server import Server

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1024**2
ALLOWED_GROWTH = 150 * MIB


@pytest.fixture
def place(http: httpx.Client) -> str:
    product = http.post("/api/v1/products", json={"name": "Lamp", "status": "published"})
    return f"/api/v1/products/{product.json()['id']}/media"


@pytest.fixture(autouse=True)
def _memory_stays(server: Server) -> Iterator[None]:
    before = server.memory()
    yield
    assert server.memory() - before < ALLOWED_GROWTH


def upload(http: httpx.Client, place: str, content: bytes, name: str = "a.png") -> httpx.Response:
    return http.post(place, files={"file": (name, content or b"", "image/png")})


BOMBS: dict[str, Any] = {
    "169 million pixels": lambda: png(13_000, 13_000),
    "one pixel wide, 60,000 high": lambda: png(1, 60_000),
    "60,000 wide, one pixel high": lambda: png(60_000, 1),
    "16 bits and 169 million pixels": lambda: png(13_000, 13_000, depth=16, rows=1),
    "100,000 frames of a GIF": lambda: gif_of_frames(100_000),
    "100,000 frames of a PNG": lambda: apng_of_frames(100_000),
    "1,000 frames of 16 million pixels": lambda: gif_of_frames(1_000, size=4_000),
    "half a JPEG": lambda: (whole := image("JPEG"))[: len(whole) // 2],
    "half a PNG": lambda: (whole := image("PNG"))[: len(whole) // 2],
    "half a WebP": lambda: (whole := image("WEBP"))[: len(whole) // 2],
    "half an AVIF": lambda: (whole := image("AVIF"))[: len(whole) // 2],
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused(make: Any, http: httpx.Client, place: str) -> None:
    answer = upload(http, place, make())
    assert (answer.status_code, answer.json()["code"]) == (400, "image-refused")
    assert http.get(place).json()["items"] == []


@pytest.mark.parametrize(
    "content", image_bombs.impostors().values(), ids=image_bombs.impostors().keys()
)
def test_what_only_has_the_name_of_a_picture_is_refused(
    content: bytes, http: httpx.Client, place: str
) -> None:
    answer = upload(http, place, content)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "content", image_bombs.polyglots().values(), ids=image_bombs.polyglots().keys()
)
def test_of_a_picture_that_is_more_only_the_picture_stays(
    content: bytes, http: httpx.Client, place: str
) -> None:
    assert SCRIPT in content
    answer = upload(http, place, content)
    assert answer.status_code == 201, answer.text
    kept = http.get(answer.json()["url"])
    assert kept.status_code == 200
    assert SCRIPT not in kept.content


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("PNG", "I;16"), ("TIFF", "CMYK")])
def test_inks_and_sixteen_bits_are_pictures_too(
    kind: str, mode: str, http: httpx.Client, place: str
) -> None:
    content = image(kind, mode=mode)
    answer = upload(http, place, content)
    assert answer.status_code == (400 if kind == "TIFF" else 201)
    if answer.status_code == 201:
        assert http.get(answer.json()["url"]).content == content
        assert len(list(smaller_copies(content, [16], quality=80))) == 1


def test_no_pixel_is_decoded_before_the_caps_are_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a bomb nor for a picture that is kept."""

    def decode(*_: Any) -> None:
        pytest.fail("a pixel was decoded")

    pictures = [image(kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")]
    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    monkeypatch.setattr(Image.Image, "load", decode)
    for content in pictures:
        clean_image(content)
    with pytest.raises(ImageRefused, match="8000 x 9000 pixels"):
        clean_image(png(8_000, 9_000, rows=1))


def test_no_smaller_copy_is_made_of_what_would_not_fit() -> None:
    """The worker checks again: a file may be older than the rule."""
    with pytest.raises(Unshrinkable):
        list(smaller_copies(png(13_000, 13_000, rows=1), [160], quality=80))


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "mode", "size", "more"),
    [
        ("PNG", "RGB", (6_000, 4_100), {"compress_level": 1}),
        ("PNG", "P", (6_000, 4_100), {"compress_level": 1}),
        ("JPEG", "RGB", (8_100, 6_100), {"subsampling": 0}),
        ("JPEG", "CMYK", (8_000, 6_000), {}),
        ("JPEG", "RGB", (4_000, 3_000), {"progressive": True, "subsampling": 0}),
        ("JPEG", "RGB", (5_900, 4_000), {"progressive": True, "subsampling": 2}),
        ("WEBP", "RGB", (5_000, 4_900), {"method": 0}),
        ("AVIF", "RGB", (4_000, 3_000), {"speed": 10}),
    ],
)
def test_the_worker_stays_small_with_the_largest_pictures(
    kind: str, mode: str, size: tuple[int, int], more: dict[str, Any], tmp_path: Any
) -> None:
    file = tmp_path / "large"
    file.write_bytes(image(kind, size=size, mode=mode, **more))
    assert growth_of_a_worker(file) < ALLOWED_GROWTH


def growth_of_a_worker(file: Any) -> int:
    """Peak memory of a process of its own, above what it had before it saw the picture."""
    program = """
import resource, sys, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_project.settings")
import django; django.setup()
from products.services.scaling import smaller_copies
content = open(sys.argv[1], "rb").read()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
count = len(list(smaller_copies(content, [160, 320, 640, 1280], quality=80)))
assert count == 4, count
print(peak() - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)
