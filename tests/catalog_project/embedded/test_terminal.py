"""Ctrl-C at a terminal, and the signals that are none of our business."""

import signal
import subprocess
import sys

import pytest

from catalog_project.embedded import terminal
from catalog_project.embedded.terminal import StopRequested
from tests.catalog_project.embedded.running import REPOSITORY, Terminal

SERVING = """
import time
from catalog_project.embedded.terminal import StopRequested, own_terminal, stop_on_signals
with own_terminal():
    try:
        stop_on_signals()
        print("serving", flush=True)
        time.sleep(600)
    except StopRequested:
        print("stopped", flush=True)
"""


def test_ctrl_c_stops_us_and_leaves_the_shell_that_started_us_alone() -> None:
    script = '"$0" -c "$1"; echo "exit code $?"; read answer; echo "typed $answer"'
    shell = Terminal(["sh", "-c", script, sys.executable, SERVING], folder=REPOSITORY)
    shell.read_until(b"serving")
    shell.type(b"\x03")
    shell.read_until(b"exit code 0")
    assert b"stopped" in shell.text
    shell.type(b"again\n")
    shell.read_until(b"typed again")  # The shell has its terminal back.
    assert shell.close() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_of_these_signals_stops_in_order(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in terminal.STOPPING}
    try:
        signal.signal(number, signal.SIG_DFL)  # The tests themselves may run under nohup.
        terminal.stop_on_signals()
        with pytest.raises(StopRequested):
            signal.raise_signal(number)
        terminal.ignore_signals()
        signal.raise_signal(number)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_nohup_is_respected() -> None:
    script = (
        "import signal; from catalog_project.embedded.terminal import stop_on_signals;"
        "stop_on_signals(); signal.raise_signal(signal.SIGHUP); print('still here')"
    )
    result = subprocess.run(
        ["nohup", sys.executable, "-c", script],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "still here\n"
