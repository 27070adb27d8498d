"""How gunicorn serves the catalog, on a bare machine and in the container.

gunicorn --config python:catalog_project.gunicorn catalog_project.wsgi
"""

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from catalog_project.ops import slots
from catalog_project.ops.unreadable import answer_with_problems

try:
    # Read here first, so that a wrong setting is one line and no worker ever starts.
    from catalog_project.settings import LOGGING
except ImproperlyConfigured as error:
    sys.exit(f"Error: {error}")

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
PR_SET_PDEATHSIG = 1
ENDS = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}

answer_with_problems()
bind = [f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"]
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# A worker that has not answered its heart beat for this long is stuck in C code: replace it.
timeout = 60
graceful_timeout = 20
keepalive = 5
backlog = 512

# Nothing the API offers comes near these; what does is an attack.
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
# `X_Forwarded_For` must not pass for `X-Forwarded-For`.
header_map = "refuse"
# Whether the client came by HTTPS is for Django's settings to tell, which know the proxies.
secure_scheme_headers: dict[str, str] = {}

control_socket_disable = True
accesslog = None  # Our middleware writes one line for each request.
logconfig_dict = LOGGING  # gunicorn's own lines look like all others
# The heart beat is a file: never on a disk, and writable in a read-only container.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

# The workers' metrics are added up through files in one folder. It is named here and not in the
# environment of everything, because any other process that found it would leave files behind.
_metrics = Path(tempfile.gettempdir()) / f"catalog-metrics-{os.geteuid()}-{PORT}"
_metrics = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_metrics)))


def on_starting(server: Any) -> None:
    """Forget the counters of processes that are gone, then load the application.

    Workers are copies of this process: they start at once, also in place of one that died, and
    share the memory of what was loaded. `preload_app` would load it before the folder is there.
    """
    shutil.rmtree(_metrics, ignore_errors=True)
    _metrics.mkdir(mode=0o700, parents=True)
    server.app.wsgi()
    os.register_at_fork(after_in_parent=_take_signals)


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Signals wait until the new process knows what to do with them.

    Until then it is a copy of this one, and would put its own end on a list that nobody reads.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)


def _take_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001
    """A worker ends when the process that counts and replaces it was killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def post_worker_init(worker: Any) -> None:
    """Whoever waits for changes does not delay the end of the worker."""
    slots.is_ending = lambda: not worker.alive
    _take_signals()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Drop the gauges of a dead worker; its counters stay in the sums."""
    from prometheus_client import multiprocess  # noqa: PLC0415 (needs the folder to exist)

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:  # noqa: ARG001
    shutil.rmtree(_metrics, ignore_errors=True)
