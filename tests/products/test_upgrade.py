"""A database of the previous release comes through the migrations with everything it had."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from products.changes.compare import still_tells
from tests.acceptance.server import test_database_url

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PHOTOGRAPH = HERE / "release_0003.json.gz"
PREVIOUS_RELEASE = [("products", "0003_product_types"), ("accounts", "0007_admin_role")]

Rows = dict[str, list[dict[str, Any]]]


def photograph() -> Rows:
    rows: Rows = json.loads(gzip.decompress(PHOTOGRAPH.read_bytes()))
    rows["products_media"][0]["variant_id"] = shown_variant(rows)
    return rows


def shown_variant(rows: Rows) -> str:
    """The last one of the product that has a picture."""
    product = rows["products_media"][0]["product_id"]
    keys = [row["id"] for row in rows["products_variant"] if row["product_id"] == product]
    return str(keys[-1])


@pytest.fixture
def old_database(transactional_db: None) -> Iterator[str]:
    """The address of a database that the previous release left."""
    name = f"{connection.settings_dict['NAME']}_previous"
    execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    settings = deepcopy(connection.settings_dict)
    settings |= {"NAME": name, "OPTIONS": {**settings["OPTIONS"], "pool": False}}
    wrapper = DatabaseWrapper(settings, alias="previous")
    connections["previous"] = wrapper
    try:
        MigrationExecutor(wrapper).migrate(PREVIOUS_RELEASE)
        load(wrapper, photograph())
        wrapper.close()
        own = quote(connection.settings_dict["NAME"], safe="")
        yield test_database_url().replace(f"/{own}?", f"/{quote(name, safe='')}?")
    finally:
        wrapper.close()
        del connections["previous"]
        execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def load(wrapper: DatabaseWrapper, rows: Rows) -> None:
    with wrapper.cursor() as cursor:
        for table, items in rows.items():
            names = sql.SQL(", ").join(map(sql.Identifier, items[0]))
            cursor.execute(
                sql.SQL(
                    "INSERT INTO {0} ({1}) SELECT {1} FROM jsonb_populate_recordset(NULL::{0}, %s)"
                ).format(sql.Identifier(table), names),
                [json.dumps(items)],
            )


UPGRADE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
for _ in range(2):
    print("refresh")
    call_command("rebuild_documents", if_outdated=True)
call_command("check_catalog", json=True)
"""


def upgrade(url: str) -> list[str]:
    """Do what the start of a new release does, and a check, in one process; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


def bodies(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as to:
        rows = to.execute(
            "SELECT product_id::text, body FROM products_document"
            " WHERE view_id = 1 AND holds_from <= now() AND holds_until > now()"
        )
        return {key: json.loads(body) for key, body in rows}


def test_an_upgrade_keeps_the_truth_the_log_and_every_answer(old_database: str) -> None:
    before = photograph()
    *printed, report = upgrade(old_database)
    assert [line.split(":")[0] for line in printed] == [
        "refresh",
        "Rebuilt the documents of 5 products",
        "refresh",  # the second time, nothing is left to do
    ]
    assert json.loads(report) == {
        "products": 5,
        "drift_count": 0,
        "drift_by_check": {},
        "drift": [],
    }

    old = {row["product_id"]: json.loads(row["body"]) for row in before["products_document"]}
    new = bodies(old_database)
    assert old.keys() == new.keys()
    for key, body in old.items():
        for media in body["media"]:
            del media["variant"]  # variants name their media now
        assert still_tells(body, new[key]), f"{body}\n{new[key]}"
    (picture,) = before["products_media"]
    assert {
        variant["id"]: variant["media"]
        for body in new.values()
        for variant in body["variants"]
        if variant["media"]
    } == {shown_variant(before): [picture["id"]]}
    with psycopg.connect(old_database) as to:
        kept = to.execute("SELECT sequence, event, version FROM products_change ORDER BY sequence")
        assert kept.fetchall() == [
            (row["sequence"], row["event"], row["version"]) for row in before["products_change"]
        ]
