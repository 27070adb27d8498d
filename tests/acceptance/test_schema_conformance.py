"""The running service against its own OpenAPI document, with data that nobody thought of.

Schemathesis makes up requests, valid and invalid ones, and judges every answer: no 5xx, no status,
header or member that is not documented, nothing invalid accepted.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.server import Server
from tests.accounts.fixtures import Caller
from tests.products.factories import BrandFactory, CategoryFactory, ProductFactory

# A schema cannot say what a check digit, a cursor or the id of an existing brand is, so data that
# fits it may be refused with a 400.
BEYOND_A_SCHEMA = "positive_data_acceptance"
OPTIONS = [
    f"--exclude-checks={BEYOND_A_SCHEMA}",
    "--seed=20260301",
    "--generation-database=none",
    "--no-shrink",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--request-timeout=20",
    "--workers=1",  # two threads in Python's own compiler upset Python 3.11
    "--warnings=off",
    "--no-color",
]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def some_rows() -> None:
    parts = {"brand": BrandFactory.create(), "categories": [CategoryFactory.create()]}
    ProductFactory.create(**parts)


def findings(server: Server, folder: Path, *options: str) -> str:
    """What schemathesis complains about; empty when it is content."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run"]
    done = subprocess.run(
        [*command, f"{server.url}/openapi.json", f"--url={server.url}", *OPTIONS, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def authorization(caller: Any) -> list[str]:
    signed_in = isinstance(caller, Caller)
    return ["-H", f"Authorization: Bearer {caller.tokens.access}"] if signed_in else []


def test_the_service_keeps_to_its_document(
    server: Server, some_rows: None, manager: Caller, tmp_path: Path
) -> None:
    quick = ["--phases=examples,fuzzing", "--max-examples=10"]
    assert findings(server, tmp_path, *quick, *authorization(manager)) == ""


@pytest.mark.soak
@pytest.mark.parametrize("role", ["anonymous", "editor", "manager"])
def test_the_service_keeps_to_its_document_for_hundreds_of_requests_an_operation(
    server: Server, some_rows: None, role: str, request: Any, tmp_path: Path
) -> None:
    caller = request.getfixturevalue(role)
    thorough = ["--phases=examples,coverage,fuzzing", "--max-examples=200"]
    assert findings(server, tmp_path, *thorough, *authorization(caller)) == ""
