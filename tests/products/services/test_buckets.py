"""Files of media in a bucket, against a server that speaks as much S3 as they need."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog_project.ops.storage import storage_settings
from products.documents import build
from products.errors import StorageFailed
from products.models import Document
from products.services.catalog_check import check_files
from products.services.media import delete_media, upload_media
from products.services.orphans import orphans
from products.services.products import create_product
from products.services.renditions import make_renditions
from tests.products.factories import SYSTEM
from tests.products.pictures import picture

pytest.importorskip("storages", reason="needs requirements-s3.txt")
OPTIONS: dict[str, Any] = {
    "bucket": "shop",
    "region": "eu-central-1",
    "access_key": "key",
    "secret_key": "secret",
    "addressing_style": "path",
    "media_url": "https://cdn.example/shop/",
}


class Bucket:
    """Objects by key, with the headers they were put with."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[dict[str, str], bytes]] = {}
        self.calls: list[str] = []
        self.is_broken = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def listing(self, prefix: str) -> bytes:
        """One level below the prefix, as the delimiter / asks for."""
        below = [key[len(prefix) :] for key in sorted(self.objects) if key.startswith(prefix)]
        folders = sorted({rest.split("/")[0] for rest in below if "/" in rest})
        files = [rest for rest in below if "/" not in rest]
        entries = "".join(
            f"<Contents><Key>{escape(prefix + name)}</Key><Size>1</Size>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for name in files
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + name)}/</Prefix></CommonPrefixes>"
            for name in folders
        )
        head = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        return f"{head}<IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                shown = {"Content-Length": str(len(body)), "ETag": '"e"', **headers}
                for name, value in shown.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def handle_call(self) -> None:
                parts = urlsplit(self.path)
                _, name, *rest = unquote(parts.path).split("/", 2)
                key = rest[0] if rest else ""
                bucket.calls.append(f"{self.command} {key}")
                assert name == "shop"
                assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if bucket.is_broken:
                    self.answer(403)
                elif self.command == "PUT":
                    bucket.objects[key] = ({k.lower(): v for k, v in self.headers.items()}, body)
                    self.answer(200)
                elif self.command == "DELETE":
                    bucket.objects.pop(key, None)
                    self.answer(204)
                elif not key:
                    self.answer(200, bucket.listing(parse_qs(parts.query).get("prefix", [""])[0]))
                elif key in bucket.objects:
                    modified = "Thu, 01 Jan 2026 00:00:00 GMT"
                    self.answer(200, bucket.objects[key][1], Last_Modified=modified)
                else:
                    self.answer(404)

            do_GET = do_PUT = do_HEAD = do_DELETE = handle_call  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    one = Bucket()
    stored = storage_settings("s3", endpoint_url=one.url, **OPTIONS)
    settings.STORAGES = {**settings.STORAGES, "default": stored}
    settings.MEDIA_URL = OPTIONS["media_url"]
    settings.RENDITION_WIDTHS = [160]
    yield one
    one.stop()


@pytest.mark.django_db(transaction=True)
def test_a_picture_lives_in_the_bucket_and_goes_with_its_last_row(bucket: Bucket) -> None:
    product = create_product(values={"name": "Lamp"}, actor=SYSTEM)
    content = picture(size=(320, 200))
    media = upload_media(product, content=content, expected_version=None, actor=SYSTEM)
    headers, stored = bucket.objects[str(media.file)]
    assert stored == content
    assert headers["content-type"] == "image/png"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-disposition" not in headers
    assert make_renditions(str(media.file)) == 1
    assert len(bucket.objects) == 2
    body = Document.objects.get(product=product).body
    assert f'"https://cdn.example/shop/{media.file}"' in body
    assert f'"https://cdn.example/shop/{str(media.file)[:-4]}-160q80.webp"' in body
    assert build.drifted([product]) == []
    assert list(check_files()) == []
    again = upload_media(product, content=content, expected_version=None, actor=SYSTEM)
    assert sum(call.startswith("PUT") for call in bucket.calls) == 2  # the same bytes, once
    delete_media(product, again.pk, expected_version=None, actor=SYSTEM)
    assert len(bucket.objects) == 2
    delete_media(product, media.pk, expected_version=None, actor=SYSTEM)
    assert bucket.objects == {}


@pytest.mark.django_db
def test_a_document_is_a_download_from_the_bucket_too(bucket: Bucket) -> None:
    product = create_product(values={"name": "Lamp"}, actor=SYSTEM)
    content = b"%PDF-1.7\n%%EOF\n"
    media = upload_media(product, content=content, expected_version=None, actor=SYSTEM)
    headers, _ = bucket.objects[str(media.file)]
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == "attachment"


@pytest.mark.django_db
def test_a_bucket_that_refuses_is_a_refusal_of_ours(bucket: Bucket) -> None:
    product = create_product(values={"name": "Lamp"}, actor=SYSTEM)
    bucket.is_broken = True
    with pytest.raises(StorageFailed):
        upload_media(product, content=picture(), expected_version=None, actor=SYSTEM)


@pytest.mark.django_db
def test_orphans_are_found_in_a_bucket(bucket: Bucket) -> None:

    bucket.objects = {"products/ab/lost.png": ({}, b"x"), "products/cd/lost.png": ({}, b"x")}
    found = list(orphans(older_than=timedelta(hours=1)))
    assert found == ["products/ab/lost.png", "products/cd/lost.png"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bucket": ""}, "S3_BUCKET is not set"),
        ({"media_url": "/media/"}, "MEDIA_URL must be the public URL"),
        ({"secret_key": ""}, "S3_ACCESS_KEY and S3_SECRET_KEY"),
        ({"access_key": ""}, "S3_ACCESS_KEY and S3_SECRET_KEY"),
    ],
)
def test_a_bucket_is_described_whole(changed: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        storage_settings("s3", **{**OPTIONS, "endpoint_url": "", **changed})


def test_a_machine_may_have_a_role_instead_of_keys() -> None:
    options = {**OPTIONS, "endpoint_url": "", "access_key": "", "secret_key": ""}
    assert storage_settings("s3", **options)["OPTIONS"]["access_key"] is None


def test_a_folder_is_the_default() -> None:
    stored = storage_settings("folder", **{**OPTIONS, "endpoint_url": "", "bucket": ""})
    assert stored == {"BACKEND": "catalog_project.ops.storage.FolderStorage"}
