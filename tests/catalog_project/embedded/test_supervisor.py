"""The supervisor behind `make run`, as real processes on a DATA_DIR of their own."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest

from catalog_project.embedded.postgres import Postgres
from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.supervisor import port_number
from tests.acceptance.server import test_database_url
from tests.catalog_project.embedded.running import (
    Running,
    eventually,
    free_port,
    get,
    processes_of,
)

READY = "/health/ready"
PARTS = {
    "PostgreSQL": "bin/postgres -D",
    "Redis": "redis-server",
    "the web server": "gunicorn",
    "the worker": "procrastinate worker",
}


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A catalog that was started from nothing and stopped again: the dear part, done once."""
    running = Running(tmp_path_factory.mktemp("first") / "data")
    try:
        running.wait_until_ready()
        assert running.stop(signal.SIGTERM) == 0
        yield running
    finally:
        running.end()


@pytest.fixture(scope="module")
def catalog(first_run: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One running catalog for all tests that leave it as it was."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(first_run.data, data)
    running = Running(data)
    try:
        yield running.wait_until_ready()
    finally:
        running.end()


@pytest.fixture
def data(first_run: Running, tmp_path: Path) -> Path:
    """A copy of the catalog that was stopped, for a test that harms it."""
    return Path(shutil.copytree(first_run.data, tmp_path / "data"))


@pytest.fixture
def no_data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def url_of(running: Running) -> str:
    data = running.data
    return Postgres(data / "postgres", sockets=data / "run", log=data / "log").url


def kill_all(processes: Iterable[int]) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def count_users(running: Running) -> object:
    with psycopg.connect(url_of(running)) as connection:
        return connection.execute("SELECT count(*) FROM accounts_user").fetchone()


@pytest.mark.parametrize("path", ["/", "/api/v1/products", "/docs", "/admin/login/", READY])
def test_every_announced_page_answers(catalog: Running, path: str) -> None:
    assert get(catalog.port, path) == 200


def test_it_tells_where_everything_is_and_the_password_once(first_run: Running) -> None:
    base = f"http://127.0.0.1:{first_run.port}"
    for line in (
        f"  Shop     {base}/",
        f"  API      {base}/api/v1/products",
        f"  Docs     {base}/docs",
        f"  Admin    {base}/admin/",
        f"  Metrics  {base}/metrics",
    ):
        assert line in first_run.text().splitlines()
    password = (first_run.data / "admin-password").read_text().strip()
    assert first_run.text().count(password) == 1


def test_another_start_does_not_repeat_the_password(catalog: Running) -> None:
    password = catalog.data / "admin-password"
    assert password.read_text().strip() not in catalog.text()
    assert f"  User     admin, password in {password}" in catalog.text().splitlines()


def test_the_secrets_it_keeps_are_private(catalog: Running) -> None:
    for name in ("admin-password", "secret-key"):
        assert stat.S_IMODE((catalog.data / name).stat().st_mode) == 0o600


def test_an_empty_catalog_is_seeded(catalog: Running) -> None:
    with psycopg.connect(url_of(catalog)) as connection:
        assert connection.execute("SELECT count(*) FROM products_product").fetchone() == (3,)


def test_only_the_web_server_writes_metrics_files(catalog: Running) -> None:
    folder = catalog.data / "run" / f"metrics-{catalog.port}"
    worker = Path(f"/proc/{catalog.pid_of(PARTS['the worker'])}/environ").read_bytes()
    assert folder.is_dir()
    assert b"PROMETHEUS_MULTIPROC_DIR" not in worker


def test_a_command_reaches_the_database_that_is_served(catalog: Running) -> None:
    script = "from accounts.models import User; print(User.objects.get().username)"
    result = catalog.manage("shell", "--no-imports", "--command", script)
    assert result.stdout.strip() == "admin", result.stderr


@pytest.mark.soak
def test_a_second_supervisor_serves_the_same_database_on_its_own_port(catalog: Running) -> None:
    second = Running(catalog.data)
    try:
        second.wait_until_ready()
        assert get(second.port, READY) == 200
        assert "Starting PostgreSQL" not in second.text()
        assert second.stop() == 0
    finally:
        second.process.kill()
        second.process.wait()
    assert get(catalog.port, READY) == 200


@pytest.mark.parametrize("name", PARTS)
def test_whatever_is_killed_is_started_again(catalog: Running, name: str) -> None:
    before = catalog.pid_of(PARTS[name])
    os.kill(before, signal.SIGKILL)

    def is_back() -> bool:
        parts = [
            pid for pid, command in processes_of(catalog.data).items() if PARTS[name] in command
        ]
        return before not in parts and bool(parts) and get(catalog.port, READY) == 200

    eventually(is_back, f"{name} is back and the catalog is ready")
    assert count_users(catalog) == (1,)


def test_a_stop_ends_everything_in_order_with_success(first_run: Running) -> None:
    assert first_run.process.returncode == 0
    assert processes_of(first_run.data) == {}
    log = (first_run.data / "log" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
    assert first_run.text().splitlines()[-1] == "Stopped"
    assert not (first_run.data / "run" / "services.json").exists()


def test_a_killed_supervisor_leaves_no_orphan_and_no_committed_write_is_lost(data: Path) -> None:
    running = Running(data)
    try:
        running.wait_until_ready()
        script = "from accounts.models import User; User.objects.create_user('kept')"
        assert running.manage("shell", "--no-imports", "--command", script).returncode == 0
        running.process.kill()
        eventually(lambda: not processes_of(data), "every process is gone")
        again = Running(data, environment={"PORT": str(running.port)}).wait_until_ready()
        assert count_users(again) == (2,)
        kill_all(processes_of(data))
        again.end()
        third = Running(data).wait_until_ready()
        assert count_users(third) == (2,)
        assert third.stop(signal.SIGINT) == 0
    finally:
        running.end()


@pytest.mark.soak
def test_a_guest_takes_over_when_the_owner_of_the_database_is_killed(data: Path) -> None:
    owner = Running(data).wait_until_ready()
    guest = Running(data)
    try:
        guest.wait_until_ready()
        owner.process.kill()
        eventually(lambda: "running it here" in guest.text(), "the guest has taken over")
        eventually(lambda: get(guest.port, READY) == 200, "the guest's database answers")
        assert guest.stop() == 0
    finally:
        owner.end()


@pytest.mark.parametrize("moment", ["Starting PostgreSQL", "Checking the database", "Migrating"])
def test_a_stop_in_the_middle_of_the_start_leaves_nothing(no_data: Path, moment: str) -> None:
    running = Running(no_data)
    try:
        eventually(lambda: moment in running.text(), "it has come to this moment")
        assert running.stop() == 0
        # What initdb was running ends by itself, a moment after it.
        eventually(lambda: processes_of(no_data) == {}, "nothing of it runs")
    finally:
        running.end()


def refused(data: Path, **environment: str) -> str:
    """What a supervisor prints that refuses to start, and leaves nothing behind."""
    running = Running(data, environment=environment)
    try:
        assert running.process.wait(60) == 1
        assert processes_of(data) == {}
        return running.text()
    finally:
        running.end()


def test_a_busy_port_is_refused_before_anything_starts(no_data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refused(no_data, PORT=str(port)) == (
            f"Error: port {port} of 127.0.0.1 cannot be used, another program may have it: stop"
            f" that, or choose another port, as in `make run PORT={port + 1}`\n"
        )
    assert not no_data.exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(EmbeddedError, match=f"PORT={port} is not a port: give a number from 1"):
        port_number()


def test_a_host_that_is_not_here_is_refused(no_data: Path) -> None:
    assert refused(no_data, HOST="no-such-host.invalid") == (
        "Error: HOST=no-such-host.invalid is no address of this machine: set HOST\n"
    )


def test_a_data_dir_that_cannot_be_written_is_refused(no_data: Path) -> None:
    no_data.touch()
    text = refused(no_data)
    assert text.startswith("Error: DATA_DIR cannot be used")
    assert text.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_line_and_redis_is_gone(no_data: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    lines = refused(no_data, DATABASE_URL=url).splitlines()
    assert lines[:2] == ["Starting Redis", "Checking the database"]
    assert len(lines) == 3
    assert "DATABASE_URL does not answer" in lines[2]
    assert "Connection refused" in lines[2]
    assert "unset it to use the embedded one" in lines[2]


@pytest.mark.django_db(transaction=True)
def test_given_addresses_mean_that_nothing_is_embedded(no_data: Path) -> None:
    given = {"DATABASE_URL": test_database_url(), "REDIS_URL": os.environ["REDIS_URL"]}
    running = Running(no_data, environment={**given, "DEMO_PRODUCTS": "0"})
    try:
        running.wait_until_ready()
        assert "Starting PostgreSQL" not in running.text()
        assert "Starting Redis" not in running.text()
        assert not (no_data / "postgres").exists()
        assert running.stop() == 0
    finally:
        running.end()


def test_a_request_in_flight_is_answered_before_the_end(catalog: Running) -> None:
    second = Running(catalog.data)
    answers: list[int] = []
    try:
        second.wait_until_ready()
        connection = http.client.HTTPConnection("127.0.0.1", second.port, timeout=30)
        connection.connect()
        connection.putrequest("POST", "/api/v1/auth/token")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "2")
        connection.endheaders()

        def finish() -> None:
            connection.send(b"{}")
            answers.append(connection.getresponse().status)

        stopper = threading.Thread(target=second.stop)
        eventually(lambda: get(second.port, READY) == 200, "the request has arrived")
        stopper.start()
        eventually(lambda: "Stopping" in second.text(), "the stop has begun")
        finish()
        stopper.join()
        connection.close()
    finally:
        second.process.kill()
        second.process.wait()
    assert answers == [400]
