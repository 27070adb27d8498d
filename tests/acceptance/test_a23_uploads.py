"""What comes up comes back as a picture under a name of ours, without a place, and never runs."""

import struct
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from tests.acceptance.callers import http
from tests.acceptance.image_bombs import SCRIPT, image
from tests.acceptance.server import Server

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "Secret Street 7"
GPS = 0x8825
WEBM = b"\x1a\x45\xdf\xa3\x42\x82\x84webm"
PDF = b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF\n"


@pytest.fixture
def place(http: httpx.Client) -> str:
    product = http.post("/api/v1/products", json={"name": "Lamp", "status": "published"})
    return f"/api/v1/products/{product.json()['id']}/media"


def raw_upload(http: httpx.Client, place: str, name: bytes, content: bytes) -> httpx.Response:
    """A form as no library would write it: the name stands there as it is."""
    edge = uuid4().hex.encode()
    head = b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
    body = b"--" + edge + b"\r\n" + head + b"Content-Type: text/html\r\n\r\n" + content
    return http.post(
        place,
        content=body + b"\r\n--" + edge + b"--\r\n",
        headers={"Content-Type": f"multipart/form-data; boundary={edge.decode()}"},
    )


NAMES = {
    "a way out": b"../../x.png",
    "another way out": b"..\\..\\x.png",
    "an absolute path": b"/etc/cron.d/x",
    "a NUL": b"a.png\0.html",
    "300 characters": b"x" * 296 + b".png",
    "a page": b"page.html",
    "a script": b"x.php",
    "a line": b"a%0d%0aX-Injected: 1.png",
    "markup": b"<img src=x onerror=alert(1)>.png",
    "not UTF-8": b"\xff\xfe.png",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_name_of_a_file_says_nothing(name: bytes, http: httpx.Client, place: str) -> None:
    content = image("PNG")
    answer = raw_upload(http, place, name, content)
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 400:  # refused before it was read
        assert answer.headers["content-type"] == "application/problem+json"
        assert http.get(place).json()["items"] == []
        return
    url = answer.json()["url"]
    assert url.startswith("/media/products/")
    stem, suffix = url.rsplit("/", 1)[1].split(".")
    assert (len(stem), set(stem) <= set("0123456789abcdef"), suffix) == (64, True, "png")
    kept = http.get(url)
    assert kept.content == content
    assert kept.headers["content-type"] == "image/png"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert kept.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "x-injected" not in kept.headers


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_no_picture_tells_where_it_was_taken(kind: str, http: httpx.Client, place: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLACE
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    content = image(kind, exif=exif)
    assert PLACE.encode() in content
    url = http.post(place, files={"file": ("a.jpg", content)}).json()["url"]
    kept = http.get(url).content
    assert PLACE.encode() not in kept
    assert struct.pack(">I", GPS) not in kept


@pytest.mark.parametrize(
    ("content", "content_type", "suffix"),
    [
        (PDF, "application/pdf", ".pdf"),
        (WEBM, "video/webm", ".webm"),
    ],
)
def test_what_is_no_picture_is_a_download(
    content: bytes, content_type: str, suffix: str, http: httpx.Client, place: str
) -> None:
    made = http.post(place, files={"file": ("page.html", content, "text/html")}).json()
    assert (made["url"].endswith(suffix), made["content_type"]) == (True, content_type)
    kept = http.get(made["url"])
    assert kept.content == content
    assert kept.headers["content-type"] == content_type
    assert kept.headers["content-disposition"].startswith("attachment")
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert kept.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_page_with_the_name_of_a_picture_is_refused(http: httpx.Client, place: str) -> None:
    answer = raw_upload(http, place, b"a.png", b"<!doctype html>" + SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (400, "image-refused")


def test_the_same_picture_has_the_same_address(http: httpx.Client, place: str) -> None:
    urls: set[Any] = {
        http.post(place, files={"file": (name, image("PNG"))}).json()["url"] for name in ("a", "b")
    }
    assert len(urls) == 1


def test_a_caller_without_the_right_uploads_nothing(server: Server, place: str) -> None:
    with server.client() as anonymous:
        assert anonymous.post(place, files={"file": ("a.png", image())}).status_code == 401
