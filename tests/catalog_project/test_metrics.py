"""What Prometheus reads, who may read it, and that a scrape never fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from catalog_project.ops import metrics

pytestmark = pytest.mark.urls("tests.catalog_project.views")


@pytest.fixture(autouse=True)
def _gauges() -> Iterator[None]:
    before = list(metrics.GAUGES)
    for gauge in metrics.GAUGES:
        gauge._due = 0.0
    yield
    metrics.GAUGES[:] = before


def scrape(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db
def test_requests_are_counted_by_route_method_and_status(client: Client) -> None:
    labels = (("method", "GET"), ("route", "/api/raise/<str:what>"), ("status", "404"))
    before = scrape(client).get(("catalog_http_requests_total", labels), 0)
    client.get("/api/raise/missing")
    after = scrape(client)
    assert after["catalog_http_requests_total", labels] == before + 1
    assert after["catalog_http_request_duration_seconds_count", labels[:2]] >= 1


@pytest.mark.django_db
def test_invented_methods_share_a_label(client: Client) -> None:
    client.generic("BREW", "/api/echo")
    client.generic("STEEP", "/api/echo")
    methods = {dict(labels).get("method") for _, labels in scrape(client)}
    assert "OTHER" in methods
    assert not methods & {"BREW", "STEEP"}


@pytest.mark.django_db
def test_pool_and_breaker_are_shown(client: Client) -> None:
    connection.ensure_connection()
    metrics._process_gauges_due = 0.0
    client.get("/api/echo")
    samples = scrape(client)
    assert samples["catalog_database_pool", (("state", "maximum"),)] == 8
    assert samples["catalog_database_pool", (("state", "waiting"),)] == 0
    assert samples["catalog_redis_breaker_open", ()] in {0, 1}


@pytest.mark.django_db
def test_the_queue_is_shown_by_status(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 't'), ('q', 't')"
        )
    labels = (("queue", "q"), ("status", "todo"))
    assert scrape(client)["catalog_jobs", labels] == 2


@pytest.mark.django_db
def test_an_app_adds_gauges_of_its_own(client: Client) -> None:
    metrics.register_gauge("catalog_test_things", "Things.", lambda: [((), 3.0)])
    metrics.register_gauge("catalog_test_things", "Things.", lambda: [((), 4.0)])
    assert scrape(client)["catalog_test_things", ()] == 4


@pytest.mark.django_db
def test_a_gauge_is_read_once_in_a_while(client: Client) -> None:
    calls: list[int] = []

    def read() -> Any:
        calls.append(1)
        return [((), 1.0)]

    metrics.register_gauge("catalog_test_things", "Things.", read)
    scrape(client)
    scrape(client)
    assert calls == [1]


@pytest.mark.django_db
def test_a_gauge_that_fails_is_missing_and_the_rest_is_there(client: Client) -> None:
    def fail() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    metrics.register_gauge("catalog_test_broken", "Broken.", fail)
    metrics.register_gauge("catalog_test_things", "Things.", lambda: [((), 3.0)])
    samples = scrape(client)
    assert ("catalog_test_broken", ()) not in samples
    assert samples["catalog_test_things", ()] == 3


def test_strangers_may_not_read_them(client: Client) -> None:
    response = client.get("/metrics", REMOTE_ADDR="198.41.0.4")
    assert (response.status_code, response.json()["code"]) == (403, "permission-denied")
    response = client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})
    assert response.status_code == 403


@pytest.mark.django_db
def test_a_token_opens_them_to_its_bearer_alone(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "t0ken"
    refused = client.get("/metrics")
    assert (refused.status_code, refused.json()["code"]) == (401, "not-authenticated")
    assert refused["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer t0ken"}).status_code == 200
