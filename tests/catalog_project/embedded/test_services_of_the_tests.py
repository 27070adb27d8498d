"""The servers that every other test stands on."""

import os

import pytest
import redis
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_chosen_postgres_in_utc() -> None:
    wanted = os.environ.get("CATALOG_TEST_POSTGRES", "18")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        assert cursor.fetchone()[0].split(".")[0] == wanted
        cursor.execute(
            "SELECT lower('ÄÖÜ'), current_setting('timezone'), current_setting('server_encoding')"
        )
        assert cursor.fetchone() == ("äöü", "UTC", "UTF8")


def test_redis_answers() -> None:
    assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping() is True
