#!/usr/bin/env python3
"""Prove that a running catalog works from outside, the way its callers use it.

    CATALOG_USER=admin CATALOG_PASSWORD=… python3 deploy/smoke.py http://127.0.0.1:8080

Makes a product with a picture, publishes, reads, changes and deletes it. `--keep` leaves it there
and prints its slug; `--find SLUG` only looks whether it and its picture are still there. With
METRICS_TOKEN set the metrics are read too. Needs Python 3.9 and nothing else.
"""

import argparse
import gzip
import json
import os
import struct
import sys
import time
import urllib.error
import urllib.request
import zlib
from email.message import Message
from typing import Any

WIDTH = 32
BOUNDARY = "smoke-boundary"


class Answer:
    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body

    def json(self) -> Any:
        return json.loads(self.body)


class Catalog:
    """The few calls that the check needs; an unexpected status ends the program."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.token = ""

    def call(
        self, method: str, path: str, body: Any = None, *, expect: int = 200, **extra: str
    ) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in extra.items()}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                answer = Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            answer = Answer(error.code, error.headers, error.read())
        except OSError as error:
            sys.exit(f"FAILED {method} {url}: {error}")
        if answer.status != expect:
            text = answer.body.decode(errors="replace")[:500]
            sys.exit(f"FAILED {method} {url}: {answer.status} instead of {expect}\n{text}")
        return answer


def picture() -> bytes:
    """A small PNG, made by hand."""
    rows = b"".join(
        b"\0" + b"".join(bytes([x * 8, y * 8, 128]) for x in range(WIDTH)) for y in range(WIDTH)
    )

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", WIDTH, WIDTH, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def form(content: bytes) -> bytes:
    return (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="smoke.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def step(text: str) -> None:
    sys.stdout.write(f"ok  {text}\n")
    sys.stdout.flush()


def sign_in(catalog: Catalog) -> None:
    user, password = os.environ.get("CATALOG_USER"), os.environ.get("CATALOG_PASSWORD")
    if not user or not password:
        sys.exit("Set CATALOG_USER and CATALOG_PASSWORD to a user who may publish.")
    answer = catalog.call("POST", "/api/v1/auth/token", {"username": user, "password": password})
    catalog.token = answer.json()["access"]
    step(f"signed in as {user}")


def make_product(catalog: Catalog) -> Any:
    name = f"Smoke {time.time_ns()}"
    sku = name.upper().replace(" ", "-")
    variant = {"sku": sku, "prices": [{"currency": "USD", "amount": "19.90"}]}
    # Long enough to be compressed on its way back.
    new = {"name": name, "description": "Only a test. " * 200, "variants": [variant]}
    product = catalog.call("POST", "/api/v1/products", new, expect=201).json()
    step(f"created {product['slug']}")
    return product


def upload_picture(catalog: Catalog, path: str) -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    media = catalog.call("POST", f"{path}/media", form(picture()), expect=201, Content_Type=kind)
    url = media.json()["url"]
    seen = catalog.call("GET", url)
    if seen.headers["Content-Type"] != "image/png" or not seen.body.startswith(b"\x89PNG"):
        sys.exit(f"FAILED {url} is not the picture that was uploaded")
    step(f"uploaded a picture and read it at {url}")


def change_product(catalog: Catalog, path: str) -> None:
    """A change on condition, with the ETag as a compressed answer carries it."""
    read = catalog.call("GET", path, Accept_Encoding="gzip")
    tag = read.headers["ETag"]
    catalog.call("PATCH", path, {"tags": ["smoke"]}, If_Match=tag)
    catalog.call("PATCH", path, {"tags": ["late"]}, If_Match=tag, expect=412)
    step("changed it, and refused a change of what is no longer current")


def find_product(catalog: Catalog, slug: str) -> None:
    """As a shopper, without a token."""
    shopper = Catalog(catalog.base)
    product = shopper.call("GET", f"/api/v1/products/{slug}").json()
    listed = shopper.call("GET", "/api/v1/products?ordering=-created_at").json()["items"]
    if slug not in [item["slug"] for item in listed]:
        sys.exit(f"FAILED {slug} is not in the list")
    if not shopper.call("GET", product["media"][0]["url"]).body.startswith(b"\x89PNG"):
        sys.exit("FAILED the picture is gone")
    step(f"found {slug} with its picture")


def read_metrics(catalog: Catalog) -> None:
    token = os.environ.get("METRICS_TOKEN")
    if not token:
        step("left the metrics out: METRICS_TOKEN is not set")
        return
    text = catalog.call("GET", "/metrics", Authorization=f"Bearer {token}").body.decode()
    if "catalog_http_requests_total{" not in text:
        sys.exit("FAILED the metrics count no requests")
    step("read the metrics")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("base", help="where the catalog answers, such as http://127.0.0.1:8080")
    parser.add_argument("--keep", action="store_true", help="leave the product there")
    parser.add_argument("--find", metavar="SLUG", help="only look for a product that was kept")
    options = parser.parse_args()
    catalog = Catalog(options.base)
    catalog.call("GET", "/health/ready")
    step("ready")
    if options.find:
        find_product(catalog, options.find)
        return
    sign_in(catalog)
    product = make_product(catalog)
    path = f"/api/v1/products/{product['id']}"
    upload_picture(catalog, path)
    change_product(catalog, path)
    catalog.call("POST", f"{path}/publish")
    find_product(catalog, product["slug"])
    read_metrics(catalog)
    if options.keep:
        sys.stdout.write(f"{product['slug']}\n")
        return
    catalog.call("DELETE", path, expect=204)
    step("deleted it")


if __name__ == "__main__":
    main()
