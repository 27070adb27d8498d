"""How often somebody asks: counted for all workers together, in one round trip to Redis.

A window opens with the first request and does not move; the request that opens it and the one
that closes it are both counted by the same atomic script, so no worker can miss another's. While
Redis is away nobody is counted and nobody refused (invariant 8): a metric says how often.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

import redis
from django.core.cache import caches
from prometheus_client import Counter
from redis.exceptions import NoScriptError

from catalog_project.environment import Rate
from catalog_project.ops.cache import BreakerCache

COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""
MOST_COUNTED = 10_000  # callers that one process remembers where there is no Redis
PREFIX = "catalog:rate:"

REFUSED = Counter("catalog_rate_limited", "Requests refused by a rate limit.", ["policy"])
UNCOUNTED = Counter(
    "catalog_rate_limit_open", "Requests let through uncounted, because Redis was away.", ["policy"]
)


@dataclass(frozen=True, slots=True)
class Use:
    """What a caller has used of its rate: requests, and seconds until they are forgotten."""

    count: int
    resets_in: float


class ProcessCounts:
    """The counts of a service without Redis: each process has its own."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def count(self, key: str, rate: Rate) -> Use:
        now = time.monotonic()
        with self._lock:
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                self._make_room(now)
                count, ends = 0, now + rate.seconds
            self._windows[key] = (count + 1, ends)
        return Use(count + 1, ends - now)

    def _make_room(self, now: float) -> None:
        if len(self._windows) < MOST_COUNTED:
            return
        living = {key: window for key, window in self._windows.items() if window[1] > now}
        self._windows = living if len(living) < MOST_COUNTED else {}


_own = ProcessCounts()
_script: list[str] = []  # the name under which Redis keeps COUNT


def count_use(policy: str, caller: str, rate: Rate) -> Use | None:
    """Count one request of the caller. None: nobody can say, so let it pass."""
    cache = caches["default"]
    key = f"{PREFIX}{policy}:{caller}:{rate.seconds}"
    if not isinstance(cache, BreakerCache):
        return _own.count(key, rate)
    try:
        count, milliseconds = _run(cache.client.get_client(write=True), key, rate)
    except (redis.RedisError, OSError):
        UNCOUNTED.labels(policy).inc()
        return None
    return Use(count, milliseconds / 1000)


def _run(client: Any, key: str, rate: Rate) -> tuple[int, int]:
    """By name, so that the text travels only once for each start of Redis."""
    milliseconds = rate.seconds * 1000
    if not _script:
        _script.append(str(client.script_load(COUNT)))
    try:
        answer = client.evalsha(_script[0], 1, key, milliseconds)
    except NoScriptError:
        answer = client.eval(COUNT, 1, key, milliseconds)
    return int(answer[0]), int(answer[1])
