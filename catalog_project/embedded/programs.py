"""The programs that serve the catalog, each as something that can be started, watched, stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from catalog_project.embedded.processes import spawn, stop
from catalog_project.embedded.services import Server

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0
PROVEN_AFTER = 30.0


class Program:
    """A child that writes where we write, and that SIGTERM ends in order."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        on_parent_death: signal.Signals,
        patience: float,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.command = [sys.executable, *arguments]
        self.extra = extra or {}
        self.on_parent_death = on_parent_death
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.stop()
        self.process = spawn(
            self.command,
            on_parent_death=self.on_parent_death,
            environment={**os.environ, **self.extra},
        )

    def wait(self) -> int:
        return self.process.wait() if self.process is not None else 0

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGTERM, patience=self.patience)
            self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def web_server(metrics: Path) -> Program:
    """gunicorn; without us it closes at once, because a new supervisor will want its port.

    The folder of its workers' metrics is its alone: any other process would leave files there.
    """
    arguments = ["-m", "gunicorn", "--config", "python:catalog_project.gunicorn"]
    return Program(
        [*arguments, "catalog_project.wsgi"],
        on_parent_death=signal.SIGQUIT,
        patience=30,
        extra={"PROMETHEUS_MULTIPROC_DIR": str(metrics)},
    )


def worker() -> Program:
    """The background worker. It ends with code 0 when the database goes away: always restart it.

    Killed when we are killed: its orderly end would wait half a minute for a database that has
    gone with us. Every job can run twice.
    """
    arguments = ["manage.py", "procrastinate", "worker"]
    return Program(arguments, on_parent_death=signal.SIGKILL, patience=30)


class Watched:
    """A server that is started again whenever it is found dead, less eagerly the more it dies."""

    def __init__(self, name: str, server: Server) -> None:
        self.name = name
        self.server = server
        self.pause = FIRST_PAUSE
        self.started = 0.0
        self.due: float | None = None

    def start(self) -> None:
        self.started = time.monotonic()
        self.due = None
        self.server.start()

    def tend(self) -> str | None:
        """Notice a death, or end the pause after one. Return what there is to tell."""
        now = time.monotonic()
        if self.server.is_running():
            if now - self.started > PROVEN_AFTER:
                self.pause = FIRST_PAUSE
            return None
        if self.due is None:
            self.due = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            return f"{self.name} ended unexpectedly: starting it again"
        if now >= self.due:
            self.start()
        return None
