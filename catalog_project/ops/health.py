"""Health: is the process alive, is it ready for traffic, and what exactly is missing."""

import threading
import time
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from catalog_project.api import problem_types as types
from catalog_project.api.problems import problem_response
from catalog_project.ops.cache import breaker
from catalog_project.ops.methods import read_only

PROBE_STATEMENT_TIMEOUT_MS = 1_000


class MigrationState:
    """Whether migrations are missing. Once none is, none will be: code and process are one."""

    def __init__(self) -> None:
        self._is_complete = False
        self._lock = threading.Lock()

    def pending(self) -> int:
        if self._is_complete:
            return 0
        with self._lock:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            self._is_complete = not plan
            return len(plan)


migrations = MigrationState()


@never_cache
@read_only
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so a sick database never restarts it."""
    return JsonResponse({"status": "ok"})


@never_cache
@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """Whether to send traffic here: the database answers and has every migration."""
    checks = run_checks()
    if _is_ready(checks):
        return JsonResponse({"status": _summary(checks), "checks": checks})
    return problem_response(request, types.NOT_READY, checks=checks)


@never_cache
@read_only
def summary(request: HttpRequest) -> HttpResponseBase:
    """The same checks for people and dashboards, with what each one took."""
    return ready(request)


def run_checks() -> dict[str, dict[str, Any]]:
    return {
        "database": _timed(check_database),
        "migrations": _timed(check_migrations),
        "redis": _timed(check_redis),
    }


def check_database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"status": "down"}
    return {"status": "ok"}


def check_migrations() -> dict[str, Any]:
    try:
        pending = migrations.pending()
    except DatabaseError:
        return {"status": "unknown"}
    return {"status": "pending", "count": pending} if pending else {"status": "ok"}


def check_redis() -> dict[str, Any]:
    """Redis only ever degrades the service: without it everything is answered, more slowly."""
    cache.get("health")
    return {"status": "degraded" if breaker.is_open else "ok"}


def _timed(check: Any) -> dict[str, Any]:
    start = time.perf_counter()
    result: dict[str, Any] = check()
    return {**result, "duration_ms": round((time.perf_counter() - start) * 1000, 2)}


def _is_ready(checks: dict[str, dict[str, Any]]) -> bool:
    return all(checks[name]["status"] == "ok" for name in ("database", "migrations"))


def _summary(checks: dict[str, dict[str, Any]]) -> str:
    return "ok" if all(check["status"] == "ok" for check in checks.values()) else "degraded"
