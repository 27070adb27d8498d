"""Alive, ready, and what is missing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from catalog_project.ops import health
from catalog_project.ops.cache import breaker


@pytest.fixture(autouse=True)
def _fresh_state() -> Iterator[None]:
    health.migrations = health.MigrationState()
    breaker.reset()
    yield
    health.migrations = health.MigrationState()
    breaker.reset()


def statuses(response: Any) -> dict[str, str]:
    return {name: check["status"] for name, check in response.json()["checks"].items()}


def refuse(*_args: Any, **_options: Any) -> None:
    raise OperationalError("away")


def test_live_answers_without_the_database(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_ready_when_the_database_answers_and_is_migrated(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert statuses(response) == {"database": "ok", "migrations": "ok", "redis": "ok"}
    assert response.json()["status"] == "ok"


@pytest.mark.django_db
def test_migrations_are_looked_up_once(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/health/ready")
    with django_assert_num_queries(1):
        client.get("/health/ready")


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    body = response.json()
    assert body["code"] == "not-ready"
    assert body["checks"]["migrations"]["status"] == "pending"
    assert body["checks"]["migrations"]["count"] >= 1


def test_a_database_that_is_away_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(health.MigrationState, "pending", refuse)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert statuses(response) == {"database": "down", "migrations": "unknown", "redis": "ok"}


@pytest.mark.django_db
def test_redis_only_degrades(client: Client) -> None:
    breaker.failed(OSError())
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert statuses(response)["redis"] == "degraded"
    assert response.json()["status"] == "degraded"


def test_probes_may_call_by_any_name(client: Client) -> None:
    assert client.get("/health/live", headers={"host": "10.0.0.9:8000"}).status_code == 200


def test_probes_are_not_redirected_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/live").status_code == 200
    assert Client().get("/docs/problems").status_code == 301


def test_health_takes_no_other_method(client: Client) -> None:
    assert client.post("/health/live").status_code == 405


@pytest.mark.parametrize(
    "path", ["/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"]
)
@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_what_programs_read_cannot_be_written(client: Client, path: str, method: str) -> None:
    response = client.generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "method-not-allowed"
