"""Imports point down: the picture in docs/architecture.md, as a test.

Ranks of the rooms of `products`; a room imports its own rank or a lower one. `accounts` knows
nothing of products, and `catalog_project` knows neither, except where the service is composed.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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
    "storefront": 4,
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


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


@cache
def imports_of(path: Path) -> set[str]:
    return set(imported(parsed(path)))


def room_of(path: Path) -> str:
    return path.with_suffix("").parts[1]


def test_rooms_import_their_own_rank_or_a_lower_one() -> None:
    wrong = [
        (path, room)
        for path in modules("products")
        for room in rooms_used_by(path)
        if RANK[room] > RANK.get(room_of(path), max(RANK.values()))
    ]
    assert wrong == []


def rooms_used_by(path: Path) -> set[str]:
    """The rooms of products that a module imports from."""
    names = [name.split(".") for name in imports_of(path)]
    return {parts[1] for parts in names if parts[0] == "products"} & RANK.keys()


def test_apps_import_only_what_is_below_them() -> None:
    wrong = [
        (path, name)
        for path in modules(*APPS)
        for name in imports_of(path)
        if name.partition(".")[0] in set(APPS) - MAY_IMPORT[path.parts[0]]
    ]
    assert [each for each in wrong if each[0] not in COMPOSITION] == []


def test_no_module_listens_to_signals_between_our_own() -> None:
    forbidden = ("django.db.models.signals", "django.dispatch")
    wrong = [
        (path, name)
        for path in modules(*APPS)
        for name in imports_of(path)
        if name.startswith(forbidden) and path.stem != APP_CONFIG
    ]
    assert wrong == []


def test_no_import_hides_inside_a_function() -> None:
    wrong = [
        (path, name)
        for path in modules("products")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.stem != APP_CONFIG
        for name in imported(node)
    ]
    assert wrong == []


def test_every_room_has_a_rank() -> None:
    rooms = {path.parent.name for path in (ROOT / "products").glob("*/__init__.py")}
    assert rooms - RANK.keys() - {"migrations"} == set()


def test_every_test_room_mirrors_a_room() -> None:
    mirrored = {path.parent.name for path in (ROOT / "tests" / "products").glob("*/__init__.py")}
    assert mirrored <= RANK.keys()


def test_modules_stay_below_300_lines() -> None:
    long = {path for path in modules(*APPS) if (ROOT / path).read_text().count("\n") > 300}
    assert long <= LONG


def test_modules_have_names_that_say_something() -> None:
    nothing = {"utils", "helpers", "common", "misc"}
    assert [path for path in modules(*APPS) if path.stem in nothing] == []
