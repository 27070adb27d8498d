"""Small web servers on this machine that say what a test tells them, and remember who came."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


class WebServer:
    """`pages` maps a path to what is answered, or to a function that writes to the socket."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], object]] = {}
        self.requests: list[tuple[str, str]] = []  # method, path
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.host, self.port = self._server.server_address[:2]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.host!s}:{self.port}{path}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.requests.append((self.command, self.path))
                web.headers.append({k.lower(): v for k, v in self.headers.items()})
                page = web.pages.get(self.path, (404, {}, b""))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def web_server(
    host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[WebServer]:
    server = WebServer(host, port, tls)
    try:
        yield server
    finally:
        server.stop()


class Listener:
    """Counts connections and the bytes that arrive: nothing may come."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family)
        self._socket.bind((host, port))
        self._socket.listen()
        self.port = self._socket.getsockname()[1]

    def was_called(self) -> bool:
        """A connection that was made waits in the queue: no need to wait for it."""
        self._socket.setblocking(False)
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()
