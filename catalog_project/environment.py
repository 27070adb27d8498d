"""Strict reading of environment variables: what cannot be parsed is refused, never guessed.

django-environ alone reads an unknown boolean as False, falls back to defaults for odd values and
treats a leading `$` as the name of another variable. A service that starts with a setting its
operator did not mean is worse than one that does not start.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from catalog_project.ops.mail import MailServer, mail_server

T = TypeVar("T")

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
RATE = re.compile(r"([1-9][0-9]{0,8})/(s|min|h|day)")
SECONDS_OF = {"s": 1, "min": 60, "h": 3600, "day": 86400}
HOST = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]|\*")
# What libpq may be told through the URL. Anything else is a typing error that would otherwise
# only surface at the first query.
DATABASE_OPTIONS = {
    "application_name",
    "channel_binding",
    "connect_timeout",
    "gssencmode",
    "host",
    "port",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
}
DJANGO_KEYS = {"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT"}


@dataclass(frozen=True, slots=True)
class Required:
    """The mark of a variable without a default; `remedy` tells how to make a value."""

    remedy: str


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds; "600/min" in settings."""

    limit: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Raises ValueError for anything but a number from 1 and one of the four units."""
        match = RATE.fullmatch(text)
        if match is None:
            raise ValueError(f"must be a rate such as 600/min (s, min, h or day), not {text!r}.")
        return cls(int(match[1]), SECONDS_OF[match[2]])

    def __str__(self) -> str:
        unit = next(name for name, seconds in SECONDS_OF.items() if seconds == self.seconds)
        return f"{self.limit}/{unit}"


class StrictEnv:
    """Reads variables and remembers every name, so that a test can compare them with the docs.

    `NAME_FILE` may name a file that holds the value of `NAME`, as container secrets do. An empty
    value counts as not set, because compose files pass `${NAME:-}`.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = environ.FileAwareEnv.ENVIRON if variables is None else variables
        self.names: dict[str, object] = {}

    def read(self, name: str, cast: Callable[[str], T], default: T | Required) -> T:
        self.names[name] = default
        try:
            raw = self._variables.get(name, "").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from None
        if not raw:
            if isinstance(default, Required):
                raise ImproperlyConfigured(f"{name} is not set. {default.remedy}")
            return default
        try:
            return cast(raw)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} {error}") from None

    def text(self, name: str, default: str | Required) -> str:
        return self.read(name, str, default)

    def boolean(self, name: str, default: bool) -> bool:
        return self.read(name, _boolean, default)

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        return self.read(name, lambda raw: _integer(raw, least, most), default)

    def integers(self, name: str, default: list[int], *, least: int, most: int) -> list[int]:
        return self.read(name, lambda raw: [_integer(i, least, most) for i in _items(raw)], default)

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """Blocks of addresses: 10.20.0.0/16."""
        return self.read(name, lambda raw: [_network(item) for item in _items(raw)], [])

    def seconds(self, name: str, default: float, *, most: float) -> float:
        return self.read(name, lambda raw: _seconds(raw, most), default)

    def choice(self, name: str, default: str, choices: Iterable[str]) -> str:
        return self.read(name, lambda raw: _choice(raw, sorted(choices)), default)

    def secret(self, name: str, *, remedy: str) -> str:
        """A key that cannot be guessed; `remedy` is a command that makes one."""
        return self.read(name, lambda raw: _secret(raw, remedy), Required(f"Make one: {remedy}"))

    def secrets(self, name: str) -> list[str]:
        """Keys of before."""
        return self.read(name, lambda raw: [_secret(key, "") for key in _items(raw)], [])

    def hosts(self, name: str, default: list[str], *, wildcard: bool) -> list[str]:
        return self.read(name, lambda raw: [_host(h, wildcard) for h in _items(raw)], default)

    def origins(self, name: str) -> list[str]:
        return self.read(name, lambda raw: [_origin(item) for item in _items(raw)], [])

    def matching(self, name: str, default: str | Required, pattern: str, meaning: str) -> str:
        def cast(raw: str) -> str:
            if not re.fullmatch(pattern, raw):
                raise ValueError(f"must be {meaning}, not {raw!r}.")
            return raw

        return self.read(name, cast, default)

    def folder(self, name: str, default: Path, *, base: Path) -> Path:
        """A folder; a relative one counts from the project, whatever the working folder is."""
        return self.read(name, lambda raw: base / Path(raw).expanduser(), default)

    def mail(self, name: str, *, public_url: str) -> MailServer:
        """Where mails go. Links in them need the address of this service."""
        server = self.read(name, lambda raw: (mail_server(raw), raw)[1], "")
        if server and not public_url:
            raise ImproperlyConfigured(f"PUBLIC_URL is not set, and {name} is: links need it.")
        return mail_server(server) if server else MailServer()

    def rate(self, name: str) -> Rate | None:
        """How often something may happen; None where nothing is said."""
        text = self.matching(name, "", RATE.pattern, "a rate such as 600/min (s, min, h or day)")
        return Rate.parse(text) if text else None

    def url(self, name: str, schemes: Iterable[str]) -> str:
        return self.read(name, lambda raw: _url(raw, sorted(schemes)), "")

    def prefix(self, name: str, default: str) -> str:
        """What addresses begin with: a path of this host, or a URL. Ends with a slash."""
        return self.read(name, _prefix, default)

    def database(self, name: str, default: Required) -> dict[str, Any]:
        """Django's settings of a PostgreSQL database; a socket folder goes into `?host=`."""
        return self.read(name, _database, default)


