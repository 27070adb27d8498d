"""The bootstrap: when `.venv` is made, what is installed into it, and what is repaired."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_project.embedded import bootstrap


class Place:
    """A clone without a network: what would be installed is written down."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.made = 0
        self.installed: list[list[str]] = []
        self.fail: Callable[[], None] = lambda: None
        for name in ("VENV", "PYTHON", "INSTALLED", "INSTALLING", "ROOT"):
            path = getattr(bootstrap, name)
            monkeypatch.setattr(bootstrap, name, root / path.relative_to(bootstrap.ROOT))
        monkeypatch.delenv("PYTHON", raising=False)
        monkeypatch.setattr(bootstrap, "make_environment", self.make_environment)
        monkeypatch.setattr(bootstrap, "install", self.install)
        for name in ("a.txt", "b.txt"):
            (root / name).write_text("one==1 \\\n    --hash=sha256:0\n")

    def make_environment(self) -> None:
        self.made += 1
        bootstrap.PYTHON.parent.mkdir(parents=True)
        bootstrap.PYTHON.symlink_to(sys.executable)

    def install(self, names: list[str]) -> None:
        self.installed.append(names)
        self.fail()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def test_the_first_run_installs_everything_and_the_second_nothing(place: Place) -> None:
    bootstrap.prepare(["a.txt", "b.txt"])
    bootstrap.prepare(["a.txt", "b.txt"])
    assert (place.made, place.installed) == (1, [["a.txt", "b.txt"]])


def test_only_a_changed_file_is_installed_again(place: Place) -> None:
    bootstrap.prepare(["a.txt", "b.txt"])
    (place.root / "b.txt").write_text("two==2\n")
    bootstrap.prepare(["a.txt", "b.txt"])
    assert (place.made, place.installed[1:]) == (1, [["b.txt"]])


def test_another_set_of_requirements_leaves_the_first_installed(place: Place) -> None:
    bootstrap.prepare(["a.txt"])
    bootstrap.prepare(["a.txt", "b.txt"])
    bootstrap.prepare(["a.txt"])
    assert place.installed == [["a.txt"], ["b.txt"]]


def test_an_interrupted_installation_starts_afresh(place: Place) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    place.fail = interrupt
    with pytest.raises(KeyboardInterrupt):
        bootstrap.prepare(["a.txt"])
    place.fail = lambda: None
    bootstrap.prepare(["a.txt"])
    assert (place.made, len(place.installed)) == (2, 2)


def test_an_environment_whose_python_is_gone_is_made_again(place: Place) -> None:
    bootstrap.prepare(["a.txt"])
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/no/such/python")
    bootstrap.prepare(["a.txt"])
    assert place.made == 2


def test_another_python_is_used_when_somebody_names_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare(["a.txt"])
    monkeypatch.setattr(bootstrap, "SUPPORTED", [sys.version_info[:2]])
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    bootstrap.prepare(["a.txt"])
    assert place.made == 1
    monkeypatch.setenv("PYTHON", "python3.99")
    bootstrap.prepare(["a.txt"])
    assert place.made == 2


def test_an_environment_that_somebody_made_by_hand_is_completed_not_replaced(place: Place) -> None:
    place.make_environment()
    (bootstrap.VENV / "mine").touch()
    bootstrap.prepare(["a.txt"])
    assert (bootstrap.VENV / "mine").exists()
    assert (place.made, place.installed) == (1, [["a.txt"]])


def test_a_damaged_record_means_that_all_is_installed_again(place: Place) -> None:
    bootstrap.prepare(["a.txt"])
    bootstrap.INSTALLED.write_text('{"a.txt": ')
    bootstrap.prepare(["a.txt"])
    assert place.installed == [["a.txt"], ["a.txt"]]
    assert json.loads(bootstrap.INSTALLED.read_text()).keys() == {"a.txt"}


def test_a_python_without_venv_is_one_line_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        bootstrap.make_environment()
    assert not (tmp_path / ".venv").exists()


def pip_that_prints(text: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(["printf", "%s", text], stdout=subprocess.PIPE, text=True)


PIP = """Collecting asgiref==3.9 (from -r requirements.txt (line 1))
  Using cached asgiref-3.9-py3-none-any.whl
Requirement already satisfied: django-unfold==0.91.0 in ./.venv
Processing /opt/wheels/psycopg_pool-3.3.3-py3-none-any.whl
Installing collected packages: asgiref
"""


def test_elsewhere_than_on_a_terminal_progress_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pip_that_prints(PIP) as pip:
        assert bootstrap.follow(pip, 3).splitlines()[-1].startswith("Installing collected")
    assert capsys.readouterr().out == "Downloading 1 of 3: asgiref\nInstalling 3 packages\n"


def test_on_a_terminal_progress_is_one_line_that_changes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pip_that_prints(PIP) as pip:
        bootstrap.follow(pip, 3)
    parts = capsys.readouterr().out.split("\r\033[K")
    assert parts == [
        "",
        "Downloading 1 of 3: asgiref",
        "Downloading 2 of 3: django-unfold",
        "Downloading 3 of 3: psycopg_pool",
        "Installing 3 packages\n",
    ]


def test_pip_must_check_hashes_and_a_failure_shows_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = tmp_path / "python"
    pip.write_text('#!/bin/sh\necho "$@"; echo no such package; exit 1\n')
    pip.chmod(0o755)
    (tmp_path / "a.txt").write_text("one==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", pip)
    with pytest.raises(SystemExit) as caught:
        bootstrap.install(["a.txt"])
    words, complaint, error = str(caught.value).strip().splitlines()
    assert "--require-hashes" in words.split()
    assert "--requirement a.txt" in words
    assert complaint == "no such package"
    assert error == "Error: the requirements could not be installed (see above)."


def test_the_second_of_two_commands_waits_for_the_first(place: Place) -> None:
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]);"
        "from catalog_project.embedded import bootstrap;"
        "bootstrap.ROOT = pathlib.Path(sys.argv[1]);\n"
        "with bootstrap.one_at_a_time(): print('in', flush=True)"
    )
    repository = str(Path(__file__).resolve().parents[3])
    with bootstrap.one_at_a_time():
        second = subprocess.Popen(
            [sys.executable, "-c", script, str(place.root), repository], stdout=subprocess.PIPE
        )
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(0.5)
    with second:
        assert second.stdout is not None
        assert second.stdout.read() == b"in\n"


def test_the_program_runs_in_the_clone_with_the_environments_python(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[object] = []
    monkeypatch.setattr(bootstrap, "ALWAYS", ("a.txt",))
    monkeypatch.setattr(sys, "argv", ["bootstrap", "--also", "b.txt", "-m", "this", "--flag"])
    monkeypatch.setattr(os, "chdir", ran.append)
    monkeypatch.setattr(os, "execv", lambda *arguments: ran.extend(arguments))
    monkeypatch.delenv("MAKELEVEL", raising=False)
    bootstrap.main()
    python = bootstrap.PYTHON
    assert ran == [place.root, python, [str(python), "-m", "this", "--flag"]]
    assert place.installed == [["a.txt", "b.txt"]]
