"""Child processes that never outlive us, and folders short enough for a socket."""

import functools
import hashlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

CHILD = Path(__file__).with_name("child.py")
NOBODY = 65534
SOCKET_PATH_LIMIT = 100  # the kernel's limit is 107 bytes


class EmbeddedError(Exception):
    """A service could not be had. The message is one line that names the problem and the fix."""


def spawn(
    program: Sequence[str],
    *,
    on_parent_death: signal.Signals,
    source: int = subprocess.DEVNULL,
    output: int | IO[bytes] | None = None,
    identity: str = "same",
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in its own session; the kernel signals it when our process dies.

    Call from the main thread: the kernel's request is bound to the thread that started the child.
    """
    if sys.platform != "linux":
        raise EmbeddedError("only Linux can run the embedded servers: use the containers instead")
    launcher = [sys.executable, "-I", "-S", str(CHILD)]
    head = [str(os.getpid()), str(int(on_parent_death)), identity]
    return subprocess.Popen(  # noqa: S603
        [*launcher, *head, *program],
        stdin=source,
        stdout=output,
        stderr=output,
        env=environment,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals, *, patience: float) -> int:
    """Ask a child to end and wait; kill its session when it does not. Return its exit code."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            kill_session(process)
    return process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill a child with everything in its process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def wait_until(condition: Callable[[], bool], *, patience: float, step: float = 0.02) -> bool:
    """Poll until the condition holds; False when patience ran out."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def identity_for(folder: Path) -> str:
    """As whom PostgreSQL runs on this folder, of which it must be the owner.

    It refuses root, and a user without a name (a container that was given a mere number).
    """
    if os.geteuid() != 0:
        return "same" if has_name(os.geteuid()) or not user_namespaces_work() else "mapped"
    owner = folder.stat()
    if owner.st_uid != 0:
        return f"{owner.st_uid}:{owner.st_gid}"
    if user_namespaces_work():
        return "mapped"
    hand_over(folder, NOBODY)
    return f"{NOBODY}:{NOBODY}"


def has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


@functools.cache
def user_namespaces_work() -> bool:
    process = spawn(
        ["true"], on_parent_death=signal.SIGKILL, output=subprocess.DEVNULL, identity="mapped"
    )
    return process.wait() == 0


def hand_over(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def short_folder_for(folder: Path, *, longest_name: str) -> Path:
    """The folder itself, or a private one in the temporary folder where socket paths fit.

    The same folder always gets the same answer, so that an address outlives a restart. A comma
    separates hosts in PostgreSQL's addresses, so a folder with one does not fit either.
    """
    path = os.fsencode(folder / longest_name)
    if len(path) <= SOCKET_PATH_LIMIT and b"," not in path:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"catalog-{os.geteuid()}-{digest}"
    private_folder(short)
    return short


def private_folder(folder: Path) -> None:
    """Make a folder that only we can enter, and refuse one that somebody else laid out for us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} belongs to somebody else: remove it or set TMPDIR")
    if found.st_mode & 0o077:
        folder.chmod(0o700)
