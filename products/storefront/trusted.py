"""The only texts that templates print as they are, each made harmless right here."""

from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe  # nosemgrep: no-mark-safe

from products.services.rich_text import cleaned

# Inside a script element nothing may end it, whatever a product is called.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def json_in_script(data: Any) -> SafeString:
    """The text of a script element that holds JSON."""
    text = orjson.dumps(data).decode().translate(ESCAPES)
    return mark_safe(text)  # noqa: S308  # nosemgrep: no-mark-safe


def rich_text(html: str) -> SafeString:
    """Cleaned when it was stored, and again here: what is in a page is for the page to say."""
    return mark_safe(cleaned(html))  # noqa: S308  # nosemgrep: no-mark-safe
