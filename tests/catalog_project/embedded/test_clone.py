"""`make` in fresh clones, as the README says, with nothing installed before. Slow: `make soak`.

What is tested is what is committed and what has changed since, as `git` sees it.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_project.embedded.processes import NOBODY
from tests.catalog_project.embedded.running import (
    REPOSITORY,
    Running,
    Terminal,
    clean_environment,
    eventually,
    free_port,
    get,
    processes_of,
)

pytestmark = pytest.mark.soak
READY = "/health/ready"
MAKE_RUN = ("make", "run")
USER_WITHOUT_A_NAME = 4242


def make_clone(folder: Path) -> Path:
    """A copy of the working tree as a clone would have it: without anything that is ignored."""
    folder.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place for clones that is empty of processes afterwards."""
    yield tmp_path
    eventually(lambda: processes_of(tmp_path) == {}, "nothing of the clones is left running")


def make_run(clone: Path, **environment: str) -> Running:
    """`make run` as typed by somebody: its data is in the clone."""
    more = {"DATA_DIR": "", "PYTHON": sys.executable, **environment}
    return Running(clone / "var", command=MAKE_RUN, folder=clone, environment=more)


def test_a_fresh_clone_in_a_path_with_spaces_serves_and_serves_again(folder: Path) -> None:
    clone = make_clone(folder / "my shop" / "the catalog")
    cold = make_run(clone).wait_until_ready()
    assert get(cold.port, READY) == 200
    assert "Making .venv" in cold.text()
    cold.process.send_signal(signal.SIGTERM)
    assert cold.process.wait(60) == -signal.SIGTERM, "make itself reports the signal"
    assert cold.text().splitlines()[-1] == "Stopped"
    assert processes_of(clone) == {}

    warm = make_run(clone).wait_until_ready()
    assert "Making .venv" not in warm.text()
    assert get(warm.port, READY) == 200
    warm.process.kill()
    warm.process.wait()
    eventually(lambda: processes_of(clone) == {}, "a killed make takes everything with it")


def test_two_clones_serve_at_once_one_of_them_in_a_long_path(folder: Path) -> None:
    first = make_run(make_clone(folder / "first"))
    second = make_run(make_clone(folder / ("x" * 60) / ("y" * 60)))
    assert get(first.wait_until_ready().port, READY) == 200
    assert get(second.wait_until_ready().port, READY) == 200
    for running in (first, second):
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)


def test_ctrl_c_at_a_terminal_is_a_success_for_make_too(folder: Path) -> None:
    clone = make_clone(folder / "clone")
    environment = clean_environment(clone / "var", PORT=str(free_port()), PYTHON=sys.executable)
    terminal = Terminal(MAKE_RUN, folder=clone, environment=environment)
    terminal.read_until(b"Ctrl-C stops it.")
    terminal.type(b"\x03")
    terminal.read_until(b"Stopped")
    assert terminal.close() == 0
    assert b"***" not in terminal.text


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
@pytest.mark.parametrize("user", [NOBODY, USER_WITHOUT_A_NAME])
def test_an_ordinary_user_can_serve(user: int) -> None:
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    place = Path("/tmp") / f"catalog-ordinary-{os.getpid()}"  # tmp_path is closed to others
    try:
        clone = make_clone(place / "clone")
        for path in (place, *place.rglob("*")):
            os.chown(path, user, user)
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        running = Running(
            clone / "var",
            command=[*as_user, *MAKE_RUN],
            folder=clone,
            environment={"DATA_DIR": "", "PYTHON": python, "HOME": str(place)},
        ).wait_until_ready()
        assert get(running.port, READY) == 200
        assert Path(f"/proc/{running.pid_of('bin/postgres -D')}").stat().st_uid == user
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)
        eventually(lambda: processes_of(place) == {}, "nothing is left running")
    finally:
        shutil.rmtree(place)


def test_an_interrupted_installation_is_repaired(folder: Path) -> None:
    clone = make_clone(folder / "clone")
    first = make_run(clone)
    eventually(lambda: "Installing" in first.text() or first.ended(), "the packages are unpacked")
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    eventually(lambda: processes_of(clone) == {}, "pip does not go on alone")
    assert (clone / ".venv" / "installing").exists()
    second = make_run(clone).wait_until_ready()
    assert not (clone / ".venv" / "installing").exists()
    second.end()


def test_make_alone_lists_the_targets(folder: Path) -> None:
    clone = make_clone(folder / "clone")
    shown = subprocess.run(["make"], cwd=clone, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in shown.splitlines()] == [
        *("help", "run", "test", "scan", "lint", "types", "bench", "bench-large", "relevance"),
        *("soak", "sbom", "lock", "clean"),
    ]


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_too_old_python_is_one_line(folder: Path, target: str) -> None:
    clone = make_clone(folder / "clone")
    old = folder / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    result = subprocess.run(
        ["make", target, f"PYTHON={old}"], cwd=clone, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert result.stderr.splitlines()[0] == (
        f"Error: PYTHON={old} is Python 3.9.2, but the catalog needs Python 3.11, 3.12 or 3.13."
    )
    assert not (clone / ".venv").exists()
