"""A wrong setting stops the service in one line that names it; there is no default account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from tests.acceptance.server import ROOT, Serve, test_database_url

GOOD_KEY = "a-good-key-" * 6
GUNICORN = ["-m", "gunicorn", "--config", "python:catalog_project.gunicorn", "catalog_project.wsgi"]
CHECK = ["manage.py", "check"]
WRONG = {
    "a missing key": ({"SECRET_KEY": ""}, "SECRET_KEY"),
    "a short key": ({"SECRET_KEY": "secret"}, "SECRET_KEY"),
    "a key of Django's examples": ({"SECRET_KEY": "django-insecure-" + "a1B2c3" * 9}, "SECRET_KEY"),
    "every host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    "an unknown boolean": ({"DEBUG": "flase"}, "DEBUG"),
    "an unknown boolean of HTTPS": ({"HTTPS": "nope"}, "HTTPS"),
    "another database": ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL"),
    "a pool upside down": (
        {"DATABASE_POOL_MIN_SIZE": "9", "DATABASE_POOL_MAX_SIZE": "3"},
        "DATABASE_POOL_MAX_SIZE",
    ),
    "patience with Redis": ({"REDIS_TIMEOUT": "5"}, "REDIS_TIMEOUT"),
    "another cache": ({"REDIS_URL": "memcached://x"}, "REDIS_URL"),
    "a log level nobody knows": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
    "a currency nobody knows": ({"CATALOG_CURRENCY": "dollars"}, "CATALOG_CURRENCY"),
    "an origin with a path": (
        {"CORS_ALLOWED_ORIGINS": "https://a.example/x"},
        "CORS_ALLOWED_ORIGINS",
    ),
}


def run(arguments: list[str], data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": GOOD_KEY,
        "DATABASE_URL": "postgresql://catalog@localhost:1/catalog",
        "ALLOWED_HOSTS": "shop.example",
        "DATA_DIR": str(data),
        "PORT": "0",
        **variables,
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("variables", "name"), WRONG.values(), ids=WRONG.keys())
def test_the_server_does_not_start_and_says_why_in_one_line(
    variables: dict[str, str], name: str, tmp_path: Path
) -> None:
    ended = run(GUNICORN, tmp_path, **variables)
    assert ended.returncode != 0
    (line,) = (ended.stdout + ended.stderr).strip().splitlines()
    assert name in line
    assert "Traceback" not in line


def test_commands_say_it_in_one_line_too(tmp_path: Path) -> None:
    ended = run(CHECK, tmp_path, DEBUG="maybe")
    assert ended.returncode != 0
    (line,) = (ended.stdout + ended.stderr).strip().splitlines()
    assert "DEBUG" in line


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    ended = run([*CHECK, "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout + ended.stderr


def test_debug_mode_does_not_pass_the_deployment_check(tmp_path: Path) -> None:
    ended = run([*CHECK, "--deploy", "--fail-level", "WARNING"], tmp_path, DEBUG="1")
    assert ended.returncode != 0
    assert "security.W018" in ended.stderr


@pytest.mark.django_db
def test_there_is_no_account_to_begin_with() -> None:
    assert not get_user_model().objects.exists()


def test_without_its_database_it_lives_and_is_not_ready(serve: Serve) -> None:
    away = test_database_url().replace("/test_", "/nowhere_")
    server = serve(DATABASE_URL=away, DATABASE_POOL_TIMEOUT="1")
    with server.client() as client:
        assert client.get("/health/live").status_code == 200
        ready = client.get("/health/ready")
        read = client.get("/api/v1/products")
    assert (ready.status_code, ready.json()["code"]) == (503, "not-ready")
    assert ready.json()["checks"]["database"]["status"] == "down"
    assert (read.status_code, read.json()["code"]) == (503, "database-unavailable")
    assert read.headers["retry-after"] == "5"
