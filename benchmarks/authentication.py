"""What signing in costs a hot read: one list of 20 products, asked for by nobody, with a token and
with an API key, turn by turn, on one worker.

python -m benchmarks.authentication [ROUNDS]

Three connections stay open; each round asks once on each, in another order each time, so that
whatever else the machine does hits all three alike. It prints the median times, the medians of the
differences within a round, and whether the goals are met (a token at most 15 % over anonymous, a
key at most 25 %). Servers of its own, in a temporary folder; nothing of yours is touched.
"""

import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

# ruff: noqa: PLC0415  # Django's modules come after its settings
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import django  # noqa: E402  # the path comes first

from tests.services import ThrowAwayServices  # noqa: E402

PRODUCTS = 1_000
PATH = "/api/v1/products"
GOALS = {"token": 0.15, "key": 0.25}
WARM_UP = 300


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    services = ThrowAwayServices()
    services.complete_environment()
    os.environ |= {"LOG_LEVEL": "WARNING", "WEB_WORKERS": "1", "PORT": str(free_port())}
    try:
        services.start()
        headers = prepare()
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:catalog_project.gunicorn",
             "catalog_project.wsgi"]
        )  # fmt: skip
        try:
            report(measure(headers, rounds))
        finally:
            server.terminate()
            server.wait()
    finally:
        services.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare() -> dict[str, dict[str, str]]:
    """A catalog and a viewer with a token and a key: what they see is what everybody sees."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from accounts.actors import Actor
    from accounts.api_keys import create_api_key
    from accounts.services import create_user
    from accounts.sessions import start_session

    call_command("migrate", verbosity=0)
    call_command("seed_catalog", products=PRODUCTS)
    actor = Actor(user_id=None, label="benchmark", source="command")
    user = create_user(username="ada", password=os.urandom(12).hex(), roles=["viewer"], actor=actor)
    _, key = create_api_key(user, name="benchmark", scopes=["products:read"], actor=actor)
    token = start_session(user).access
    connections.close_all()
    return {
        "anonymous": {},
        "token": {"Authorization": f"Bearer {token}"},
        "key": {"X-API-Key": key},
    }


def measure(headers: dict[str, dict[str, str]], rounds: int) -> dict[str, list[float]]:
    callers = {name: connect() for name in headers}
    times: dict[str, list[float]] = {name: [] for name in headers}
    order = list(headers)
    chance = random.Random(7)
    for number in range(rounds + WARM_UP):
        chance.shuffle(order)
        for name in order:
            spent = ask(callers[name], headers[name])
            if number >= WARM_UP:
                times[name].append(spent)
    return times


def connect() -> http.client.HTTPConnection:
    deadline = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=10)
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return connection


def ask(connection: http.client.HTTPConnection, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    connection.request("GET", PATH, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    spent = time.perf_counter() - start
    if answer.status != 200:
        sys.exit(f"{answer.status}: {body[:300]!r}")
    return spent


def report(times: dict[str, list[float]]) -> None:
    base = times["anonymous"]
    middle = statistics.median(base)
    print(f"{len(base)} rounds of GET {PATH}, one worker, Python {sys.version.split()[0]}")
    print(f"{'caller':12}{'p25 us':>9}{'median us':>11}{'over anonymous':>16}{'goal':>8}")
    for name, values in times.items():
        quarter = statistics.quantiles(values)[0] * 1e6
        own = statistics.median(values)
        line = f"{name:12}{quarter:9.0f}{own * 1e6:11.0f}"
        if name in GOALS:
            more = statistics.median(
                mine - theirs for mine, theirs in zip(values, base, strict=True)
            )
            met = "met" if own / middle - 1 <= GOALS[name] else "MISSED"
            line += f"{own / middle - 1:9.1%} ({more * 1e6:+.0f})  <={GOALS[name]:.0%} {met}"
        print(line)


if __name__ == "__main__":
    main()
