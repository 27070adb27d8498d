"""Being stopped well: the signals that stop us, and the terminal they come from."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM. Not an Exception: nothing may swallow it."""


def stop_on_signals() -> None:
    """A SIGHUP that is ignored stays ignored: somebody wrote `nohup`."""
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, request_stop)


def ignore_signals() -> None:
    """Once we are stopping, another Ctrl-C must not interrupt the stopping."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def request_stop(_number: int, _frame: FrameType | None) -> None:
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
