#!/usr/bin/env python3
"""What an import costs, beside the same products as one API request each, and beside a bare COPY of
the parsed rows into one flat table.

One gunicorn over one throw-away PostgreSQL; the import runs in this process, as `import_products`
does. A file of new products, the same file again, the same with other prices, and it once more
without what is known of the last import, so that every product is compared. Prints seconds and
ratios; fails where a goal is missed.
"""

# ruff: noqa: PLC0415  # Django's modules come after its settings

import argparse
import csv
import logging
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bulk import JSON, product_range, single, token  # noqa: E402 (the path comes first)
from benchmarks.servers import Server  # noqa: E402
from tests.services import ThrowAwayServices  # noqa: E402

TIMES_API = 50.0  # at least so many times as quick as single requests
TIMES_COPY = 12.0  # at most so many times as slow as COPY
TIMES_AGAIN = 4.0  # the same file again is at least so many times as quick
HEADER = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Tags",
    "Status",
    "Option1 Name",
    "Option1 Value",
    "Variant SKU",
    "Variant Price",
)


def main() -> None:
    options = read_options()
    services = ThrowAwayServices()
    services.complete_environment()
    services.start()
    try:
        import django

        django.setup()
        for name in ("httpx", "products.transfer.importing.ending"):
            logging.getLogger(name).setLevel(logging.WARNING)
        times = measure(options)
    finally:
        services.stop()
    sys.exit(report(times, options))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=50_000, help="of the file")
    parser.add_argument("--singles", type=int, default=200, help="single requests")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Seconds, of single requests for as many products as the file has."""
    from django.core.management import call_command

    from products.models import ImportedRecord

    call_command("migrate", verbosity=0)
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "shop.csv")
        write_file(path, options.products, "19.90")
        times["COPY of the parsed rows"] = copied(path)
        times["new"] = imported(path)
        times["the same again"] = imported(path)
        ImportedRecord.objects.all().delete()
        times["the same, compared"] = imported(path)
        write_file(path, options.products, "17.90")
        times["changed"] = imported(path)
        server = Server.gunicorn("catalog", "catalog_project.wsgi", Path(folder, "log"))
        try:
            server.wait_for("/health/live")
            with httpx.Client(base_url=server.url(""), timeout=300) as client:
                client.headers["Authorization"] = f"Bearer {token(client)}"
                client.get("/api/v1/products", headers=JSON)
                times["one request each"] = asked(client, options)
        finally:
            server.stop()
    return times


def write_file(path: Path, products: int, price: str) -> None:
    """What benchmarks/bulk.py writes: two variants with a price each, tags and 500 characters."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for slug, values in product_range("f", products):
            own = (values["name"], values["description"], "camping, gift", "draft", "Color")
            for n, color in enumerate(("Blue", "Red")):
                cells = own if n == 0 else ("",) * len(own)
                writer.writerow((slug, *cells, color, f"{slug}-{color}", price))


def copied(path: Path) -> float:
    """Reading the file included: whoever copies it must read it, too."""
    from django.db import connection

    columns = ", ".join(f'"{name}" text' for name in HEADER)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE flat ({columns})")
        start = time.perf_counter()
        with path.open(newline="") as file, cursor.copy("COPY flat FROM STDIN") as copy:
            for row in list(csv.reader(file))[1:]:
                copy.write_row(row)
        return time.perf_counter() - start


def imported(path: Path) -> float:
    from accounts.actors import Actor
    from products.transfer.importing.foreground import import_file
    from products.transfer.importing.policies import Policy, Reading

    actor = Actor(user_id=None, label="benchmark", source="import")
    start = time.perf_counter()
    job = import_file(path, reading=Reading(currency="USD"), policy=Policy(), actor=actor)
    assert job.state == "done", job.error
    assert not job.counts.get("refused"), job.counts
    return time.perf_counter() - start


def asked(client: httpx.Client, options: argparse.Namespace) -> float:
    few = product_range("s", options.singles)
    start = time.perf_counter()
    single(client, few, "new")
    per_product = (time.perf_counter() - start) / options.singles
    return float(per_product * options.products)


def report(times: dict[str, float], options: argparse.Namespace) -> int:
    for name, seconds in times.items():
        rate = options.products / seconds
        print(f"{name:26}{seconds:10.2f} s{rate:12,.0f} products/s")
    goals = (
        ("new, against one request each", times["one request each"] / times["new"], TIMES_API, 1),
        ("new, against COPY", times["new"] / times["COPY of the parsed rows"], TIMES_COPY, -1),
        ("new, against the same again", times["new"] / times["the same again"], TIMES_AGAIN, 1),
    )
    missed = 0
    for name, ratio, goal, sign in goals:
        is_met = ratio * sign >= goal * sign
        missed += not is_met
        print(f"{name}: {ratio:.1f} times, goal {goal:.0f}{'' if is_met else ': missed'}")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
