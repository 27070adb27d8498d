"""Redis as an accelerator: while it is away, every call is a quick miss (invariant 8)."""

import threading
import time
from typing import Any

import redis
import structlog
from django_redis.cache import RedisCache

log = structlog.get_logger("catalog.cache")


class BreakerOpen(redis.ConnectionError):
    """Redis failed moments ago; this call was not even tried."""


class Breaker:
    """After a failure, refuses calls at once for `cooldown` seconds, then lets one call try."""

    def __init__(self, cooldown: float = 5.0) -> None:
        self.cooldown = cooldown
        self.failures = 0
        self._open_until = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._open_until > 0.0

    def before(self) -> None:
        if self._open_until == 0.0:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._open_until:
                raise BreakerOpen("Redis is left alone after a failure.")
            # This caller tries; the others keep missing until it comes back.
            self._open_until = now + self.cooldown

    def succeeded(self) -> None:
        if self._open_until:
            self._open_until = 0.0
            log.info("redis.recovered")

    def failed(self, error: Exception) -> None:
        self.failures += 1
        if not self._open_until:
            log.warning("redis.failed", error=type(error).__name__, retry_in=self.cooldown)
        self._open_until = time.monotonic() + self.cooldown

    def reset(self) -> None:
        self._open_until = 0.0


# One Redis, one breaker per process: Django makes a new cache object for each thread.
breaker = Breaker()


class BreakerRedis(redis.Redis):
    """A client whose commands, scripts included, go through the breaker."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        breaker.before()
        try:
            answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (redis.ConnectionError, redis.TimeoutError, OSError) as error:
            breaker.failed(error)
            raise
        except redis.ResponseError:
            breaker.succeeded()  # it refused this command, but it is there
            raise
        breaker.succeeded()
        return answer


class BreakerCache(RedisCache):  # type: ignore[misc]  # untyped
    """django-redis that answers a miss instead of raising, whatever became of Redis."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._ignore_exceptions = True


def redis_cache(url: str, *, timeout: float) -> dict[str, Any]:
    """The settings of a cache at `url` that never waits longer than `timeout` for a socket."""
    return {
        "BACKEND": "catalog_project.ops.cache.BreakerCache",
        "LOCATION": [url],  # a list, since a comma in the path would split it
        "KEY_PREFIX": "catalog",
        "OPTIONS": {
            "REDIS_CLIENT_CLASS": "catalog_project.ops.cache.BreakerRedis",
            "SOCKET_CONNECT_TIMEOUT": timeout,
            "SOCKET_TIMEOUT": timeout,
            "CONNECTION_POOL_KWARGS": {
                # redis-py would retry with pauses of seconds. One retry without a pause mends a
                # connection that a restarted Redis has dropped; a timeout is not retried.
                "retry": redis.retry.Retry(
                    redis.backoff.NoBackoff(), 1, supported_errors=(redis.ConnectionError,)
                ),
                "protocol": 2,
                "driver_info": None,
            },
        },
    }
