#!/usr/bin/env python3
"""What an import costs, beside the same products one by one, a bare COPY of its lines, and
django-import-export.

A Shopify file of products with two variants each, over one throw-away PostgreSQL. A round is: the
import of new products, of the same with other prices and texts, and of the same again; some of the
products as single requests; the file's lines copied into one flat table; and the file through
django-import-export (benchmarks/peers/import_export_peer.py), into a database of its own. Prints
seconds, ratios, the highest memory of the command, and fails where a goal is missed.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import csv
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bulk import JSON, median_ratio, token  # noqa: E402 (the path comes first)
from benchmarks.servers import Server, peers_python  # noqa: E402
from tests.services import ThrowAwayServices  # noqa: E402

# Of the import of new products: the others' time at least, or at most, so many times as long.
TIMES_SINGLE, TIMES_PEER, TIMES_COPY, TIMES_UNCHANGED = 50.0, 20.0, 12.0, 4.0
MOST_MIB = 300
HEADER = [
    *("Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Tags", "Option1 Name"),
    *("Option1 Value", "Variant SKU", "Variant Inventory Qty", "Variant Price", "Image Src"),
    "Status",
]
WORDS = [
    *("enamel", "steel", "linen", "oak", "brass", "wool", "canvas", "clay", "glass"),
    *("copper", "aster", "vesper", "flint", "wren", "orchard", "kiln", "terracotta", "sage"),
    *("amber", "slate", "birch", "cobalt", "harbor", "meadow", "juniper", "pewter", "ridge"),
    "willow",
]
COLORS = ("Blue", "Red")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=50_000)
    parser.add_argument("--singles", type=int, default=100, help="single requests of a round")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    services = ThrowAwayServices()
    services.complete_environment()
    os.environ["LOG_LEVEL"] = "WARNING"
    services.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["MEDIA_ROOT"] = str(Path(folder, "media"))
            import django

            django.setup()
            logging.getLogger("httpx").setLevel(logging.WARNING)
            times, peak = measure(options, Path(folder))
        sys.exit(report(times, peak, options))
    finally:
        services.stop()


def measure(
    options: argparse.Namespace, folder: Path
) -> tuple[dict[str, list[float]], dict[str, float]]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    server = Server.gunicorn("catalog", "catalog_project.wsgi", folder / "log")
    times: dict[str, list[float]] = {}
    peak: dict[str, float] = {}
    try:
        server.wait_for("/health/live")
        with httpx.Client(base_url=server.url(""), timeout=60) as client:
            client.headers["Authorization"] = f"Bearer {token(client)}"
            for number in range(options.rounds):
                one_round(client, options, folder, f"r{number}", (times, peak))
    finally:
        server.stop()
    return times, peak


def one_round(
    client: httpx.Client,
    options: argparse.Namespace,
    folder: Path,
    tag: str,
    found: tuple[dict[str, list[float]], dict[str, float]],
) -> None:
    times, peak = found
    new, changed = folder / f"{tag}-new.csv", folder / f"{tag}-changed.csv"
    write_file(new, tag, options.products, "19.90", "")
    write_file(changed, tag, options.products, "17.90", " Now with a lid.")
    for name, file in (("new", new), ("changed", changed), ("unchanged", changed)):
        took, mib = imported(file)
        times.setdefault(f"import, {name}", []).append(took)
        peak[name] = max(mib, peak.get(name, 0))
    took = single(client, f"{tag}s", options.singles) * options.products / options.singles
    times.setdefault("single requests", []).append(took)
    times.setdefault("COPY of the lines", []).append(copied(new))
    times.setdefault("django-import-export", []).append(peer(new, tag))


def write_file(path: Path, tag: str, count: int, price: str, more: str) -> None:
    chance = random.Random(5)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(count):
            name, body = texts(chance, number)
            for color in COLORS:
                cells = line(tag, number, (name, f"<p>{body}{more}</p>"), color, price)
                writer.writerow(cells[column] for column in HEADER)


def texts(chance: random.Random, number: int) -> tuple[str, str]:
    name = " ".join(chance.choices(WORDS, k=4)).title()
    return f"{name} {number}", " ".join(chance.choices(WORDS, k=60))


def line(tag: str, number: int, texts: tuple[str, str], color: str, price: str) -> dict[str, str]:
    """A variant's; the first one has the product's cells, too."""
    name, body = texts
    is_first = color == COLORS[0]
    own = {
        "Title": name,
        "Body (HTML)": body,
        "Vendor": f"Brand {number % 50}",
        "Product Category": "Home > Kitchen",
        "Tags": "camping, gift",
        "Status": "active",
    }
    return {
        **{column: value if is_first else "" for column, value in own.items()},
        "Handle": f"{tag}-{number}",
        "Option1 Name": "Color",
        "Option1 Value": color,
        "Variant SKU": f"{tag}-{number}-{color}",
        "Variant Inventory Qty": "5",
        "Variant Price": price,
        "Image Src": f"https://cdn.example.com/{tag}-{number}-{color}.jpg",
    }


def imported(file: Path) -> tuple[float, float]:
    """Seconds and the most MiB of the command, from its start to its end."""
    command = [sys.executable, "manage.py", "import_products", str(file), "--json"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"Error: the import of {file.name} failed.")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def single(client: httpx.Client, tag: str, count: int) -> float:
    """Seconds of so many creates, one request each: brand and category are there already."""
    chance = random.Random(6)
    for number in range(count):
        name, body = texts(chance, number)
        answer = client.post(
            "/api/v1/products", content=json.dumps(product(tag, number, name, body)), headers=JSON
        )
        assert answer.status_code == 201, answer.text[:2_000]
        if number == 0:  # warms plans and caches up
            start = time.perf_counter()
    return (time.perf_counter() - start) * count / (count - 1)


def product(tag: str, number: int, name: str, body: str) -> dict[str, Any]:
    variants = [
        {
            "sku": f"{tag}-{number}-{color}",
            "options": {"Color": color},
            "prices": [{"currency": "USD", "amount": "19.90"}],
        }
        for color in COLORS
    ]
    return {
        "name": name,
        "slug": f"{tag}-{number}",
        "description": f"<p>{body}</p>",
        "status": "published",
        "tags": ["camping", "gift"],
        "variants": variants,
        "media": [{"url": f"https://cdn.example.com/{tag}-{number}-{c}.jpg"} for c in COLORS],
    }


def copied(file: Path) -> float:
    """Seconds that COPY takes for the lines, read before, into a table with a primary key."""
    from django.db import connection, transaction

    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    columns = ", ".join(f"c{n} text" for n in range(len(HEADER)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS flat")
        cursor.execute(
            f"CREATE TABLE flat ({columns}, PRIMARY KEY (c{HEADER.index('Variant SKU')}))"
        )
        start = time.perf_counter()
        with transaction.atomic(), cursor.copy("COPY flat FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return time.perf_counter() - start


def peer(file: Path, tag: str) -> float:
    """Seconds of the other library, without its start."""
    from django.db import connection

    name = f"peer_{tag}"
    with psycopg.connect(**{**connection.get_connection_params(), "autocommit": True}) as own:
        own.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {**os.environ, "DATABASE_URL": address}
    command = [str(peers_python()), "-m", "benchmarks.peers.import_export_peer", str(file)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"Error: django-import-export failed: {done.stderr[-2_000:]}")
    return float(done.stdout.split()[-1])


def report(
    times: dict[str, list[float]], peak: dict[str, float], options: argparse.Namespace
) -> int:
    """Prints what was measured; answers 1 where a goal is missed."""
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print(f"{f'seconds for {options.products:,} products':30}{'median':>10}{'per second':>12}")
    for name, each in times.items():
        middle = statistics.median(each)
        print(f"{name:30}{middle:10.1f}{options.products / middle:12,.0f}")
    new = times["import, new"]
    goals = [
        ("single requests take", times["single requests"], new, TIMES_SINGLE, True),
        ("django-import-export takes", times["django-import-export"], new, TIMES_PEER, True),
        ("new take, unchanged being 1,", new, times["import, unchanged"], TIMES_UNCHANGED, True),
        ("new take, COPY being 1,", new, times["COPY of the lines"], TIMES_COPY, False),
    ]  # fmt: skip
    missed = 0
    for text, above, below, goal, is_least in goals:
        ratio = median_ratio(above, below)
        bound = "at least" if is_least else "at most"
        print(f"{text} {ratio:.1f} times (goal: {bound} {goal:.0f})")
        missed |= ratio < goal if is_least else ratio > goal
    memory = ", ".join(f"{name} {mib:.0f}" for name, mib in peak.items())
    print(f"highest memory of the command in MiB: {memory} (goal: at most {MOST_MIB})")
    return missed | (max(peak.values()) > MOST_MIB)


if __name__ == "__main__":
    main()
