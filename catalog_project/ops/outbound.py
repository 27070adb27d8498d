"""Requests to addresses that users gave us: pictures to fetch, subscribers to call.

A name is resolved once, every address it has must be public, and the connection goes to exactly
the address that was checked: a name that changes its mind in between changes nothing. Redirects
are new requests, checked like the first. Size and time have limits, whatever the other side does.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from catalog_project.ops import networks
from catalog_project.ops.networks import Address

REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 64 * 1024
QUIET_SECONDS = 5.0  # the longest wait for a connection, or for the next bytes
LONGEST_URL = 2_000
PORTS = {"http": 80, "https": 443}
# What may stand in a path or query as it is; quote() turns the rest into %XX.
AS_IT_IS = "/%:=&?~+!$,;'@()*"


class OutboundError(Exception):
    """`str(error)` is one sentence for whoever gave the address. It names no inner address."""

    is_temporary = False  # would another try later make a difference?


class Refused(OutboundError):
    """We do not go there."""


class Unreachable(OutboundError):
    """Nobody answered, or not in time, or not in HTTP."""

    is_temporary = True


class TooMuch(OutboundError):
    """The answer is larger than the caller wants it."""


@dataclass(frozen=True, slots=True)
class Limits:
    most_bytes: int
    seconds: float = 20.0  # for everything together, redirects and all
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes
    url: str  # after redirects


@dataclass(frozen=True, slots=True)
class _Message:
    method: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Target:
    """An address in its parts, as far as its own text shows nothing forbidden."""

    url: str
    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def ensure_allowed(url: str) -> None:
    """Raises Refused for what the text alone shows; what a name resolves to is seen on the way."""
    _target(url)


def get(url: str, *, limits: Limits, headers: Mapping[str, str] | None = None) -> Answer:
    """Raises Refused, Unreachable, TooMuch."""
    return request("GET", url, limits=limits, headers=headers)


def request(
    method: str,
    url: str,
    *,
    limits: Limits,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """The answer, whatever its status. Only GET and HEAD follow redirects.

    Raises Refused, Unreachable, TooMuch.
    """
    deadline = time.monotonic() + limits.seconds
    message = _Message(method, headers or {}, body)
    redirects = limits.redirects if method in {"GET", "HEAD"} else 0
    for left in range(redirects, -1, -1):
        answer = _exchange(message, _target(url), limits.most_bytes, deadline)
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or not location or not redirects:
            return answer
        if left:
            url = urljoin(url, location)
    raise Refused(f"It redirects more than {redirects} times.")


def _target(url: str) -> _Target:
    if len(url) > LONGEST_URL or any(ord(c) <= 0x20 or ord(c) == 0x7F or c == "\\" for c in url):
        raise Refused("The address is too long or has characters that no address has.")
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        path = quote(parts.path or "/", safe=AS_IT_IS)
        query = f"?{quote(parts.query, safe=AS_IT_IS)}" if parts.query else ""
    except ValueError:
        raise Refused("This is no address of the web.") from None
    if scheme not in PORTS:
        raise Refused("Only http:// and https:// addresses are contacted.")
    if not host or "@" in parts.netloc or "%" in host:
        raise Refused("The address has no plain host name: leave out user names and passwords.")
    port = PORTS[scheme] if port is None else port
    if port not in settings.OUTBOUND_PORTS:
        raise Refused(f"Port {port} is not contacted.")
    return _Target(url, scheme, _plain_host(host), port, path + query)


def _plain_host(host: str) -> str:
    """In ASCII. Raises Refused for an address that is written out and not public."""
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
        address = networks.literal(host)
    except ValueError:
        raise Refused("The host is written in a form that is not accepted.") from None
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        address = ip_address("127.0.0.1")
    if address is not None:
        _ensure_public([address])
    return host


def _ensure_public(addresses: list[Address]) -> None:
    exceptions = settings.OUTBOUND_PRIVATE_NETWORKS
    if not all(networks.is_public(address, exceptions) for address in addresses):
        raise Refused("The address does not lead to the public Internet.")


def _exchange(message: _Message, target: _Target, most_bytes: int, deadline: float) -> Answer:
    try:
        addresses = networks.resolve(target.host, target.port)
    except (OSError, UnicodeError):
        raise Unreachable("The host name has no address.") from None
    _ensure_public(addresses)
    try:
        with _connected(target, addresses, deadline) as connection:
            _send(connection, message, target)
            with connection.getresponse() as response:
                return _answer(response, target.url, most_bytes, deadline)
    except ssl.SSLCertVerificationError:
        raise Unreachable("Its TLS certificate is not valid for this name.") from None
    except (OSError, HTTPException, ValueError):
        if time.monotonic() >= deadline:
            raise Unreachable("It took too long to answer.") from None
        raise Unreachable("The connection failed, or what came was no HTTP.") from None


def _send(connection: HTTPConnection, message: _Message, target: _Target) -> None:
    own = {
        "Host": target.host_header,
        "User-Agent": "catalog",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if message.method not in {"GET", "HEAD"}:
        own["Content-Length"] = str(len(message.body))
    connection.putrequest(message.method, target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in {**own, **message.headers}.items():
        connection.putheader(name, value)
    connection.endheaders(message.body or None)


@contextmanager
def _connected(
    target: _Target, addresses: list[Address], deadline: float
) -> Iterator[HTTPConnection]:
    """To one of the addresses that were checked, and to nothing else; cut off at the deadline.

    The timer matters: a timeout of the socket counts from the last byte, and somebody who sends
    one each second would hold us for hours.
    """
    with ExitStack() as stack:
        plain = stack.enter_context(_socket(addresses, target.port, deadline))
        connected = _with_tls(plain, target.host) if target.scheme == "https" else plain
        stack.callback(connected.close)
        timer = threading.Timer(max(deadline - time.monotonic(), 0), _cut, [connected])
        timer.daemon = True
        timer.start()
        stack.callback(timer.cancel)
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        connection = HTTPConnection(target.host, target.port)
        connection.sock = connected
        connection.auto_open = 0  # it would resolve the name again
        yield connection


def _with_tls(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(
        plain, server_hostname=host, do_handshake_on_connect=False
    )


def _socket(addresses: list[Address], port: int, deadline: float) -> socket.socket:
    """Not create_connection(): it asks the resolver even for what is an address already."""
    failure: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        connected = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
        try:
            connected.settimeout(min(left, QUIET_SECONDS))
            connected.connect((str(address), port))
        except OSError as error:
            connected.close()
            failure = error
        else:
            return connected
    raise failure


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        connected.shutdown(socket.SHUT_RDWR)


def _answer(response: HTTPResponse, url: str, most_bytes: int, deadline: float) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    if response.status in REDIRECTS:
        return Answer(response.status, headers, b"", url)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("It answers compressed although it was asked not to.")
    if (response.length or 0) > most_bytes:
        raise TooMuch(f"It is larger than {most_bytes:,} bytes.")
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > most_bytes:
            raise TooMuch(f"It is larger than {most_bytes:,} bytes.")
    if time.monotonic() >= deadline or (response.length or 0) > 0:
        raise Unreachable("The answer was cut off.")
    return Answer(response.status, headers, bytes(body), url)
