"""The container files, read: what they promise about privileges, settings, limits and metrics."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.conf import settings

from catalog_project import settings as own_settings
from catalog_project.api import problem_types
from catalog_project.ops import media, metrics
from tests.acceptance.server import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NGINX = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text()
OF_THE_IMAGE = {"DATA_DIR", "STATIC_ROOT"}
NOT_FOR_PRODUCTION = {"DEBUG"}
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())


# --- Image --------------------------------------------------------------------------------------
def test_the_image_runs_as_an_ordinary_user_with_a_fixed_number() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert DOCKERFILE.index("\nUSER ") > DOCKERFILE.rindex("\nFROM ")


def test_only_hashed_wheels_are_installed() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "--only-binary=:all:" in DOCKERFILE


def test_only_named_paths_reach_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert allowed == set(copied)
    assert all((ROOT / path).exists() for path in allowed)


def test_older_builders_can_read_the_dockerfile() -> None:
    assert not re.search(r"^#\s*syntax=|COPY --link|<<", DOCKERFILE, re.MULTILINE)


# --- Compose ------------------------------------------------------------------------------------
@each_service
def test_a_service_has_no_privileges_and_a_read_only_root(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "mem_limit" in service


def test_only_the_database_gets_capabilities_back() -> None:
    assert [name for name, service in SERVICES.items() if "cap_add" in service] == ["postgres"]


@each_service
def test_a_port_is_open_to_this_machine_only(service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_database_and_redis_cannot_be_reached_from_outside() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert (SERVICES[name]["networks"], SERVICES[name].get("ports")) == (["data"], None)


@each_service
def test_an_image_has_a_version(service: dict[str, Any]) -> None:
    tag = re.search(r":-([^}]+)\}", service["image"])
    assert tag
    assert not tag[1].endswith("latest")


def test_one_image_serves_three_services_after_the_migrations() -> None:
    users = {name: service for name, service in SERVICES.items() if "build" in service}
    assert set(users) == {"web", "worker", "migrate"}
    for name in ("web", "worker"):
        conditions = users[name]["depends_on"]
        assert conditions["migrate"] == {"condition": "service_completed_successfully"}
        assert conditions["postgres"] == {"condition": "service_healthy"}


def test_the_stack_does_not_start_without_its_secrets() -> None:
    environment = SERVICES["web"]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]


def test_every_setting_can_be_made_in_the_env_file() -> None:
    passed_on = set(SERVICES["web"]["environment"])
    assert set(own_settings.env.names) - passed_on == OF_THE_IMAGE | NOT_FOR_PRODUCTION


def test_compose_1_29_can_read_the_file() -> None:
    assert not {"name", "version"} & set(COMPOSE)


# --- Front door ---------------------------------------------------------------------------------
def test_the_proxy_has_the_limits_of_the_service() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(sizes[0]) * 1024**2 == settings.BODY_MAX_BYTES
    # One more, so that the service refuses in its own words.
    assert (int(sizes[1]) - 1) * 1024**2 == settings.UPLOAD_MAX_BYTES
    limits = re.search(r"map \$request_path \$body_limit \{(.*?)\n    \}", NGINX, re.DOTALL)
    assert limits
    assert [int(number) for number in re.findall(r" (\d+);", limits[1])] == [
        settings.BODY_MAX_BYTES,
        settings.UPLOAD_MAX_BYTES,
    ]


def test_the_proxy_speaks_of_problems_like_the_service() -> None:
    known = {kind.code: kind for kind in problem_types.OWN_TYPES}
    bodies = [
        json.loads(body.replace("$body_limit", "1"))
        for body in re.findall(r"return \d+ '(\{.*\})';", NGINX)
    ]
    assert len(bodies) == 5
    for body in bodies:
        kind = known[body["code"]]
        assert (body["status"], body["title"]) == (kind.status, kind.title)
        assert body["type"] == f"/docs/problems#{kind.code}"


def test_the_proxy_shows_the_same_pictures_as_the_service() -> None:
    types = re.search(r"types \{(.*?)\}", NGINX, re.DOTALL)
    assert types
    shown: dict[str, str] = {}
    for line in types[1].strip().split(";")[:-1]:
        kind, *suffixes = line.split()
        shown |= {f".{suffix}": kind for suffix in suffixes}
    assert shown == {**media.PICTURES, **media.DOWNLOADS}


# --- Monitoring ---------------------------------------------------------------------------------
def expressions() -> Iterator[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/catalog.json").read_text())
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    yield from (rule["expr"] for group in alerts["groups"] for rule in group["rules"])


def test_dashboard_and_alerts_ask_for_metrics_that_exist() -> None:
    collected = {
        metric.name for kind in (metrics.REQUESTS, metrics.LATENCY) for metric in kind.collect()
    }
    own = [metrics.POOL, metrics.BREAKER_OPEN, metrics.REDIS_FAILURES]
    gauges = {metric.name for gauge in own for metric in gauge.collect()}
    known = collected | gauges | {gauge.name for gauge in metrics.GAUGES}
    asked = {name for text in expressions() for name in re.findall(r"catalog_\w+", text)}
    assert {re.sub(r"_(total|bucket)$", "", name) for name in asked} <= known
