"""JSON pointers (RFC 6901): where in the body a value was refused."""

from collections.abc import Iterator
from itertools import islice

from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings


def pointer(*steps: str | int) -> str:
    """The pointer of a place: `pointer("variants", 0, "sku")` is `/variants/0/sku`."""
    return "".join(f"/{escape(str(step))}" for step in steps)


def escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def flatten(detail: object, *, most: int) -> list[dict[str, str]]:
    """DRF's nested errors as a flat list of pointer, code and detail; no more than so many."""
    return list(islice(_walk(detail, ""), most))


def _walk(detail: object, place: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            about_the_whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from _walk(value, place if about_the_whole else f"{place}/{escape(str(key))}")
    elif isinstance(detail, list):
        # A list of sentences is about one place; a list of dicts or lists is about its items,
        # where DRF leaves an empty dict for each item that is right.
        for index, value in enumerate(detail):
            is_item = isinstance(value, dict | list)
            yield from _walk(value, f"{place}/{index}" if is_item else place)
    else:
        code = detail.code if isinstance(detail, ErrorDetail) else "invalid"
        yield {"pointer": place, "code": str(code), "detail": str(detail)}
