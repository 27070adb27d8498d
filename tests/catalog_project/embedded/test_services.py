"""One process owns the servers of a DATA_DIR; the others use them, and one of them takes over."""

import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.services import Services, fresh_log, running_services
from tests.catalog_project.embedded.running import REPOSITORY, eventually, processes_of


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    eventually(lambda: not processes_of(tmp_path / "data"), "no server outlives its test")


def ask(addresses: dict[str, str], query: LiteralString) -> tuple[object, ...] | None:
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchone()


def answers(addresses: dict[str, str]) -> bool:
    return ask(addresses, "SELECT 1") == (1,)


def test_the_first_process_runs_the_servers_and_the_second_uses_them(data: Path) -> None:
    first, second = running_services(Services(data, {})), running_services(Services(data, {}))
    with first as owned, second as found:
        assert found == owned
        assert answers(found)
    assert processes_of(data) == {}


def test_the_owner_leaves_after_its_guests(data: Path) -> None:
    guest_is_in, owner_wants_out = threading.Event(), threading.Event()
    seen: list[bool] = []

    def be_a_guest() -> None:
        with running_services(Services(data, {})) as found:
            guest_is_in.set()
            owner_wants_out.wait(30)
            seen.append(answers(found))

    guest = threading.Thread(target=be_a_guest)
    owner = Services(data, {})
    waiting = owner.wait_for_guests

    def wait_for_guests() -> None:
        owner_wants_out.set()
        waiting()

    owner.wait_for_guests = wait_for_guests  # type: ignore[method-assign]  # tell the guest
    with running_services(owner):
        guest.start()
        assert guest_is_in.wait(30)
    guest.join()
    assert seen == [True]


def test_what_a_killed_owner_published_is_not_believed(data: Path) -> None:
    services = Services(data, {})
    services.state.write_text(json.dumps({"pid": 2**22 - 1, "DATABASE_URL": "gone"}))
    assert services.published() is None
    with running_services(services) as addresses:
        assert answers(addresses)


def test_after_a_killed_owner_the_next_one_starts_with_its_data(data: Path) -> None:
    program = (
        "import sys, os, signal, pathlib, psycopg\n"
        "from catalog_project.embedded.services import Services, running_services\n"
        "with running_services(Services(pathlib.Path(sys.argv[1]), {})) as addresses:\n"
        "    with psycopg.connect(addresses['DATABASE_URL']) as connection:\n"
        "        connection.execute('CREATE TABLE kept AS SELECT 7 AS number')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", program, str(data)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -9
    with running_services(Services(data, {})) as addresses:
        assert ask(addresses, "SELECT number FROM kept") == (7,)


def test_given_addresses_are_used_and_nothing_is_embedded(data: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db/catalog", "REDIS_URL": "redis://cache"}
    services = Services(data, given)
    assert services.servers == {}
    with running_services(services) as addresses:
        assert addresses == given
        assert Services(data, {}).reachable() == given
    assert not (data / "postgres").exists()


def test_only_the_database_can_be_given(data: Path) -> None:
    services = Services(data, {"DATABASE_URL": "postgresql://db/catalog"})
    assert list(services.servers) == ["Redis"]


def test_the_published_addresses_may_hold_a_password_and_are_private(data: Path) -> None:
    services = Services(data, {"DATABASE_URL": "postgresql://me:secret@db/catalog"})
    with running_services(services):
        assert stat.S_IMODE(services.state.stat().st_mode) == 0o600
        assert stat.S_IMODE(services.run.stat().st_mode) == 0o700
    assert not services.state.exists()


def test_a_data_dir_that_cannot_be_made_is_one_line_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match="DATA_DIR cannot be used") as caught:
        Services(tmp_path / "file" / "data", {})
    assert "set DATA_DIR to a folder you own" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/sys").is_dir(), reason="needs a read-only file system")
def test_a_data_dir_on_a_read_only_file_system_is_one_line_with_the_fix() -> None:
    with pytest.raises(EmbeddedError, match="set DATA_DIR to a folder you own"):
        Services(Path("/proc/sys/kernel"), {})


def test_two_preparations_never_run_at_once(data: Path) -> None:
    first, second = Services(data, {}), Services(data, {})
    order: list[str] = []

    def prepare_second() -> None:
        with second.alone():
            order.append("second")

    with first.alone():
        other = threading.Thread(target=prepare_second)
        other.start()
        other.join(0.2)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_a_log_that_has_grown_is_put_aside_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_project.embedded.services.LOG_LIMIT", 3)
    log = tmp_path / "postgres.log"
    log.write_text("long")
    assert fresh_log(log) == log
    assert not log.exists()
    assert (tmp_path / "postgres.log.1").read_text() == "long"
    assert [path.name for path in tmp_path.iterdir()] == ["postgres.log.1"]
