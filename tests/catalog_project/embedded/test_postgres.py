"""The embedded PostgreSQL: made whole or not at all, closed to others, gone with its starter."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from catalog_project.embedded import postgres, processes
from catalog_project.embedded.postgres import Postgres
from catalog_project.embedded.processes import EmbeddedError
from tests.catalog_project.embedded.running import REPOSITORY, eventually, processes_of

MakePostgres = Callable[..., Postgres]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="changing users needs root")


@pytest.fixture
def make_postgres() -> Iterator[MakePostgres]:
    """Build a server on a folder, and stop it after the test."""
    made: list[Postgres] = []

    def make(data: Path, *, version: int | None = None, durable: bool = False) -> Postgres:
        data.mkdir(parents=True, exist_ok=True)
        folder, log = data / "postgres", data / "log"
        server = Postgres(folder, sockets=data, log=log, version=version, durable=durable)
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()
        if server.sockets != server.folder.parent:
            shutil.rmtree(server.sockets)


def ask(server: Postgres, query: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def show(server: Postgres, name: str) -> object:
    return ask(server, f"SHOW {name}")


def test_a_cluster_keeps_its_rows_across_a_restart(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    server.start()
    assert ask(server, "SELECT number FROM kept") == 7


def test_real_data_survives_a_power_cut_and_test_data_need_not(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    durable, throw_away = make_postgres(tmp_path / "a", durable=True), make_postgres(tmp_path / "b")
    durable.start()
    throw_away.start()
    settings = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
    assert [show(durable, name) for name in settings] == ["on"] * 4
    assert [show(throw_away, name) for name in settings[:3]] == ["off"] * 3


def test_nobody_can_connect_over_the_network_or_enter_the_socket(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path)
    server.start()
    assert show(server, "listen_addresses") == ""
    assert stat.S_IMODE((server.sockets / postgres.SOCKET).stat().st_mode) == 0o700


@pytest.mark.parametrize("version", [16, 18])
def test_text_is_utf8_and_ordered_by_code_point_on_both_versions(
    make_postgres: MakePostgres, tmp_path: Path, version: int
) -> None:
    server = make_postgres(tmp_path, version=version)
    server.start()
    assert str(show(server, "server_version")).split(".")[0] == str(version)
    assert show(server, "server_encoding") == "UTF8"
    assert show(server, "timezone") == "UTC"
    assert ask(server, "SELECT lower('ÄÖÉ')") == "äöé"
    assert ask(server, "SELECT array_agg(x ORDER BY x) FROM unnest('{é,a,Z}'::text[]) x") == list(
        "Zaé"
    )


def test_a_cluster_of_an_older_version_is_served_by_that_version(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    first = make_postgres(tmp_path, version=16)
    first.start()
    first.stop()
    assert make_postgres(tmp_path).version == 16


def test_a_half_made_cluster_is_made_again(make_postgres: MakePostgres, tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = make_postgres(tmp_path)
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert not (tmp_path / "postgres.new").exists()


@pytest.mark.parametrize("name", ['a space, "quotes\'", 100%+ and ümläut', "x" * 120])
def test_any_folder_name_works(make_postgres: MakePostgres, tmp_path: Path, name: str) -> None:
    server = make_postgres(tmp_path / name)
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_a_long_path_gets_the_same_short_socket_folder_each_time(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    first = Postgres(long / "postgres", sockets=long, log=long / "log")
    second = Postgres(long / "postgres", sockets=long, log=long / "log")
    assert first.url == second.url
    assert stat.S_IMODE(first.sockets.stat().st_mode) == 0o700
    first.sockets.rmdir()


def test_a_socket_folder_laid_out_by_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    long = tmp_path / ("x" * 120)
    laid_out = Postgres(long / "postgres", sockets=long, log=long / "log").sockets
    laid_out.rmdir()
    laid_out.symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        Postgres(long / "postgres", sockets=long, log=long / "log")


def test_a_killed_server_starts_again_with_what_was_committed(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path, durable=True)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert server.process is not None
    server.process.kill()
    eventually(lambda: len(processes_of(server.folder)) == 0, "its workers are gone too")
    server.start()
    assert ask(server, "SELECT number FROM kept") == 7


def test_the_lock_file_of_a_killed_server_does_not_mistake_another_process_for_it(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path)
    server.start()
    server.stop()
    (server.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{server.folder}\n")
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_a_server_that_lost_its_starter_is_ended_before_a_new_one_starts(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    left_over, successor = make_postgres(tmp_path), make_postgres(tmp_path)
    left_over.start()
    successor.start()
    assert left_over.process is not None
    assert left_over.process.wait() == 0
    assert ask(successor, "SELECT 1") == 1


def test_the_server_dies_with_its_starter(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from catalog_project.embedded.postgres import Postgres;"
        "data = pathlib.Path(sys.argv[1]);"
        "Postgres(data / 'postgres', sockets=data, log=data / 'log', durable=False).start();"
        "print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        starter.send_signal(signal.SIGKILL)
    eventually(lambda: not processes_of(tmp_path), "PostgreSQL is gone")
    assert not (tmp_path / "postgres" / "postmaster.pid").exists(), "it ended in order"


def test_a_server_that_cannot_start_says_why_in_one_line(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path)
    server.start()
    server.stop()
    (server.folder / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="contains errors") as caught:
        server.start()
    assert "\n" not in str(caught.value)
    assert str(server.log) in str(caught.value)
    assert not server.is_running()


def test_a_cluster_that_cannot_be_made_leaves_no_cluster(
    make_postgres: MakePostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postgres, "_initdb_command", lambda _self: ["false"])
    server = make_postgres(tmp_path)
    with pytest.raises(EmbeddedError, match="could not be set up"):
        server.start()
    assert not server.folder.exists()


def test_without_the_wheel_the_error_names_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(EmbeddedError, match=r"`make run` makes it\), or set DATABASE_URL"):
        postgres.programs(18)


@needs_root
def test_root_needs_no_open_folder_and_opens_none(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = make_postgres(closed / "data")
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert server.folder.stat().st_uid == 0


@needs_root
def test_root_without_user_namespaces_runs_it_as_nobody_behind_a_closed_folder(
    make_postgres: MakePostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "user_namespaces_work", lambda: False)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = make_postgres(closed / "data")
    server.start()
    server.stop()
    server.start()
    assert server.process is not None
    assert Path(f"/proc/{server.process.pid}").stat().st_uid == processes.NOBODY
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@needs_root
def test_a_cluster_that_an_ordinary_user_made_is_served_by_root_as_that_user(
    make_postgres: MakePostgres, tmp_path: Path
) -> None:
    server = make_postgres(tmp_path)
    server.start()
    server.stop()
    processes.hand_over(server.folder, 4242)
    server.start()
    assert server.process is not None
    assert Path(f"/proc/{server.process.pid}").stat().st_uid == 4242
