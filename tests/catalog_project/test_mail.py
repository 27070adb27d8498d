"""EMAIL_URL: understood or refused, and never repeated in an error."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog_project.environment import StrictEnv
from catalog_project.ops.mail import MailServer, mail_server

SMTP = "django.core.mail.backends.smtp.EmailBackend"
HERE = "https://catalog.example"


def test_each_scheme_has_its_port_and_its_tls() -> None:
    plain = mail_server("smtp://mail.example")
    assert (plain.backend, plain.host, plain.port, plain.starttls, plain.tls) == (
        SMTP, "mail.example", 25, False, False,
    )  # fmt: skip
    upgraded = mail_server("smtp+tls://ada%40shop:p%2Fw@mail.example:2525")
    assert (upgraded.user, upgraded.password, upgraded.port) == ("ada@shop", "p/w", 2525)
    assert (upgraded.starttls, upgraded.tls) == (True, False)
    assert (mail_server("smtp+ssl://mail.example").port, mail_server("console:").host) == (
        465, "localhost",
    )  # fmt: skip


@pytest.mark.parametrize(
    "url",
    ["http://s3cret@mail.example", "smtp://:s3cret@mail.example", "smtp://mail.example:s3cret",
     "smtp://s3cret@mail.example", "smtp://", "mail.example", "smtp://mail.example/?tls=s3cret"],
)  # fmt: skip
def test_what_is_no_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL ") as refusal:
        StrictEnv({"EMAIL_URL": url}).mail("EMAIL_URL", public_url=HERE)
    assert "s3cret" not in str(refusal.value)


def test_links_need_an_address_and_no_mail_needs_nothing() -> None:
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL is not set"):
        StrictEnv({"EMAIL_URL": "console:"}).mail("EMAIL_URL", public_url="")
    assert StrictEnv({}).mail("EMAIL_URL", public_url="") == MailServer()
