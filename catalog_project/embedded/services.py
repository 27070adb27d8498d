"""The PostgreSQL and Redis of one DATA_DIR, shared by every process of this clone.

One process owns them (it holds `run/services.lock`) and runs them as its children; the others are
its guests: they read the addresses from `run/services.json`. The addresses depend on DATA_DIR
alone, so they stay the same when another process takes over.
"""

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from catalog_project.embedded import redis
from catalog_project.embedded.postgres import Postgres
from catalog_project.embedded.processes import EmbeddedError, private_folder
from catalog_project.embedded.redis import Redis

LOG_LIMIT = 10_000_000
READY_PATIENCE = 300.0
STEP = 0.05
ADDRESSES = ("DATABASE_URL", "REDIS_URL")


class Server(Protocol):
    """What the supervisor can keep alive."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def is_running(self) -> bool: ...


class Services:
    """What this clone embeds: everything for which the environment names no address."""

    def __init__(self, data: Path, given: Mapping[str, str]) -> None:
        self.run = data / "run"
        self.lock = FileLock(self.run / "services.lock")
        self.guests = FileLock(self.run / "guests.lock")
        self.state = self.run / "services.json"
        self.given = {name: given[name] for name in ADDRESSES if given.get(name)}
        self.addresses = dict(self.given)
        self.servers: dict[str, Server] = {}
        make_folders(data)
        if "DATABASE_URL" not in self.addresses:
            log = fresh_log(data / "log" / "postgres.log")
            postgres = Postgres(data / "postgres", sockets=self.run, log=log)
            self.servers["PostgreSQL"] = postgres
            self.addresses["DATABASE_URL"] = postgres.url
        if "REDIS_URL" not in self.addresses and (program := redis.find_program()):
            server = Redis(program, sockets=self.run, log=fresh_log(data / "log" / "redis.log"))
            self.servers["Redis"] = server
            self.addresses["REDIS_URL"] = server.url

    def take_over(self) -> bool:
        """Become the owner, unless another process is. Forget what a killed owner left written."""
        if not self.lock.acquire(fcntl.LOCK_EX):
            return False
        self.state.unlink(missing_ok=True)
        return True

    def start(self) -> None:
        """Start all servers (owner only) and tell the guests where they are."""
        for server in self.servers.values():
            server.start()
        self.publish()

    def publish(self) -> None:
        draft = self.state.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({"pid": os.getpid(), **self.addresses}, indent=1))
        draft.rename(self.state)

    def stop(self) -> None:
        """Stop all servers, last started first, and let another process take over."""
        self.state.unlink(missing_ok=True)
        for server in reversed(self.servers.values()):
            server.stop()
        self.lock.release()
        self.guests.release()

    def published(self) -> dict[str, str] | None:
        """The addresses of a running owner, if there is one."""
        try:
            state = json.loads(self.state.read_text())
            os.kill(state.pop("pid"), 0)
        except (OSError, ValueError):
            return None
        return dict(state)

    def reachable(self) -> dict[str, str]:
        """The addresses to use: what was given to us, then what an owner published, then ours."""
        return {**(self.published() or self.addresses), **self.given}

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Do something that two processes of this clone must not do at once, as migrating."""
        lock = FileLock(self.run / "prepare.lock")
        while not lock.acquire(fcntl.LOCK_EX):
            time.sleep(STEP)
        try:
            yield
        finally:
            lock.release()

    def wait_for_guests(self) -> None:
        """Leave only after the commands that came to use our servers; Ctrl-C ends the waiting."""
        if self.guests.acquire(fcntl.LOCK_EX):
            return
        sys.stderr.write("Waiting for another command that uses this database.\n")
        while not self.guests.acquire(fcntl.LOCK_EX):
            time.sleep(STEP)


class FileLock:
    """An advisory lock that the kernel releases when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        return self.descriptor is not None

    def acquire(self, kind: int) -> bool:
        """Take the lock (`LOCK_EX` or `LOCK_SH`) now or not at all."""
        if self.descriptor is None:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


@contextlib.contextmanager
def running_services(services: Services) -> Iterator[dict[str, str]]:
    """The addresses of running servers: somebody else's as a guest, else our own for this while."""
    deadline = time.monotonic() + READY_PATIENCE
    while not services.take_over():
        addresses = services.published() if services.guests.acquire(fcntl.LOCK_SH) else None
        if addresses is not None:
            try:
                yield addresses
            finally:
                services.guests.release()
            return
        services.guests.release()
        if time.monotonic() > deadline:
            raise EmbeddedError(f"the process that holds {services.lock.path} never became ready")
        time.sleep(STEP)
    try:
        services.start()
        yield services.addresses
        services.wait_for_guests()
    finally:
        services.stop()


def make_folders(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        for name in ("run", "log"):
            private_folder(data / name)
        with_write = os.access(data, os.W_OK | os.X_OK)
    except OSError as error:
        raise EmbeddedError(
            f"DATA_DIR cannot be used ({error}): set DATA_DIR to a folder you own"
        ) from None
    if not with_write:
        raise EmbeddedError(f"DATA_DIR {data} is not writable: set DATA_DIR to a folder you own")


def fresh_log(path: Path) -> Path:
    """Keep one old log, so that a disk never fills up with them."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT:
            path.rename(path.with_suffix(".log.1"))
    return path
