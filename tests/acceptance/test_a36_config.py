"""A wrong setting stops the service in one line that names it; there is no default account."""

import json
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
    "an origin without a scheme": (
        {"CSRF_TRUSTED_ORIGINS": "shop.example"},
        "CSRF_TRUSTED_ORIGINS",
    ),
    "a short key of before": ({"SECRET_KEY_FALLBACKS": "secret"}, "SECRET_KEY_FALLBACKS"),
    "tokens that nobody signs": ({"JWT_ALGORITHM": "none"}, "JWT_ALGORITHM"),
    "a number of proxies in words": ({"TRUSTED_PROXY_COUNT": "two"}, "TRUSTED_PROXY_COUNT"),
    "a time before now": ({"HSTS_SECONDS": "-1"}, "HSTS_SECONDS"),
    "a rate in words": ({"THROTTLE_ANONYMOUS": "often"}, "THROTTLE_ANONYMOUS"),
    "half a second factor": ({"STAFF_REQUIRE_TOTP": "maybe"}, "STAFF_REQUIRE_TOTP"),
    "a network that is none": (
        {"OUTBOUND_PRIVATE_NETWORKS": "10.0.0.0/99"},
        "OUTBOUND_PRIVATE_NETWORKS",
    ),
    "a port in words": ({"OUTBOUND_PORTS": "http"}, "OUTBOUND_PORTS"),
    "mail by another way": ({"EMAIL_URL": "pigeon://x"}, "EMAIL_URL"),
    "mail with links to nowhere": ({"EMAIL_URL": "console:"}, "PUBLIC_URL"),
    "another store of media": ({"MEDIA_STORAGE": "ftp"}, "MEDIA_STORAGE"),
    "a bucket without a name": ({"MEDIA_STORAGE": "s3"}, "S3_BUCKET"),
    "widths in words": ({"RENDITION_WIDTHS": "wide"}, "RENDITION_WIDTHS"),
    "a log that forgets at once": ({"AUDIT_DAYS": "0"}, "AUDIT_DAYS"),
    "a limit in words": ({"BODY_MAX_BYTES": "big"}, "BODY_MAX_BYTES"),
}
# What every process does first, for many environments in one process.
READ_SETTINGS = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
before, told = dict(os.environ), {}
for case, variables in json.load(sys.stdin).items():
    os.environ.clear()
    os.environ.update(before, **variables)
    try:
        runpy.run_module("catalog_project.settings")
    except ImproperlyConfigured as error:
        told[case] = str(error)
print(json.dumps(told))
"""


def run(
    arguments: list[str], data: Path, *, written: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
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
        input=written,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each wrong environment is refused with."""
    cases = {case: variables for case, (variables, _) in WRONG.items()}
    folder = tmp_path_factory.mktemp("data")
    ended = run(["-c", READ_SETTINGS], folder, written=json.dumps({**cases, "right": {}}))
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_refused_by_name(case: str, told: dict[str, str]) -> None:
    assert "right" not in told
    (line,) = told[case].splitlines()
    assert WRONG[case][1] in line


@pytest.mark.parametrize("case", ["a missing key", "a pool upside down"])
def test_the_server_does_not_start_and_says_why_in_one_line(case: str, tmp_path: Path) -> None:
    variables, name = WRONG[case]
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
