"""A running catalog as a test sees it: an address, its output, and its processes."""

import http.client
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SUPERVISOR = [sys.executable, "-m", "catalog_project.embedded.supervisor"]
PATIENCE = 300.0
# What the tests' own environment says must not reach a catalog that is started from nothing.
FOREIGN = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "HTTPS",
    "ALLOWED_HOSTS",
    "LOG_LEVEL",
    "DEBUG",
)


def clean_environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "DATA_DIR": str(data), "DEMO_PRODUCTS": "3", **more}


def eventually(condition: Callable[[], object], what: str) -> None:
    """Poll a condition; fail with a sentence when it never holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"it never happened: {what}"
        time.sleep(0.05)


class Terminal:
    """A terminal with a program in front of it, as when somebody types its command."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.descriptor, theirs = pty.openpty()
        # A terminal ignores no signals, though the tests may run in a background that does.
        defaults = ["env", "--default-signal=INT,TERM,HUP"]
        self.text = b""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *defaults, *command],
            cwd=folder,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def read_until(self, words: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < deadline, self.text.decode()
            if select.select([self.descriptor], [], [], 1)[0]:
                self.text += os.read(self.descriptor, 4096)

    def type(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def close(self) -> int:
        """Wait for the program's end and return its exit code."""
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            os.close(self.descriptor)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> int:
    """The status of a GET request, or 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def processes_of(folder: Path) -> dict[int, str]:
    """Every live process that has this folder in its command, environment or as its place."""
    mark = os.fsencode(folder)
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            about = (
                command + (entry / "environ").read_bytes() + os.fsencode((entry / "cwd").readlink())
            )
        except OSError:
            continue  # Gone, or a zombie, or somebody else's.
        if mark in about and int(entry.name) != os.getpid():
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


class Running:
    """One `make run` without the make: the supervisor on a DATA_DIR of its own."""

    def __init__(
        self,
        data: Path,
        *,
        command: Sequence[str] = SUPERVISOR,
        folder: Path = REPOSITORY,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        more = {"PORT": str(free_port()), **(environment or {})}
        self.port = int(more["PORT"])
        self.output = data.with_name(f"{data.name}-{self.port}.log")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=clean_environment(data, **more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_ready(self) -> "Running":
        eventually(
            lambda: self.ended() or "Ctrl-C stops it." in self.text(), "the catalog is ready"
        )
        assert not self.ended(), self.text()
        return self

    def ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Signal the supervisor and return its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        self.process.kill()
        self.process.wait()
        eventually(lambda: not processes_of(self.data), "the processes of this catalog are gone")

    def pid_of(self, part: str) -> int:
        """The oldest process of this catalog whose command contains this text."""
        pids = [pid for pid, command in processes_of(self.data).items() if part in command]
        assert pids, f"no {part} among {processes_of(self.data)}"
        return min(pids)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Django command as somebody who set nothing but DATA_DIR."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=clean_environment(self.data),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
