"""How large free-form data may get: every list page carries it."""

import json
from typing import Any

from products.errors import InvalidValue

MAX_METADATA = 16_384  # bytes of JSON


def ensure_metadata(metadata: dict[str, Any]) -> None:
    """Raises InvalidValue for metadata that is too large to be served with every product."""
    if not metadata:
        return
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode(errors="replace"))
    if size > MAX_METADATA:
        raise InvalidValue(
            f"Metadata has at most {MAX_METADATA} bytes of JSON; this has {size}.",
            pointer="/metadata",
        )
