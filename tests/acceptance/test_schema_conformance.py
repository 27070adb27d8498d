"""The running service against its own OpenAPI document, with data that nobody thought of.

Schemathesis makes up requests, valid and invalid ones, and judges every answer: no 5xx, no status,
header or member that is not documented, nothing invalid accepted.
"""

import os
import secrets
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
    "--generation-database=none",
    "--no-shrink",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--request-timeout=20",
    "--workers=1",  # two threads in Python's own compiler upset Python 3.11
    "--warnings=off",
    "--no-color",
]
# What refuses invalid data, an address that is too long among it.
CONFIGURATION = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 414, 415, 422, 428, 429]
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def some_rows() -> None:
    parts = {"brand": BrandFactory.create(), "categories": [CategoryFactory.create()]}
    ProductFactory.create(**parts)


def findings(server: Server, folder: Path, *options: str) -> str:
    """What schemathesis complains about; empty when it is content."""
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
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


# What a manager is answered for each operation, test_answers_keep_the_schema compares as well.
QUICK = {
    "anonymous": ["--phases=fuzzing", "--max-examples=1"],
    "editor": ["--phases=stateful", "--max-examples=1"],
}
# Every phase with every check; the seed of a thorough run is new each time, and printed.
THOROUGH = ["--phases=examples,coverage,fuzzing,stateful", "--max-examples=100"]


@pytest.mark.parametrize("role", QUICK)
def test_the_service_keeps_to_its_document(
    server: Server, some_rows: None, role: str, request: Any, tmp_path: Path
) -> None:
    caller = request.getfixturevalue(role)
    options = [*QUICK[role], "--seed=20260301", *authorization(caller)]
    found = findings(server, tmp_path, *options)
    assert found == "", found


@pytest.mark.soak
@pytest.mark.parametrize("role", [*QUICK, "manager"])
def test_the_service_keeps_to_its_document_for_hundreds_of_requests_an_operation(
    server: Server, some_rows: None, role: str, request: Any, tmp_path: Path
) -> None:
    caller = request.getfixturevalue(role)
    seed = os.environ.get("CATALOG_FUZZ_SEED") or str(secrets.randbelow(2**31))
    found = findings(server, tmp_path, *THOROUGH, f"--seed={seed}", *authorization(caller))
    assert found == "", f"Again with CATALOG_FUZZ_SEED={seed}:\n{found}"
