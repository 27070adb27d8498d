"""EMAIL_URL: how mail leaves this service. Read with the settings, so it knows nothing of them."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
FORM = "smtp+tls://user:password@mail.example:587 (or smtp+ssl://, smtp://), or console:"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed over; nowhere, while `backend` is empty."""

    backend: str = ""
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_server(raw: str) -> MailServer:
    """Raises ValueError, which never repeats the value: it holds a password."""
    if raw == "console:":
        return MailServer(backend="django.core.mail.backends.console.EmailBackend")
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise ValueError(f"must be {FORM}.") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"must be {FORM}.")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("names a user without a password, or a password without a user.")
    return MailServer(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtp+ssl",
    )
