"""Starting again what died: soon the first time, later when it keeps dying."""

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog_project.embedded import programs
from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.programs import LONGEST_PAUSE, Program, Watched
from catalog_project.embedded.supervisor import Supervisor, complete_our_settings, run_to_its_end


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(programs, "time", SimpleNamespace(monotonic=lambda: self.now))


class Mortal:
    """A server that lives until it is told to die, and may refuse to start."""

    def __init__(self) -> None:
        self.starts = 0
        self.alive = False
        self.refuses = False

    def start(self) -> None:
        self.starts += 1
        if self.refuses:
            raise EmbeddedError("it does not want to")
        self.alive = True

    def stop(self) -> None:
        self.alive = False

    def is_running(self) -> bool:
        return self.alive


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def pause_after_death(watched: Watched, server: Mortal, clock: Clock) -> float:
    """Let the server die and return for how long it stays dead."""
    server.stop()
    assert watched.tend() == "The server ended unexpectedly: starting it again"
    died, starts = clock.now, server.starts
    while server.starts == starts:
        clock.now += 0.25
        watched.tend()
    return clock.now - died


def test_a_server_that_keeps_dying_is_given_longer_pauses_up_to_a_limit(clock: Clock) -> None:
    server = Mortal()
    watched = Watched("The server", server)
    watched.start()
    pauses = [pause_after_death(watched, server, clock) for _ in range(8)]
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_server_that_has_run_well_starts_with_a_short_pause_again(clock: Clock) -> None:
    server = Mortal()
    watched = Watched("The server", server)
    watched.start()
    for _ in range(5):
        pause_after_death(watched, server, clock)
    clock.now += programs.PROVEN_AFTER + 1
    assert watched.tend() is None
    assert pause_after_death(watched, server, clock) == 0.25


def test_a_server_that_refuses_to_start_is_reported_and_tried_again(
    clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Mortal()
    watched = Watched("The server", server)
    watched.start()
    server.stop()
    server.refuses = True
    supervisor = Supervisor(tmp_path, "127.0.0.1", 8000)
    for _ in range(4):
        supervisor.tend(watched)
        clock.now += 0.5
    server.refuses = False
    for _ in range(4):
        supervisor.tend(watched)
        clock.now += 0.5
    assert server.alive
    ended = "The server ended unexpectedly: starting it again"
    refused = "Error: it does not want to"
    assert capsys.readouterr().out.splitlines() == [ended, refused, ended, refused, ended]


def test_a_program_that_fails_ends_us_without_a_second_error_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="1"):
        run_to_its_end(["-c", "import sys; sys.exit(3)"])
    assert capsys.readouterr() == ("", "")


def test_starting_a_running_program_again_ends_the_first(tmp_path: Path) -> None:
    script = "import time; time.sleep(600)"
    program = Program(["-c", script], on_parent_death=signal.SIGKILL, patience=10)
    program.start()
    first = program.process
    program.start()
    assert first is not None
    assert first.returncode == -signal.SIGTERM
    program.stop()
    assert not program.is_running()


def test_a_catalog_that_listens_beyond_this_machine_knows_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "shop")
    monkeypatch.setattr("socket.getfqdn", lambda: "shop.example")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("LOG_FORMAT", "")  # so that it is put back afterwards
    monkeypatch.delenv("LOG_FORMAT")
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    for host, expected in {
        "127.0.0.1": "localhost",
        "0.0.0.0": "localhost,shop,shop.example",
        "2001:db8::1": "localhost,[2001:db8::1],shop,shop.example",
    }.items():
        monkeypatch.setenv("ALLOWED_HOSTS", "localhost")
        complete_our_settings(host)
        assert os.environ["ALLOWED_HOSTS"] == expected
    assert os.environ["LOG_FORMAT"] == "console"