def _boolean(raw: str) -> bool:
    if (word := raw.lower()) in TRUE | FALSE:
        return word in TRUE
    raise ValueError(f"must be one of 1, true, yes, on, 0, false, no, off, not {raw!r}.")


def _integer(raw: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", raw) or not least <= int(raw) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}, not {raw!r}.")
    return int(raw)


def _network(raw: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(raw)
    except ValueError as error:
        raise ValueError(f"holds networks such as 10.20.0.0/16, not {raw!r}: {error}.") from None


def _seconds(raw: str, most: float) -> float:
    try:
        value = float(raw)
    except ValueError:
        value = math.nan
    if not 0 < value <= most:
        raise ValueError(f"must be a number of seconds above 0 and up to {most}, not {raw!r}.")
    return value


def _choice(raw: str, choices: list[str]) -> str:
    for choice in choices:
        if raw.lower() == choice.lower():
            return choice
    raise ValueError(f"must be one of {', '.join(choices)}, not {raw!r}.")


def _items(raw: str) -> list[str]:
    items = [item.strip() for item in raw.split(",")]
    if not all(items):
        raise ValueError("has an empty item: separate the items with single commas.")
    return items


def _secret(raw: str, remedy: str) -> str:
    # The same measure as Django's own deployment check security.W009.
    if len(raw) < 50 or len(set(raw)) < 5 or raw.startswith("django-insecure-"):
        raise ValueError(
            "is too short or too simple: it needs 50 characters or more that nobody can guess. "
            f"Make one: {remedy}"
            if remedy
            else "is too short or too simple: each key has 50 characters or more, as it had."
        )
    return raw


def _host(raw: str, wildcard: bool) -> str:
    if raw == "*" and not wildcard:
        raise ValueError("may hold * in DEBUG mode only: name the hosts you serve.")
    if not HOST.fullmatch(raw):
        raise ValueError(f"holds host names without scheme, port or path, not {raw!r}.")
    return raw


def _origin(raw: str) -> str:
    if raw == "*":
        return raw
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or f"{parts.scheme}://{parts.netloc}" != raw:
        raise ValueError(f"holds origins such as https://shop.example, not {raw!r}.")
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"holds origins such as https://shop.example, not {raw!r}.")
    return raw


def _url(raw: str, schemes: list[str]) -> str:
    scheme, mark, rest = raw.partition("://")
    # The value may carry a password: an error never repeats it.
    starts = [f"{known}://" for known in schemes]
    if not mark or scheme not in schemes or not rest:
        raise ValueError(f"must be a URL that begins with {' or '.join(starts)}.")
    try:
        _ = urlsplit(raw).port
    except ValueError:
        raise ValueError("has a port that is not a number.") from None
    return raw


def _prefix(raw: str) -> str:
    if not re.fullmatch(r"(/[\w.~-]+|https?://[\w.:-]+)(/[\w.~-]+)*/", raw, re.ASCII):
        raise ValueError(f"must be a path or a URL that ends with a slash, not {raw!r}.")
    return raw


def _database(raw: str) -> dict[str, Any]:
    raw = _url(raw, ["postgres", "postgresql"])
    parts: dict[str, Any] = environ.Env.db_url_config(raw)
    options = parts.pop("OPTIONS", {})
    if not parts["NAME"]:
        raise ValueError("names no database: postgresql://user:password@host:5432/database.")
    if unknown := sorted((set(parts) | set(options)) - DATABASE_OPTIONS - DJANGO_KEYS):
        raise ValueError(f"has an unknown option: {', '.join(unknown)}.")
    parts["HOST"] = options.pop("host", None) or parts["HOST"]
    parts["PORT"] = str(options.pop("port", None) or parts["PORT"])
    return {**parts, "ENGINE": "django.db.backends.postgresql", "OPTIONS": options}
