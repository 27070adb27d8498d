"""Complete the environment of a process that runs in a clone without any setting.

Settings know nothing of embedded servers: they read DATABASE_URL like everywhere else. When it is
unset, this module fills in what a single machine needs before Django is imported.
"""

import contextlib
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from catalog_project.embedded import postgres
from catalog_project.embedded.processes import EmbeddedError
from catalog_project.embedded.services import Services, make_folders, running_services

ROOT = Path(__file__).resolve().parent.parent.parent
# The simple rule: these commands, and any command's --help, run without a database.
WITHOUT_DATABASE = {
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "version",
}


def data_folder() -> Path:
    """DATA_DIR, by default `var`; a relative one counts from the clone, wherever we were called."""
    return ROOT / (os.environ.get("DATA_DIR") or "var")


@contextlib.contextmanager
def complete_environment(arguments: Sequence[str]) -> Iterator[None]:
    """For `manage.py`: reach this clone's services, or have some for the length of one command."""
    if is_set("DATABASE_URL"):
        yield
        return
    data = data_folder()
    services = Services(data, os.environ)
    complete_settings(data)
    if not needs_database(arguments):
        os.environ.update(services.reachable())
        yield
        return
    if "PostgreSQL" in services.servers:
        offer_programs()
    signal.signal(signal.SIGTERM, exit_on_signal)
    with running_services(services) as addresses:
        if services.lock.is_held:
            tell_folder(data)
        os.environ.update(addresses)
        yield


def tell_folder(data: Path) -> None:
    """A catalog that is served from another folder is not reached: nobody may mistake this one."""
    sys.stderr.write(
        f"Nothing serves the catalog in {data}: its database runs for this command alone."
        " Another catalog: DATA_DIR=/its/folder before the command.\n"
    )


def offer_programs() -> None:
    """Put `psql` and its family last on the PATH, for `manage.py dbshell`."""
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([path, str(postgres.programs(postgres.NEWEST))])


def needs_database(arguments: Sequence[str]) -> bool:
    command = arguments[0] if arguments else ""
    if command == "check" and "--database" in arguments:
        return True
    return not (
        command in WITHOUT_DATABASE
        or command.startswith("-")
        or {"--help", "-h"}.intersection(arguments)
    )


def complete_settings(data: Path) -> None:
    """What every process of a single machine shares. Anything that is set already stays."""
    os.environ["DATA_DIR"] = str(data)
    if not is_set("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(data)
    if not is_set("HTTPS"):
        os.environ["HTTPS"] = "0"
    if not is_set("ALLOWED_HOSTS"):
        os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,[::1]"


def is_set(name: str) -> bool:
    """As the settings see it: an empty value is none, and NAME_FILE may hold the value."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def secret_key(data: Path) -> str:
    """The key of this DATA_DIR, made once. Of two processes that make one, the first wins."""
    path = data / "secret-key"
    if not path.exists():
        make_folders(data)
        draft = data / f"secret-key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def exit_on_signal(number: int, _frame: FrameType | None) -> None:
    """Leave through every `finally`, so that what we started is stopped in order."""
    raise SystemExit(128 + number)


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """End the program with a problem and its fix instead of a traceback."""
    try:
        yield
    except EmbeddedError as error:
        sys.exit(f"Error: {error}")
