"""Servers under measurement: how to start them, and what they used."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
STARTUP_SECONDS = 30
# What the FastAPI peer runs with, in an environment of its own.
PEERS = ROOT / "benchmarks" / "peers" / "requirements.txt"
PEERS_HOME = ROOT / "var" / "bench-venv"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peers_python() -> Path:
    """The interpreter of the peers' environment, made anew when its lock changed."""
    python, marker = PEERS_HOME / "bin" / "python", PEERS_HOME / ".lock-installed"
    if not marker.is_file() or marker.read_bytes() != PEERS.read_bytes():
        shutil.rmtree(PEERS_HOME, ignore_errors=True)
        strict = ["--require-hashes", "--only-binary=:all:", "--no-deps"]
        install = [str(python), "-m", "pip", "install", "--quiet", *strict, f"-r{PEERS}"]
        for command in ([sys.executable, "-m", "venv", str(PEERS_HOME)], install):
            subprocess.run(command, check=True)
        marker.write_bytes(PEERS.read_bytes())
    return python


@dataclass
class Server:
    """One server with two worker processes."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"

    @classmethod
    def gunicorn(cls, name: str, application: str, log: Path, **environment: str) -> "Server":
        """Two gthread workers, as the catalog ships."""
        config = ["--config", "python:catalog_project.gunicorn"]
        command = [sys.executable, "-m", "gunicorn", *config, application]
        return cls._start(name, command, log, free_port(), environment)

    @classmethod
    def uvicorn(cls, name: str, application: str, log: Path) -> "Server":
        """Two workers, uvloop, httptools, no line for each request."""
        port = free_port()
        quick = ["--workers=2", "--loop=uvloop", "--http=httptools", "--no-access-log"]
        command = [str(peers_python()), "-m", "uvicorn", application, f"--port={port}", *quick]
        return cls._start(name, command, log, port, {})

    @classmethod
    def _start(
        cls, name: str, command: list[str], log: Path, port: int, environment: dict[str, str]
    ) -> "Server":
        settings = {**os.environ, **environment, "PORT": str(port), "HOST": "127.0.0.1"}
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=out, stderr=out)
        return cls(name, port, process)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, path: str) -> bytes:
        """The body of this path, as soon as the server answers."""
        deadline = time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                with urllib.request.urlopen(self.url(path), timeout=5) as answer:
                    return bytes(answer.read())
            except OSError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit(f"Error: {self.name} does not answer: {error}") from None
                time.sleep(0.1)

    def cpu_seconds(self) -> float:
        return sum(_cpu(child) for child in psutil.Process(self.process.pid).children())

    def peak_rss_mib(self) -> float:
        """The highest resident size that any of its workers ever had."""
        workers = psutil.Process(self.process.pid).children()
        return max(_peak_kib(worker.pid) for worker in workers) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def cpu_of_database() -> float:
    """CPU seconds of all postgres processes below this one, living ones only."""
    own = psutil.Process().children(recursive=True)
    return sum(_cpu(process) for process in own if process.name() == "postgres")


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
