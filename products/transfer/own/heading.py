"""How our own files begin and end: what they are, and whether all of them is there."""

from collections.abc import Mapping
from typing import Any

from products.transfer.records import FileRefused, Remark

NAME = "catalog"
VERSION = 1


def heading(definitions: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": NAME, "version": VERSION, "definitions": definitions}


def is_heading(value: Any) -> bool:
    return isinstance(value, dict) and value.get("format") == NAME and "version" in value


def ensure_known_version(value: Mapping[str, Any]) -> None:
    """Raises FileRefused."""
    version = value["version"]
    if version != VERSION:
        raise FileRefused(
            Remark(
                "newer-format",
                1,
                f"The file has version {str(version)[:20]!s} of the format; this release reads"
                f" version {VERSION}.",
                "Bring the service up to date, or export with its release.",
            )
        )
