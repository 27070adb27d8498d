"""Requests to addresses of users reach the public Internet or nothing at all."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from catalog_project.ops import networks, outbound
from catalog_project.ops.outbound import Limits, Refused, TooMuch, Unreachable
from tests.catalog_project.web_servers import Listener, WebServer, web_server

LIMITS = Limits(most_bytes=1_000, seconds=5, redirects=3)
Names = Callable[..., list[str]]


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


@pytest.fixture
def any_port(settings: Any) -> None:
    settings.OUTBOUND_PORTS = range(1, 65_536)


@pytest.fixture
def web(settings: Any, any_port: None) -> Iterator[WebServer]:
    """A server in a private network that the settings name."""
    settings.OUTBOUND_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]
    with web_server() as server:
        server.pages["/a.png"] = (200, {"Content-Type": "image/png"}, b"picture")
        yield server


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """`names("one.example", "127.0.0.1", …)`: what the resolver says, an answer per question.

    Answers the questions that were asked.
    """
    asked: list[str] = []
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: Any, **options: Any) -> Any:
        asked.append(host)
        if host not in known:
            return real(host, port, *rest, **options)
        answer = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in answer.split()
        ]

    def add(host: str, *answers: str) -> list[str]:
        known[host] = list(answers)
        return asked

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return add


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
    ],
)
def test_no_inner_address_is_public(address: str) -> None:
    assert not networks.is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_the_internet_is_public(address: str) -> None:
    assert networks.is_public(ip_address(address))


def test_a_named_network_is_allowed_and_no_other() -> None:
    named = [ip_network("10.20.0.0/16"), ip_network("fd00::/64")]
    for inside in ("10.20.3.4", "::ffff:10.20.3.4", "fd00::1"):
        assert networks.is_public(ip_address(inside), named)
    for outside in ("10.21.0.1", "127.0.0.1", "fd00:0:0:1::1", "::1"):
        assert not networks.is_public(ip_address(outside), named)


# {port} is a port where somebody listens; a rejection must come before a connection.
SHOWN_BY_THE_TEXT = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0.0.0.0:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://a.localhost:{port}/",
    "http://user:secret@127.0.0.1:{port}/",
    "http://8.8.8.8@127.0.0.1:{port}/",
    "http://127.0.0.1%00.example:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://\u0661\u0662\u0667.0.0.1:{port}/",  # other digits that IDNA turns into 127
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http:///etc/passwd",
    "http://:{port}/",
    "http://[::1/",
    "http://a b/",
    "http://a\\@127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "ftp://127.0.0.1:{port}/",
    "unix:///run/redis.sock",
    "http+unix://%2Frun%2Fredis.sock/",
    "//127.0.0.1:{port}/",
    "javascript:alert(1)",
    "http://x.example:99999/",
    "http://" + "a" * 2_000 + ".example/",
    "",
]


@pytest.mark.parametrize("url", SHOWN_BY_THE_TEXT)
def test_what_the_text_shows_is_refused_at_once_and_when_asked_for(
    url: str, listener: Listener, any_port: None
) -> None:
    url = url.format(port=listener.port)
    with pytest.raises(Refused):
        outbound.ensure_allowed(url)
    with pytest.raises(Refused):
        outbound.get(url, limits=LIMITS)
    assert not listener.was_called()


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
def test_other_ports_are_not_contacted(port: int) -> None:
    with pytest.raises(Refused, match=f"Port {port} is not contacted"):
        outbound.ensure_allowed(f"http://images.example:{port}/")


@pytest.mark.parametrize(
    "answers", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "93.184.216.34 127.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused(
    answers: str, names: Names, listener: Listener, any_port: None
) -> None:
    names("evil.example", answers)
    url = f"http://evil.example:{listener.port}/"
    outbound.ensure_allowed(url)  # the text alone shows nothing
    with pytest.raises(Refused, match="public Internet"):
        outbound.get(url, limits=LIMITS)
    assert not listener.was_called()


def test_the_connection_goes_to_the_address_that_was_checked(
    names: Names, settings: Any, web: WebServer
) -> None:
    """The name changes its mind after the check: nobody asks it a second time."""
    settings.OUTBOUND_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]
    other = Listener("127.0.0.2", web.port)
    asked = names("rebinding.example", "127.0.0.1", "127.0.0.2")
    answer = outbound.get(web.url("/a.png", host="rebinding.example"), limits=LIMITS)
    assert answer.body == b"picture"
    assert asked == ["rebinding.example"]
    assert web.headers[0]["host"] == f"rebinding.example:{web.port}"
    assert not other.was_called()
    other.close()


def test_a_redirect_is_followed_and_said(web: WebServer) -> None:
    web.pages["/old"] = (302, {"Location": "/a.png"}, b"")
    answer = outbound.get(web.url("/old"), limits=LIMITS)
    assert (answer.status, answer.body, answer.url) == (200, b"picture", web.url("/a.png"))
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/",
        "//127.0.0.2:{port}/",
        "http://[::1]:{port}/",
        "http://evil.example:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.2:{port}/",
    ],
)
def test_a_redirect_inside_is_refused(location: str, web: WebServer, names: Names) -> None:
    names("evil.example", "127.0.0.2")
    inner = Listener("127.0.0.2")
    web.pages["/"] = (302, {"Location": location.format(port=inner.port)}, b"")
    with pytest.raises(Refused):
        outbound.get(web.url(), limits=LIMITS)
    assert not inner.was_called()
    inner.close()


def test_redirects_end(web: WebServer) -> None:
    web.pages["/"] = (302, {"Location": "/"}, b"")
    with pytest.raises(Refused, match="more than 3 times"):
        outbound.get(web.url(), limits=LIMITS)
    assert len(web.requests) == 4


def test_a_post_follows_no_redirect(web: WebServer) -> None:
    web.pages["/hook"] = (302, {"Location": "/a.png"}, b"")
    answer = outbound.request("POST", web.url("/hook"), limits=LIMITS, body=b"{}")
    assert (answer.status, web.requests) == (302, [("POST", "/hook")])
    assert web.headers[0]["content-length"] == "2"


def test_an_answer_has_a_size(web: WebServer) -> None:
    web.pages["/told"] = (200, {}, b"x" * 1_001)
    web.pages["/untold"] = lambda each: each.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1_001)
    for path in ("/told", "/untold"):
        with pytest.raises(TooMuch, match="larger than 1,000 bytes"):
            outbound.get(web.url(path), limits=LIMITS)


def drip(each: BaseHTTPRequestHandler) -> None:
    try:
        each.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while True:
            each.wfile.write(b"X: y\r\n")
            time.sleep(0.01)
    except OSError:
        pass


def test_an_answer_has_a_time_however_slowly_it_comes(web: WebServer) -> None:
    web.pages["/"] = drip
    begin = time.monotonic()
    with pytest.raises(Unreachable) as told:
        outbound.get(web.url(), limits=Limits(most_bytes=1_000, seconds=0.3))
    assert time.monotonic() - begin < 2
    assert told.value.is_temporary


def test_a_silent_server_is_left(web: WebServer) -> None:
    web.pages["/"] = lambda _: time.sleep(1)
    with pytest.raises(Unreachable, match="too long"):
        outbound.get(web.url(), limits=Limits(most_bytes=1_000, seconds=0.2))


def test_a_short_answer_is_no_answer(web: WebServer) -> None:
    web.pages["/"] = (200, {"Content-Length": "100"}, b"x" * 10)
    with pytest.raises(Unreachable):
        outbound.get(web.url(), limits=LIMITS)


def test_what_is_no_http_is_unreachable(web: WebServer) -> None:
    web.pages["/"] = lambda each: each.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    with pytest.raises(Unreachable, match="no HTTP"):
        outbound.get(web.url(), limits=LIMITS)


def test_a_compressed_answer_is_refused(web: WebServer) -> None:
    web.pages["/"] = (200, {"Content-Encoding": "gzip"}, b"x")
    with pytest.raises(Refused, match="compressed"):
        outbound.get(web.url(), limits=LIMITS)


def test_nobody_there_is_unreachable(web: WebServer, listener: Listener) -> None:
    listener.close()
    with pytest.raises(Unreachable):
        outbound.get(f"http://127.0.0.1:{listener.port}/", limits=LIMITS)


def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="no address"):
        outbound.get("http://nowhere.invalid/", limits=LIMITS)
    with pytest.raises((Refused, Unreachable)):
        outbound.get(f"http://{'a' * 64}.example/", limits=LIMITS)


def test_a_server_without_a_certificate_is_not_trusted(web: WebServer) -> None:
    with pytest.raises(Unreachable):
        outbound.get(web.url().replace("http:", "https:"), limits=LIMITS)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of shop.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "shop.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_tls_is_for_the_name_and_not_for_the_address(
    web: WebServer, names: Names, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names("shop.example", "127.0.0.1")
    names("other.example", "127.0.0.1")
    with web_server(tls=context) as secure:
        secure.pages["/"] = (200, {}, b"picture")
        url = f"https://shop.example:{secure.port}/"
        with pytest.raises(Unreachable, match="certificate is not valid"):
            outbound.get(url, limits=LIMITS)  # nobody we trust has signed it
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert outbound.get(url, limits=LIMITS).body == b"picture"
        with pytest.raises(Unreachable, match="certificate is not valid"):
            outbound.get(url.replace("shop.", "other."), limits=LIMITS)


def test_no_proxy_is_taken_from_the_environment(
    web: WebServer, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    assert outbound.get(web.url("/a.png"), limits=LIMITS).body == b"picture"
    assert not listener.was_called()


def test_a_path_goes_out_as_a_path(web: WebServer) -> None:
    outbound.get(web.url("/ü?a=ö&b=%20#part"), limits=LIMITS)
    assert web.requests == [("GET", "/%C3%BC?a=%C3%B6&b=%20")]
    assert web.headers[0]["accept-encoding"] == "identity"
