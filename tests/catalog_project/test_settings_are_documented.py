"""Every variable that the settings read is in the table and in the example, and no other is."""

import re
from pathlib import Path

from catalog_project import settings
from catalog_project.environment import Required, StrictEnv

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "settings.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def shown(default: object) -> str:
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, list):
        return ",".join(map(str, default))
    if isinstance(default, float):
        return f"{default:g}"
    return str(default)


def test_the_table_names_what_is_read() -> None:
    assert set(re.findall(r"^\| `([A-Z0-9_]+)` \|", TABLE, re.MULTILINE)) == set(settings.env.names)


def test_the_example_names_what_is_read() -> None:
    names = re.findall(r"^(?:# )?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)
    assert len(names) == len(set(names))
    assert set(names) == set(settings.env.names)


def test_the_table_shows_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]*) \|", TABLE, re.MULTILINE))
    for name, default in settings.env.names.items():
        if isinstance(default, Path):
            continue  # below the folder of the project, wherever that is
        expected = "none" if isinstance(default, Required) else f"`{shown(default)}`"
        if name == "SECRET_KEY":
            expected = "none"
        assert rows[name] == ("empty" if expected == "``" else expected), name


def test_the_example_shows_the_defaults() -> None:
    values = dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    for name, value in values.items():
        default = settings.env.names[name]
        if name not in {"REDIS_URL", "DATA_DIR", "STATIC_ROOT"}:
            assert value == shown(default), name


def test_nothing_else_reads_the_environment() -> None:
    source = Path(settings.__file__).read_text()
    assert "os.environ" not in source
    assert isinstance(settings.env, StrictEnv)
