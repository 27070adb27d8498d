"""A Redis of a test's own, which it may stop, freeze or empty."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_project.embedded.redis import Redis
from catalog_project.ops.cache import breaker
from tests.services import redis_program


class OwnRedis(Redis):
    def freeze(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(redis_program(), sockets=tmp_path, log=tmp_path / "redis.log")
    server.start()
    breaker.reset()
    yield server
    server.stop()
    breaker.reset()
