"""nginx with the configuration that is shipped, in front of a server that the tests started."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.server import ROOT, Server, free_port, wait_until

CONFIGURATION = ROOT / "deploy" / "nginx" / "nginx.conf"
SBIN = "/usr/sbin:/usr/local/sbin"  # not on the path of an ordinary user


class FrontDoor(Server):
    """The same calls as on the server itself, through nginx."""

    def __init__(self, folder: Path, server_port: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / "nginx.log"
        self.media = folder / "media"
        self.media.mkdir()
        configuration = folder / "nginx.conf"
        configuration.write_text(self.placed(folder, server_port))
        # nginx that runs as root would give its workers away to a user who may not enter `folder`.
        extra = "daemon off;" + ("user root;" if os.geteuid() == 0 else "")
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [nginx(), "-e", "stderr", "-g", extra, "-c", str(configuration)],
                stdout=log,
                stderr=log,
            )

    def placed(self, folder: Path, server_port: int) -> str:
        """The shipped text with other addresses and folders; everything else as it is."""
        text = CONFIGURATION.read_text()
        changes = {
            "/tmp/": f"{folder}/",
            "listen 8080 ": f"listen 127.0.0.1:{self.port} ",
            "set $web web;": "set $web 127.0.0.1;",
            "$web:8000;": f"$web:{server_port};",
            "/srv/media": str(self.media),
        }
        for old, new in changes.items():
            assert old in text, f"{old} is no longer in {CONFIGURATION}"
            text = text.replace(old, new)
        return text

    def wait_until_open(self) -> "FrontDoor":
        wait_until(self._is_open)
        return self

    def _is_open(self) -> bool:
        assert self.process.poll() is None, self.log_file.read_text()
        with contextlib.suppress(ConnectionRefusedError):
            return bool(self.raw(b"GET / HTTP/1.1\r\n\r\n"))  # refused by nginx itself
        return False

    def refusals(self) -> list[dict[str, Any]]:
        """The requests that this proxy answered itself, as it logged them."""
        return [json.loads(line) for line in self.log_lines() if line.startswith("{")]


@contextlib.contextmanager
def front_door(folder: Path, server_port: int) -> Iterator[FrontDoor]:
    """An open door to the server at that port."""
    door = FrontDoor(folder, server_port)
    try:
        yield door.wait_until_open()
    finally:
        door.stop()


def nginx() -> str:
    """The program; without it these tests cannot run, and say so."""
    path = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), SBIN]))
    if path is None:
        pytest.skip("nginx is not installed: `apt-get install nginx-light` to run this test")
    return path
