"""What Prometheus reads: requests by route, pools, the queue, Redis, and gauges of the products.

Counters are shared between gunicorn's processes through files (see ops/gunicorn.py). Gauges that
come from the database are read by the process that answers the scrape, at most every few
seconds, and a failing one never fails the scrape.
"""

import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog_project.api import problem_types as types
from catalog_project.api.problems import problem_response
from catalog_project.ops.cache import breaker
from catalog_project.ops.clients import is_neighbour
from catalog_project.ops.methods import read_only

log = structlog.get_logger("catalog.metrics")

REQUESTS = Counter("catalog_http_requests", "Answered requests.", ["method", "route", "status"])
LATENCY = Histogram(
    "catalog_http_request_duration_seconds",
    "Time from the first middleware to the last.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
POOL = Gauge(
    "catalog_database_pool",
    "The connection pools of all processes: size, available, waiting, maximum.",
    ["state"],
    multiprocess_mode="livesum",
)
BREAKER_OPEN = Gauge(
    "catalog_redis_breaker_open",
    "Processes that leave Redis alone after a failure.",
    multiprocess_mode="livesum",
)
REDIS_FAILURES = Gauge(
    "catalog_redis_failures",
    "Failed calls of Redis since the processes started.",
    multiprocess_mode="livesum",
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
GAUGE_SECONDS = 5.0

_requests: dict[tuple[str, str, int], Counter] = {}
_latencies: dict[tuple[str, str], Histogram] = {}
_process_gauges_due = 0.0


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """One finished request. Routes come from the URL patterns, so the label set is bounded."""
    method = method if method in METHODS else "OTHER"
    try:
        counter, histogram = _requests[method, route, status], _latencies[method, route]
    except KeyError:
        counter = _requests[method, route, status] = REQUESTS.labels(method, route, status)
        histogram = _latencies[method, route] = LATENCY.labels(method, route)
    counter.inc()
    histogram.observe(seconds)
    refresh_process_gauges()


def refresh_process_gauges() -> None:
    """What only this process knows, at most once a second."""
    global _process_gauges_due  # noqa: PLW0603  # one deadline for the process
    now = time.monotonic()
    if now < _process_gauges_due:
        return
    _process_gauges_due = now + 1.0
    BREAKER_OPEN.set(breaker.is_open)
    REDIS_FAILURES.set(breaker.failures)
    pool = connection.pool  # type: ignore[attr-defined]  # the PostgreSQL backend has one
    if pool is not None:
        stats = pool.get_stats()
        POOL.labels("size").set(stats.get("pool_size", 0))
        POOL.labels("available").set(stats.get("pool_available", 0))
        POOL.labels("waiting").set(stats.get("requests_waiting", 0))
        POOL.labels("maximum").set(stats.get("pool_max", 0))


# --- Gauges that are read on demand -------------------------------------------------------------
Samples = Iterable[tuple[tuple[str, ...], float]]


@dataclass(slots=True)
class DatabaseGauge:
    """A gauge whose samples come from a query; its last good answer serves for a few seconds."""

    name: str
    documentation: str
    labels: tuple[str, ...]
    read: Callable[[], Samples]
    _due: float = 0.0
    _last: list[tuple[tuple[str, ...], float]] = field(default_factory=list)

    def collect(self) -> Metric:
        self._refresh()
        family = GaugeMetricFamily(self.name, self.documentation, labels=self.labels)
        for labels, value in self._last:
            family.add_metric(labels, value)
        return family

    def _refresh(self) -> None:
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + GAUGE_SECONDS
        try:
            self._last = list(self.read())
        except Exception as error:  # noqa: BLE001  # a scrape reports what it can
            self._last = []
            log.warning("metrics.gauge_failed", gauge=self.name, error=type(error).__name__)


GAUGES: list[DatabaseGauge] = []


def register_gauge(
    name: str, documentation: str, read: Callable[[], Samples], labels: tuple[str, ...] = ()
) -> None:
    """Add a gauge: an app calls this in `AppConfig.ready()`. Registering again replaces it."""
    GAUGES[:] = [gauge for gauge in GAUGES if gauge.name != name]
    GAUGES.append(DatabaseGauge(name, documentation, labels, read))


def read_queue_depth() -> Samples:
    """Background jobs that are not finished, by queue and status."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
        )
        return [((queue, status), float(count)) for queue, status, count in cursor.fetchall()]


class DatabaseGauges(Collector):
    def collect(self) -> Iterable[Metric]:
        return [gauge.collect() for gauge in GAUGES]


@read_only
def metrics(request: HttpRequest) -> HttpResponseBase:
    """/metrics: with METRICS_TOKEN for its bearer only, else for neighbours only."""
    if not may_scrape(request):
        kind = types.NOT_AUTHENTICATED if settings.METRICS_TOKEN else types.PERMISSION_DENIED
        response = problem_response(request, kind)
        if settings.METRICS_TOKEN:
            response["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    page: HttpResponse = ExportToDjangoView(request)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DatabaseGauges())
    page.content = page.content + generate_latest(registry)
    return page


def may_scrape(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    if not token:
        return is_neighbour(request)
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
