"""Being stopped well: the signals that stop us, our terminal, and our death with `make`."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

PR_SET_PDEATHSIG = 1


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM. Not an Exception: nothing may swallow it."""


def stop_on_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, request_stop)


def ignore_signals() -> None:
    """Once we are stopping, another Ctrl-C must not interrupt the stopping."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def request_stop(_number: int, _frame: FrameType | None) -> None:
    raise StopRequested


def die_with_parent() -> None:
    """Stop in order when `make` is killed, instead of serving on as an orphan."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        raise StopRequested


@contextlib.contextmanager
def own_terminal() -> Iterator[None]:
    """Take the terminal from `make` while we serve, so that Ctrl-C is our business alone.

    Otherwise `make` would get it too, and report our orderly end as an error.
    """
    if not sys.stdin.isatty() or os.tcgetpgrp(0) != os.getpgrp() or os.getpgrp() == os.getpid():
        yield
        return
    before = os.getpgrp()
    os.setpgid(0, 0)
    # A background process that gives the terminal away is stopped, unless it ignores this signal.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Ctrl-Z would stop us alone, with `make` waiting for ever.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, before)
