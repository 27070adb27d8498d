"""Whoever asks too often is told so, to the request, whichever worker is asked."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import httpx
import pytest
import redis

from accounts.api_keys import set_api_key_rate
from accounts.models import ApiKey
from catalog_project.environment import Rate
from tests.acceptance.server import Server, wait_until
from tests.accounts.factories import SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program
from tests.catalog_project.redis_servers import OwnRedis
from tests.services import redis_program

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/api/v1/products"
CALLERS = 16
LIMITS = {
    "THROTTLE_ANONYMOUS": "60/min",
    "THROTTLE_USER": "40/min",
    "THROTTLE_KEY": "50/h",
    "TRUSTED_PROXY_COUNT": "1",
    "WEB_WORKERS": "4",
}


@pytest.fixture(scope="module")
def counting_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    folder = tmp_path_factory.mktemp("redis")
    server = OwnRedis(redis_program(), sockets=folder, log=folder / "redis.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(
    django_db_setup: None, counting_redis: OwnRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("four"), **LIMITS, REDIS_URL=counting_redis.url)
    try:
        yield one.wait_until_live()
    finally:
        one.stop()


@pytest.fixture
def four(running: Server, counting_redis: OwnRedis) -> Server:
    """Four workers that have counted nobody yet."""
    client = redis.Redis(unix_socket_path=str(counting_redis.socket))
    client.flushall()
    client.close()
    return running


def burst(server: Server, requests: int, **headers: str) -> list[httpx.Response]:
    """So many at once, on connections of their own, so that every worker gets some."""

    def ask(_: object) -> httpx.Response:
        return client.get(LIST, headers={"Connection": "close"})

    limits = httpx.Limits(max_keepalive_connections=0)
    headers = {"X-Forwarded-For": "192.0.2.1", **headers}
    with (
        server.client(headers=headers, limits=limits) as client,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        return list(pool.map(ask, repeat(None, requests)))


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def test_each_caller_gets_exactly_what_is_allowed(four: Server) -> None:
    wait_until(lambda: len(four.workers()) == 4)  # the first one answers before the last is there
    caller, program = (
        Caller(UserFactory.create(viewer=True)),
        Program(UserFactory.create(admin=True)),
    )
    bearer = {"Authorization": f"Bearer {caller.tokens.access}"}
    assert statuses(burst(four, 90)) == {200: 60, 429: 30}
    assert statuses(burst(four, 60, **bearer)) == {200: 40, 429: 20}
    assert statuses(burst(four, 60, **{"X-API-Key": program.text})) == {200: 50, 429: 10}


def test_the_answers_say_how_many_are_left_and_until_when(four: Server) -> None:
    answers = burst(four, 61)
    good = [answer for answer in answers if answer.status_code == 200]
    [refused] = [answer for answer in answers if answer.status_code == 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"anonymous";q=60;w=60'}
    left = [re.fullmatch(r'"anonymous";r=(\d+);t=(\d+)', a.headers["RateLimit"]) for a in good]
    assert sorted(int(match[1]) for match in left if match) == list(range(60))
    assert all(0 < int(match[2]) <= 60 for match in left if match)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"] == f'"anonymous";r=0;t={refused.headers["Retry-After"]}'
    assert refused.json()["code"] == "too-many-requests"
    assert refused.json()["detail"].startswith("The limit is 60/min for this caller.")


def test_a_forged_address_buys_nothing_and_harms_nobody(four: Server) -> None:
    forged = [
        burst(four, 8, **{"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.1"})
        for number in range(10)
    ]
    assert statuses([answer for answers in forged for answer in answers]) == {200: 60, 429: 20}
    assert statuses(burst(four, 5, **{"X-Forwarded-For": "192.0.2.1, 198.51.100.7"})) == {200: 5}


def test_refused_credentials_count_as_well(four: Server) -> None:
    answers = burst(four, 70, Authorization="Bearer cat_live_nonsense")
    assert statuses(answers) == {401: 60, 429: 10}


def test_a_key_of_its_own_rate_has_that_from_the_next_request_on(four: Server) -> None:
    program = Program(UserFactory.create(admin=True))
    keyed = {"X-API-Key": program.text}
    assert statuses(burst(four, 5, **keyed)) == {200: 5}
    keys = ApiKey.objects.all()
    set_api_key_rate(program.key.pk, rate="12/min", visible=keys, actor=SYSTEM)
    answers = burst(four, 20, **keyed)
    assert statuses(answers) == {200: 12, 429: 8}
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=12;w=60'


def uncounted(server: Server) -> float:
    """How many requests the workers let through uncounted, all together."""
    with server.client() as client:
        page = client.get("/metrics").text
    found = re.search(r'^catalog_rate_limit_open_total\{policy="anonymous"\} (.+)$', page, re.M)
    return float(found[1]) if found else 0.0


def test_without_redis_reads_go_on_and_a_metric_says_so(
    four: Server, counting_redis: OwnRedis
) -> None:
    assert statuses(burst(four, 70)) == {200: 60, 429: 10}
    assert uncounted(four) == 0
    counting_redis.stop()
    answers = burst(four, 70)
    assert statuses(answers) == {200: 70}
    assert [answer for answer in answers if "RateLimit" in answer.headers] == []
    assert uncounted(four) == 70
    counting_redis.start()
    wait_until(lambda: "RateLimit" in burst(four, 1)[0].headers, 15)


def test_nothing_is_counted_unless_somebody_sets_a_limit(server: Server) -> None:
    with server.client() as client:
        assert "RateLimit" not in client.get(LIST).headers


@pytest.mark.parametrize(
    "text", ["600", "0/min", "600/minute", "-1/s", "600 / min", "+6/min", "6e2/s"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a rate such as 600/min"):
        Rate.parse(text)
