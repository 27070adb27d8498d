"""Imports point down: the picture in docs/architecture.md, as a test.

Ranks of the rooms of `products`; a room imports its own rank or a lower one. `accounts` knows
nothing of products, and `catalog_project` knows neither, except where the service is composed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RANK = {
    "errors": 0,
    "models": 0,
    "changes": 1,
    "documents": 1,
    "search": 1,
    "services": 2,
    "transfer": 3,
    "webhooks": 3,
    "api": 4,
    "admin": 4,
    "management": 4,
}
# Where the parts are put together.
COMPOSITION = {Path("catalog_project/urls.py")}
APPS = ("catalog_project", "accounts", "products")
# An app's own module may wait until all models are loaded, and follow each `migrate`.
APP_CONFIG = "apps"
# All settings stand in one place, in sections.
LONG = {Path("catalog_project/settings.py")}
MAY_IMPORT = {
    "catalog_project": {"catalog_project"},
    "accounts": {"catalog_project", "accounts"},
    "products": {"catalog_project", "accounts", "products"},
}


def modules(*apps: str) -> list[Path]:
    found = (path for app in apps for path in (ROOT / app).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found if "migrations" not in path.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Each imported name in full: `from a.b import c` is a.b.c."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(path: Path) -> set[str]:
    return set(imported(ast.parse((ROOT / path).read_text())))


def room_of(path: Path) -> str:
    return path.with_suffix("").parts[1]


@pytest.mark.parametrize("path", modules("products"), ids=str)
def test_rooms_import_their_own_rank_or_a_lower_one(path: Path) -> None:
    rank = RANK.get(room_of(path))
    names = [name.split(".") for name in imports_of(path)]
    used = {parts[1] for parts in names if parts[0] == "products"} & RANK.keys()
    assert [room for room in sorted(used) if rank is not None and RANK[room] > rank] == []


@pytest.mark.parametrize("path", modules(*APPS), ids=str)
def test_apps_import_only_what_is_below_them(path: Path) -> None:
    if path in COMPOSITION:
        return
    used = {name.partition(".")[0] for name in imports_of(path)} & set(APPS)
    assert used <= MAY_IMPORT[path.parts[0]]


@pytest.mark.parametrize("path", [p for p in modules(*APPS) if p.stem != APP_CONFIG], ids=str)
def test_no_module_listens_to_signals_between_our_own(path: Path) -> None:
    forbidden = {"django.db.models.signals", "django.dispatch"}
    used = {name for name in imports_of(path) if name.startswith(tuple(forbidden))}
    assert used == set()


@pytest.mark.parametrize("path", [p for p in modules("products") if p.stem != APP_CONFIG], ids=str)
def test_no_import_hides_inside_a_function(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [name for function in functions for name in imported(function)] == []


def test_every_room_has_a_rank() -> None:
    rooms = {path.parent.name for path in (ROOT / "products").glob("*/__init__.py")}
    assert rooms - RANK.keys() - {"migrations"} == set()


def test_every_test_room_mirrors_a_room() -> None:
    mirrored = {path.parent.name for path in (ROOT / "tests" / "products").glob("*/__init__.py")}
    assert mirrored <= RANK.keys()


@pytest.mark.parametrize("path", modules(*APPS), ids=str)
def test_modules_stay_below_300_lines_and_have_names_that_say_something(path: Path) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= 300 or path in LONG
    assert path.stem not in {"utils", "helpers", "common", "misc"}
