"""`make run`: serve the catalog on this machine until somebody says stop.

    python -m catalog_project.embedded.supervisor

Order: check what can be checked, servers, `manage.py prepare`, web server, worker. Whatever dies
is started again; the stop goes the other way round.
"""

import http.client
import os
import signal
import socket
import sys
import time
from pathlib import Path

from catalog_project.embedded.environment import (
    ROOT,
    complete_settings,
    data_folder,
    one_line_errors,
)
from catalog_project.embedded.processes import EmbeddedError, wait_until
from catalog_project.embedded.programs import Program, Watched, web_server, worker
from catalog_project.embedded.services import Server, Services
from catalog_project.embedded.terminal import (
    StopRequested,
    ignore_signals,
    own_terminal,
    stop_on_signals,
)

WEB_PATIENCE = 60.0
SERVICES_PATIENCE = 300.0
PORT_PATIENCE = 3.0
STEP = 0.2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "::1", "::": "::1"}  # noqa: S104


class Supervisor:
    """The running catalog: what it consists of, in the order of starting."""

    def __init__(self, data: Path, host: str, port: int) -> None:
        self.data = data
        self.host = host
        self.port = port
        self.services = Services(data, os.environ)
        self.is_owner = False
        self.watched: list[Watched] = []

    def start(self) -> None:
        """Start everything; return when requests are answered."""
        if not wait_until(self.has_services, patience=SERVICES_PATIENCE):
            raise EmbeddedError(f"the process that holds {self.services.lock.path} is not ready")
        os.environ.update(self.services.reachable())
        with self.services.alone():
            say("Checking the database")
            run_to_its_end(prepare_command(self.data))
        say("Starting the web server and the worker")
        web = self.watch("The web server", web_server(self.data / "run" / f"metrics-{self.port}"))
        wait_until(lambda: self.answers() or not web.is_running(), patience=WEB_PATIENCE)
        if not web.is_running() or not self.answers():
            raise EmbeddedError("the web server did not start: its own message is above")
        self.watch("The worker", worker())

    def has_services(self) -> bool:
        """Own the servers of this clone, or find that somebody else runs them."""
        if self.services.take_over():
            self.own_services()
            return True
        return self.services.published() is not None

    def own_services(self) -> None:
        self.is_owner = True
        for name, server in self.services.servers.items():
            say(f"Starting {name}")
            self.watch(name, server)
        self.services.publish()

    def watch(self, name: str, server: Server) -> Server:
        """Start a server and keep it running from now on."""
        watched = Watched(name, server)
        self.watched.append(watched)
        watched.start()
        return server

    def serve(self) -> None:
        """Keep everything alive, for ever. A signal ends it by an exception."""
        while True:
            for watched in self.watched:
                self.tend(watched)
            if not self.is_owner and self.services.take_over():
                say("The process that ran the database has ended: running it here")
                self.own_services()
            time.sleep(STEP)

    def tend(self, watched: Watched) -> None:
        try:
            if message := watched.tend():
                say(message)
        except EmbeddedError as error:  # It cannot start now: the next pause is longer.
            say(f"Error: {error}")

    def stop(self) -> None:
        """Stop who asks before who answers: worker, web server, Redis, PostgreSQL."""
        for watched in reversed(self.watched):
            if watched.server not in self.services.servers.values():
                watched.server.stop()
        if self.is_owner:
            self.services.stop()

    def answers(self) -> bool:
        """Whether an HTTP request gets any answer."""
        connection = http.client.HTTPConnection(reachable_host(self.host), self.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def main() -> None:
    os.chdir(ROOT)
    with one_line_errors(), own_terminal():
        run(time.monotonic())


def run(began: float) -> None:
    """Serve until stopped. An error leaves nothing behind; a stop is a success."""
    supervisor: Supervisor | None = None
    stop_on_signals()
    try:
        data, host, port = data_folder(), os.environ.get("HOST") or "127.0.0.1", port_number()
        ensure_port_is_free(host, port)
        supervisor = Supervisor(data, host, port)
        complete_settings(data)
        complete_our_settings(host)
        password = data / "admin-password"
        before = modified(password)
        supervisor.start()
        is_new = modified(password) != before
        announce(supervisor, password, is_new=is_new, seconds=time.monotonic() - began)
        supervisor.serve()
    except StopRequested:
        say("Stopping")
    finally:
        ignore_signals()
        if supervisor is not None:
            supervisor.stop()
    say("Stopped")


def port_number() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise EmbeddedError(f"PORT={text} is not a port: give a number from 1 to 65535")
    os.environ["PORT"] = text
    return int(text)


def ensure_port_is_free(host: str, port: int) -> None:
    """Refuse a busy port before anything starts. One that is just being closed is waited for."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise EmbeddedError(f"HOST={host} is no address of this machine: set HOST") from None

    def can_listen() -> bool:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError:
                return False
        return True

    if not wait_until(can_listen, patience=PORT_PATIENCE, step=STEP):
        raise EmbeddedError(
            f"port {port} of {host} cannot be used, another program may have it: stop that,"
            f" or choose another port, as in `make run PORT={port + 1 if port < 65535 else 8000}`"
        )


def complete_our_settings(host: str) -> None:
    """What suits people who watch a terminal; and every name under which `host` is asked for."""
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    if sys.stderr.isatty():
        os.environ.setdefault("LOG_FORMAT", "console")
    if host not in {"127.0.0.1", "localhost", "::1"}:
        names = [f"[{host}]" if ":" in host else host, socket.gethostname(), socket.getfqdn()]
        wanted = [name for name in dict.fromkeys(names) if name not in EVERYWHERE]
        os.environ["ALLOWED_HOSTS"] = ",".join([os.environ["ALLOWED_HOSTS"], *wanted])


def prepare_command(data: Path) -> list[str]:
    demo = os.environ.get("DEMO_PRODUCTS") or "200"
    options = [f"--demo-products={demo}", f"--password-file={data / 'admin-password'}"]
    return ["manage.py", "prepare", *options]


def run_to_its_end(arguments: list[str]) -> None:
    """Run a Django command that reports its own errors: ours would only be a second line."""
    command = Program(arguments, on_parent_death=signal.SIGTERM, patience=10)
    try:
        command.start()
        code = command.wait()
    finally:
        command.stop()
    if code != 0:
        sys.exit(1)


def modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def reachable_host(host: str) -> str:
    return EVERYWHERE.get(host, host)


def announce(supervisor: Supervisor, password: Path, *, is_new: bool, seconds: float) -> None:
    host = reachable_host(supervisor.host)
    base = f"http://{f'[{host}]' if ':' in host else host}:{supervisor.port}"
    secret = password.read_text().strip() if is_new else f"in {password}"
    lines = [
        f"The catalog is ready after {seconds:.1f} s:",
        f"  Shop     {base}/",
        f"  API      {base}/api/v1/products",
        f"  Docs     {base}/docs",
        f"  Admin    {base}/admin/",
        f"  Metrics  {base}/metrics",
    ]
    if password.exists():
        lines.append(f"  User     admin, password {secret}")
    say("\n".join([*lines, "Ctrl-C stops it."]))


def say(text: str) -> None:
    """One line for people. Nobody may be reading any more: that is no reason to stop serving."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        pass


if __name__ == "__main__":
    main()
