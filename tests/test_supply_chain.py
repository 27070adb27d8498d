"""What the service is made of: pinned by hash, free of secrets, and nothing else in the image."""

import json
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.acceptance.server import ROOT

LOCKS = sorted([*ROOT.glob("requirements*.txt"), ROOT / ".ci" / "semgrep" / "requirements.txt"])
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name + path.name)
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]+\])?==\S+", re.IGNORECASE)
# What a published secret looks like. The last one has a checksum, so that examples are told apart.
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
    "a cloud key": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token of a code host": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a token of a chat": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    "a payment key": re.compile(r"\b[rs]k_live_[0-9A-Za-z]{20,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"),
    "a password in an address": re.compile(r"\b(?:postgresql|redis)://\w+:(\w{12,})@"),
}
API_KEY = re.compile(r"\bcat_live_([0-9a-f]{32}_[0-9a-f]{64})([0-9a-f]{8})\b")


def names_in(lines: list[str]) -> set[str]:
    words = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {re.sub(r"[._-]+", "-", word[0]).lower() for word in words if word}


def tracked() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git repository")
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            yield ROOT / name


def secrets_in(text: str) -> list[str]:
    found = [kind for kind, form in SECRETS.items() if form.search(text)]
    for body, checksum in API_KEY.findall(text):
        if f"{zlib.crc32(f'cat_live_{body}'.encode()):08x}" == checksum:
            found.append("an API key of ours")
    return found


@each_lock
def test_every_package_is_pinned_and_has_a_hash(lock: Path) -> None:
    blocks = re.split(r"^(?=\S)", lock.read_text(), flags=re.MULTILINE)
    packages = [block for block in blocks if block.strip() and not block.startswith("#")]
    assert packages
    for block in packages:
        assert PIN.match(block), block
        assert "--hash=sha256:" in block, block
        assert "://" not in block.partition("# via")[0], block  # from the index alone


@each_lock
def test_what_is_asked_for_is_locked(lock: Path) -> None:
    asked = [
        line for line in lock.with_suffix(".in").read_text().splitlines() if line[:1].isalpha()
    ]
    assert names_in(asked) <= names_in(lock.read_text().splitlines())


def test_the_linters_of_the_api_document_are_locked_with_hashes() -> None:
    packages = json.loads((ROOT / ".ci/openapi/package-lock.json").read_text())["packages"]
    for name, facts in packages.items():
        assert not name or facts.get("link") or facts["integrity"].startswith("sha512-"), name
    own = json.loads((ROOT / ".ci/openapi/package.json").read_text())
    assert all(version[0].isdigit() for version in own["devDependencies"].values())


def test_no_file_of_the_repository_has_a_secret() -> None:
    found = {}
    for path in tracked():
        text = path.read_bytes().decode(errors="ignore")
        if secrets := secrets_in(text):
            found[str(path.relative_to(ROOT))] = secrets
    assert found == {}


def test_a_secret_would_be_found() -> None:
    body = f"cat_live_{'0' * 32}_{'1' * 64}"
    key = f"{body}{zlib.crc32(body.encode()):08x}"
    planted = [
        "-----BEGIN PRIVATE KEY-----\n" + "A" * 44,
        "AKIA" + "B" * 16,
        "ghp_" + "c" * 36,
        key,
    ]
    assert [len(secrets_in(f"x = '{text}'")) for text in planted] == [1, 1, 1, 1]


def test_nothing_of_the_repository_but_the_service_is_in_the_image() -> None:
    """.git holds everything that was ever there, .env the secrets of whoever builds."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[0] == "*"
    assert not {name for name in let_in if name.startswith(".")}
    assert "tests" not in let_in
    copied = re.findall(r"^(?:COPY|ADD) .*$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert not [line for line in copied if re.search(r"COPY \.|\.git|^ADD", line)]


def test_what_runs_has_a_read_only_root_and_is_not_root() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert all(service["read_only"] is True for service in services.values())
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_workflows_are_read_by_zizmor_where_there_are_any() -> None:
    program = (ROOT / ".ci/semgrep/scan").read_text()
    assert '"zizmor", "zizmor", "--offline"' in program
    assert "zizmor==" in (ROOT / ".ci/semgrep/requirements.txt").read_text()
