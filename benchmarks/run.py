#!/usr/bin/env python3
"""Requests per second of the catalog's hot reads, beside what a team would write instead, and
beside views that only copy the same bytes.

All servers run at once, and rounds go round them in turn, so that each sees the same machine.
Prints a table and writes reads.json and reads.png to benchmarks/results/local.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.servers import Server, cpu_of_database, peers_python  # noqa: E402 (the path comes first)
from tests.services import ThrowAwayServices  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "local"
FLOORS = {
    "bare DRF view": ("benchmarks.floor:django_application", "/drf"),
    "bare Django view": ("benchmarks.floor:django_application", "/django"),
    "bare WSGI application": ("benchmarks.floor:wsgi_application", "/wsgi"),
}
CATALOG = "the catalog"
FASTAPI, DRF = "FastAPI + SQLAlchemy", "DRF ModelSerializers"
# The one that each rate is divided by.
BARE = "bare DRF view"
WARM_SECONDS = 8
# Each names its own place in its own words.
UNLIKE = {"next_cursor", "previous_cursor"}


@dataclass
class Sample:
    """What one round of wrk saw. Latencies are in milliseconds, CPU in microseconds a request."""

    rate: float
    p50: float
    p99: float
    web_cpu: float
    database_cpu: float
    errors: int


def main() -> None:
    options = read_options()
    if shutil.which("wrk") is None:
        sys.exit("Error: the benchmark needs wrk. Install it: apt-get install wrk")
    services = ThrowAwayServices()
    services.complete_environment()
    # One line per request to a file, as in production, but the host names must be ours.
    os.environ["LOG_LEVEL"] = "INFO"
    services.start()
    try:
        seed(options.products)
        with tempfile.TemporaryDirectory() as folder:
            results = measure(options, Path(folder))
    finally:
        services.stop()
    print_table(results)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "reads.json").write_text(json.dumps(results, indent=2) + "\n")
    plot = [str(peers_python()), "-m", "benchmarks.peers.plot", str(RESULTS / "reads.json")]
    subprocess.run(plot, check=True, cwd=ROOT)
    print(f"\nWritten to {RESULTS.relative_to(ROOT)}: reads.json, reads.png")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    return parser.parse_args()


def seed(products: int) -> None:
    manage = [sys.executable, str(ROOT / "manage.py")]
    quiet = subprocess.DEVNULL
    subprocess.run([*manage, "migrate", "--verbosity=0"], check=True)
    arguments = ["--products", str(products), "--seed", "1"]
    subprocess.run([*manage, "seed_catalog", *arguments], check=True, stdout=quiet)


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    servers = [Server.gunicorn(CATALOG, "catalog_project.wsgi", folder / "catalog.log")]
    try:
        paths = {"list": "/api/v1/products?limit=20"}
        page = servers[0].wait_for(paths["list"])
        paths["detail"] = f"/api/v1/products/{json.loads(page)['items'][0]['slug']}"
        bodies = {"list": page, "detail": servers[0].wait_for(paths["detail"])}
        targets = {(CATALOG, read): (servers[0], path) for read, path in paths.items()}
        for peer in start_peers(folder):
            servers.append(peer)
            for read, path in paths.items():
                targets[peer.name, read] = (peer, path)
                ensure_same_content(peer, path, bodies[read])
        for floor in start_floors(folder, bodies):
            servers.append(floor)
            for read, body in bodies.items():
                path = f"{FLOORS[floor.name][1]}/{read}"
                targets[floor.name, read] = (floor, path)
                if floor.wait_for(path) != body:
                    sys.exit(f"Error: {floor.name} answers other bytes than the catalog.")
        before = os.getloadavg()
        samples = take_turns(targets, options)
        return {
            "machine": {**machine(), "load_before": [round(each, 1) for each in before]},
            "command": " ".join(["benchmarks/run.py", *sys.argv[1:]]),
            "products": options.products,
            "connections": options.connections,
            "bytes": {name: len(body) for name, body in bodies.items()},
            "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()},
            "rows": summarise(samples),
            "peak_rss_mib": {server.name: round(server.peak_rss_mib()) for server in servers},
        }
    finally:
        for server in servers:
            server.stop()


def start_peers(folder: Path) -> Iterator[Server]:
    yield Server.uvicorn(FASTAPI, "benchmarks.peers.fastapi_peer:app", folder / "fastapi.log")
    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.drf_settings"}
    application = "django.core.wsgi:get_wsgi_application()"
    yield Server.gunicorn(DRF, application, folder / "drf-peer.log", **settings)


def start_floors(folder: Path, bodies: dict[str, bytes]) -> Iterator[Server]:
    for name, body in bodies.items():
        (folder / f"{name}.json").write_bytes(body)
    for name, (application, prefix) in FLOORS.items():
        log = folder / f"{prefix[1:]}.log"
        yield Server.gunicorn(name, application, log, BENCH_BODIES=str(folder))


def ensure_same_content(peer: Server, path: str, body: bytes) -> None:
    """Exits where the peer says anything else of the products than the catalog does."""
    theirs, ours = json.loads(peer.wait_for(path)), json.loads(body)
    for page in (theirs, ours):
        for name in UNLIKE:
            page.pop(name, None)
    if theirs != ours:
        pairs = zip(theirs.get("items", [theirs]), ours.get("items", [ours]), strict=True)
        wrong = {n for a, b in pairs for n in a.keys() | b.keys() if a.get(n) != b.get(n)}
        sys.exit(f"Error: {peer.name} answers other content: {', '.join(sorted(wrong))}")


def take_turns(
    targets: dict[tuple[str, str], tuple[Server, str]], options: argparse.Namespace
) -> dict[tuple[str, str], list[Sample]]:
    samples: dict[tuple[str, str], list[Sample]] = {key: [] for key in targets}
    for number in range(options.rounds + 1):
        for key, (server, path) in targets.items():
            # The first round warms up: each connection of a pool has statements to prepare.
            seconds = options.seconds if number else max(options.seconds, WARM_SECONDS)
            sample = load(server, path, options.connections, seconds)
            if number:
                samples[key].append(sample)
            print(f"  round {number} {key[1]:6} {key[0]:22} {sample.rate:8,.0f}/s", flush=True)
    return samples


def load(server: Server, path: str, connections: int, seconds: int) -> Sample:
    before = server.cpu_seconds(), cpu_of_database()
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", server.url(path)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = server.cpu_seconds(), cpu_of_database()
    requests = max(1, int(_found(r"(\d+) requests in", out)))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return Sample(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", out)),
        p50=milliseconds(_found(r"^\s+50%\s+(\S+)", out)),
        p99=milliseconds(_found(r"^\s+99%\s+(\S+)", out)),
        web_cpu=(after[0] - before[0]) / requests * 1e6,
        database_cpu=(after[1] - before[1]) / requests * 1e6,
        errors=int(refused[1]) if refused else 0,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        sys.exit(f"Error: wrk printed no {pattern!r}:\n{text}")
    return match[1]


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|m|s)", text).groups()  # type: ignore[union-attr]  # wrk's own form
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]


def summarise(samples: dict[tuple[str, str], list[Sample]]) -> list[dict[str, Any]]:
    """The median of each figure, and the rate in those of the bare DRF view and of FastAPI."""
    medians = {
        key: {name: statistics.median(asdict(s)[name] for s in taken) for name in asdict(taken[0])}
        for key, taken in samples.items()
    }
    return [
        {
            "read": read,
            "server": server,
            **{name: round(value, 2) for name, value in values.items()},
            "of_bare_drf": round(values["rate"] / medians[BARE, read]["rate"], 2),
            "of_fastapi": round(values["rate"] / medians[FASTAPI, read]["rate"], 2),
        }
        for (server, read), values in sorted(medians.items(), key=lambda item: item[0][1])
    ]


def machine() -> dict[str, Any]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown",
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "note": "PostgreSQL, the servers and wrk share these cores",
    }


def print_table(results: dict[str, Any]) -> None:
    names = ["read", "server", "rate", "of_fastapi", "of_bare_drf", "p50", "p99"]
    names += ["web_cpu", "database_cpu"]
    heads = ["read", "server", "requests/s", "of FastAPI", "of bare DRF", "p50 ms", "p99 ms"]
    heads += ["web µs", "db µs"]
    print(f"\n{json.dumps(results['machine'])}\n{results['products']:,} products\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for row in results["rows"]:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")
    if errors := sum(row["errors"] for row in results["rows"]):
        sys.exit(f"Error: {errors} answers were not 2xx.")
    print(f"\nPeak RSS of a worker, MiB: {json.dumps(results['peak_rss_mib'])}")


if __name__ == "__main__":
    main()
