"""Make `.venv`, install the hash-locked requirements into it, run a program in it.

    python -I bootstrap.py [--also requirements-dev.txt] PYTHON-ARGUMENT...

Standard library only: this runs before anything is installed. Requirements are installed when
their file changed since the last complete installation; an interrupted one starts afresh.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed.json"
INSTALLING = VENV / "installing"
NEXT_PACKAGE = re.compile(
    r"(?:Collecting |Requirement already satisfied: |Processing (?:.*/)?)"
    r"(\w[\w.]*(?:-[a-zA-Z][\w.]*)*)"
)
CHILD = Path(__file__).with_name("child.py")
PR_SET_PDEATHSIG = 1
SUPPORTED = [(3, 11), (3, 12), (3, 13)]
ALWAYS = ("requirements.txt", "requirements-embedded.txt")


def main() -> None:
    if "MAKELEVEL" in os.environ:
        stop_with_parent()
    requirements, program = [*ALWAYS], sys.argv[1:]
    while program[:1] == ["--also"]:
        requirements.append(program[1])
        program = program[2:]
    try:
        with one_at_a_time():
            prepare(requirements)
    except KeyboardInterrupt:
        sys.exit("Interrupted: the next run starts the installation again.")
    except OSError as error:
        sys.exit(f"Error: .venv cannot be made: {error}. Fix that and run the command again.")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *program])  # noqa: S606 (no shell is what we want)


def stop_with_parent() -> None:
    """When `make` is killed, neither we nor the program we become go on without it."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("Error: make was killed")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands in one clone must not install at the same time; the second waits."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def prepare(requirements: list[str]) -> None:
    """Have an environment in which exactly these files are installed."""
    if INSTALLING.exists() or not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
    wanted = {name: digest(ROOT / name) for name in requirements}
    installed = read_installed()
    missing = [name for name in requirements if installed.get(name) != wanted[name]]
    if not missing:
        return
    if not VENV.exists():
        make_environment()
    INSTALLING.touch()
    install(missing)
    INSTALLED.write_text(json.dumps({**installed, **wanted}, indent=1))
    INSTALLING.unlink()


def works(python: Path) -> bool:
    """Whether the environment's Python is there (what it was made of may be gone) and is wanted.

    Somebody who names an interpreter means its version; otherwise any that fits may stay.
    """
    if not python.exists():
        return False
    wanted = [sys.version_info[:2]] if os.environ.get("PYTHON") else SUPPORTED
    probe = f"import sys; sys.exit(sys.version_info[:2] not in {wanted})"
    command = [str(python), "-I", "-S", "-c", probe]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0  # noqa: S603


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_installed() -> dict[str, str]:
    try:
        return dict(json.loads(INSTALLED.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def make_environment() -> None:
    say(f"Making .venv with Python {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "Error: this Python cannot make a virtual environment. Install its venv package"
            " (Debian, Ubuntu: apt-get install python3-venv) or name another: make PYTHON=..."
        )
    VENV.mkdir()
    INSTALLING.touch()
    venv.create(VENV, with_pip=True, symlinks=True)


def install(names: list[str]) -> None:
    """Install whole lock files, so that nothing is resolved and every file has its hash checked."""
    arguments = [part for name in names for part in ("--requirement", name)]
    command = module("pip", "install", "--require-hashes", "--no-deps", "--no-input")
    command += ["--disable-pip-version-check", "--progress-bar=off", "--no-compile", *arguments]
    locked = "\n".join((ROOT / name).read_text() for name in names)
    total = len(set(re.findall(r"^([\w.\[\]-]+)==", locked, re.MULTILINE)))
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        last_words = follow(pip, total)
    if pip.returncode != 0:
        sys.exit(f"{last_words}\nError: the requirements could not be installed (see above).")
    # pip would do this with one core. What cannot be compiled is nothing that we load.
    compiling = module("compileall", "-q", "-q", "-j", "0", str(VENV / "lib"))
    subprocess.run(compiling, check=False, stdout=subprocess.DEVNULL)  # noqa: S603


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of the environment, and ends it when we end."""
    launcher = [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), str(int(signal.SIGTERM))]
    return [*launcher, "same", str(PYTHON), "-m", name, *arguments]


def follow(pip: "subprocess.Popen[str]", total: int) -> str:
    """Show how far pip is; return its last lines, for when it fails."""
    done, lines = 0, [""]
    for line in pip.stdout or ():
        lines = [*lines[-15:], line.rstrip()]
        if found := NEXT_PACKAGE.match(line):
            done += 1
            progress(done, total, found[1])
        elif line.startswith("Installing collected packages"):
            say(f"Installing {done} packages", over=True)
    return "\n".join(lines)


def progress(done: int, total: int, name: str) -> None:
    """A line that changes on a terminal; now and then a line elsewhere."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[KDownloading {done} of {total}: {name}")
        sys.stdout.flush()
    elif done % 25 == 1:
        say(f"Downloading {done} of {total}: {name}")


def say(text: str, *, over: bool = False) -> None:
    clear = "\r\033[K" if over and sys.stdout.isatty() else ""
    sys.stdout.write(f"{clear}{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
