"""`manage.py` in a clone where nothing is set."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_project.embedded import environment
from catalog_project.embedded.environment import needs_database, secret_key
from tests.catalog_project.embedded.running import (
    REPOSITORY,
    clean_environment,
    eventually,
    processes_of,
)

ASK_WHERE = (
    "from django.db import connection as c; c.ensure_connection(); print(c.connection.info.host)"
)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    eventually(lambda: not processes_of(tmp_path / "data"), "no server outlives its test")


def manage(data: Path, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=clean_environment(data, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("", False),
        ("help", False),
        ("--version", False),
        ("check", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("collectstatic --no-input", False),
        ("spectacular", False),
        ("migrate --help", False),
        ("migrate", True),
        ("makemigrations --check", True),
        ("shell", True),
        ("a_command_of_tomorrow", True),
    ],
)
def test_only_commands_known_to_need_no_database_go_without(command: str, expected: bool) -> None:
    assert needs_database(command.split()) is expected


def test_a_command_without_a_database_starts_none(data: Path) -> None:
    result = manage(data, "check")
    assert result.returncode == 0, result.stderr
    assert not (data / "postgres").exists()


def test_a_command_with_a_database_starts_it_and_stops_it_again(data: Path) -> None:
    result = manage(data, "shell", "--no-imports", "--command", ASK_WHERE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(data / "run")
    assert result.stderr == (
        f"Nothing serves the catalog in {data}: its database runs for this command alone."
        " Another catalog: DATA_DIR=/its/folder before the command.\n"
    )
    assert processes_of(data) == {}
    assert not (data / "run" / "services.json").exists()


def test_a_prompt_of_the_embedded_database_needs_no_psql_of_the_system(data: Path) -> None:
    result = manage(data, "dbshell", "--", "--tuples-only", "--command", "SELECT current_user")
    assert result.stdout.strip() == "catalog", result.stderr


@pytest.fixture
def listening_to_ctrl_c() -> Iterator[None]:
    """Also where the tests themselves run in the background and were told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening_to_ctrl_c")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_command_leaves_no_server(data: Path, how: signal.Signals) -> None:
    script = f"import time; {ASK_WHERE}; time.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", "shell", "--no-imports", "--command", script],
        cwd=REPOSITORY,
        env=clean_environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline().strip()
        command.send_signal(how)
        try:
            code = command.wait(60)
        finally:
            command.kill()
    assert code == {signal.SIGTERM: 143, signal.SIGINT: -2, signal.SIGKILL: -9}[how]
    eventually(lambda: processes_of(data) == {}, "its servers are gone")


def test_a_given_database_is_used_and_nothing_is_embedded(data: Path) -> None:
    result = manage(
        data,
        "shell",
        "--no-imports",
        "--command",
        ASK_WHERE,
        DATABASE_URL=os.environ["DATABASE_URL"],
        SECRET_KEY=os.environ["SECRET_KEY"],
    )
    assert result.returncode == 0, result.stderr
    assert not data.exists()


def test_an_unusable_data_dir_is_one_line_that_names_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = manage(tmp_path / "file", "migrate")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: DATA_DIR cannot be used")
    assert result.stderr.count("\n") == 1


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("secret*")) == ["secret-key"]


def test_of_two_processes_that_make_the_key_the_first_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_process_is_faster(length: int) -> str:
        (tmp_path / "secret-key").write_text("theirs")
        return "ours" * length

    monkeypatch.setattr("secrets.token_urlsafe", another_process_is_faster)
    assert secret_key(tmp_path) == "theirs"


def test_what_is_set_already_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("HTTPS", "1")
    monkeypatch.setenv("ALLOWED_HOSTS", "shop.example")
    environment.complete_settings(tmp_path)
    assert (os.environ["SECRET_KEY"], os.environ["HTTPS"]) == ("mine", "1")
    assert os.environ["ALLOWED_HOSTS"] == "shop.example"


def test_an_empty_value_counts_as_unset_and_a_file_as_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "mounted"))
    monkeypatch.setenv("HTTPS", "")
    monkeypatch.setenv("DATA_DIR", "")
    environment.complete_settings(tmp_path)
    assert os.environ["SECRET_KEY"] == ""
    assert os.environ["HTTPS"] == "0"


def test_a_relative_data_dir_counts_from_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    assert environment.data_folder() == REPOSITORY / "elsewhere"
    monkeypatch.setenv("DATA_DIR", "")
    assert environment.data_folder() == REPOSITORY / "var"
