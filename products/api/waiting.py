"""Long polls: `Prefer: wait=20` answers as soon as there is something to say (RFC 7240)."""

import re
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection
from rest_framework.request import Request

from catalog_project.ops import slots

LONGEST_WAIT = 20  # seconds
# Between two looks. A look takes a third of a millisecond; a waiting caller keeps no connection.
PAUSE = 0.5
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,9})\"?\s*(?:$|[,;])", re.IGNORECASE)
Found = TypeVar("Found")


def wanted_wait(request: Request) -> int:
    """Seconds (RFC 7240 section 4.3); what cannot be read is no preference."""
    found = _WAIT.search(request.META.get("HTTP_PREFER", "")[:1_000])
    return min(int(found[1]), LONGEST_WAIT) if found else 0


def look_until(
    look: Callable[[], Found], is_enough: Callable[[Found], bool], seconds: int
) -> tuple[Found, bool]:
    """What there is to see as soon as it is enough, or when the time is up, or at once where too
    many wait already; and whether the wish to wait was granted."""
    found = look()
    if is_enough(found) or not seconds:
        return found, bool(seconds)
    deadline = time.monotonic() + seconds
    with slots.slot() as may_wait:
        while may_wait and not is_enough(found) and (left := deadline - time.monotonic()) > 0:
            if slots.is_ending():
                break
            connection.close()  # back to the pool: whoever waits needs none
            time.sleep(min(PAUSE, left))
            found = look()
    return found, may_wait
