"""Patterns that people write for others' values.

RE2 matches in time linear in the text whatever the pattern; what it cannot do that way
(back references, look-around) it refuses. Python's own `re` would let one pattern stop a worker.
"""

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 500
MEMORY = 1 << 20  # of a compiled pattern: x{1000}{1000} is refused


class BadPattern(ValueError):
    """RE2 does not take the pattern; the text says why."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:
    """Raises BadPattern."""
    if len(pattern) > MAX_PATTERN:
        raise BadPattern(f"At most {MAX_PATTERN} characters.")
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "it cannot be read"
        raise BadPattern(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches."""
    return compiled(pattern).fullmatch(text) is not None
