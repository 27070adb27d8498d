"""What tests read out of a page."""

import re
from html import unescape
from typing import Any

import orjson

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CARD = re.compile(r'<h[23] class="name"><a href="([^"]*)"><bdi>(.*?)</bdi>')
LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def html_of(answer: Any) -> str:
    return str(answer.content.decode())


def names(answer: Any) -> list[str]:
    """Of the products in the grid, in its order."""
    return [unescape(TAG.sub("", name)) for _, name in CARD.findall(html_of(answer))]


def data_of(answer: Any) -> list[Any]:
    """The structured data of the page, as a search engine reads it."""
    return [orjson.loads(text) for text in DATA.findall(html_of(answer))]


def link_named(answer: Any, text: str) -> str:
    """Where the first link with this text leads."""
    found = [
        unescape(url)
        for url, inner in LINK.findall(html_of(answer))
        if text in " ".join(unescape(TAG.sub("", inner)).split())
    ]
    assert found, f"no link {text!r}"
    return found[0]


def text_of(answer: Any) -> str:
    """What people read, with single blanks."""
    body = html_of(answer).partition("<body>")[2]
    return " ".join(unescape(TAG.sub(" ", body)).split())
