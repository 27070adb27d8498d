"""How web processes begin and end."""

import subprocess
import sys

# In a process of its own: who loads the configuration writes metrics into its folder.
A_BEGINNING_WORKER = """
import os, signal, types
from catalog_project import gunicorn

signal.signal(signal.SIGTERM, lambda *_: None)  # the master puts it on its list
gunicorn.pre_fork(None, None)
if (child := os.fork()) == 0:
    os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
    gunicorn.post_worker_init(types.SimpleNamespace(alive=True))
    os._exit(1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_worker_that_is_told_to_end_while_it_begins_ends() -> None:
    command = [sys.executable, "-c", A_BEGINNING_WORKER]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "7\n"
