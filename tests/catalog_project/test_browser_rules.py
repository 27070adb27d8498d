"""What browsers are told: cookies, forms from elsewhere, frames, transport, and who may embed."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as own
from django.test import Client

from tests.acceptance.server import ROOT
from tests.accounts.factories import PASSWORD, UserFactory

PAGES = [
    "/",
    "/openapi.json",
    "/docs",
    "/redoc",
    "/admin/login/",
    "/api/v1/nowhere",
    "/media/x.png",
]


def sign_in(client: Client) -> Any:
    user = UserFactory.create(is_staff=True, viewer=True)
    return client.post("/admin/login/", {"username": user.username, "password": PASSWORD})


@pytest.mark.django_db
def test_cookies_are_for_the_admin_and_for_no_script(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/admin/login/")
    sign_in(client)
    assert {"catalog_session", "csrftoken"} <= set(client.cookies)
    for name in ("catalog_session", "csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["secure"]) == (True, True), name
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/admin", ""), name
    assert client.cookies["catalog_session"]["max-age"] == 12 * 3600


@pytest.mark.parametrize(("https", "secure"), [("1", "True"), ("0", "False")])
def test_cookies_are_for_https_unless_it_is_off(https: str, secure: str) -> None:
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS"
    said = ", ".join(f"settings.{name}" for name in names.split())
    program = f"from django.conf import settings; print({said})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "HTTPS": https, "HSTS_SECONDS": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [secure, secure, secure, "77" if https == "1" else "0"]


@pytest.mark.django_db
def test_the_session_is_another_one_after_signing_in() -> None:
    client = Client()
    client.cookies["catalog_session"] = planted = "a" * 32
    sign_in(client)
    assert client.cookies["catalog_session"].value != planted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_a_form_from_elsewhere_changes_nothing(origin: str) -> None:
    user = UserFactory.create(is_staff=True, manager=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/admin/products/brand/add/")
    token = client.cookies["csrftoken"].value
    answer = client.post(
        "/admin/products/brand/add/",
        {"name": "Forged", "csrfmiddlewaretoken": token},
        headers={"origin": origin},
    )
    assert answer.status_code == 403
    without = client.post("/admin/products/brand/add/", {"name": "Forged"})
    assert without.status_code == 403


@pytest.mark.django_db
def test_a_session_of_the_admin_opens_nothing_of_the_api() -> None:
    """So a page elsewhere that makes a browser call the API calls it as nobody."""
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, admin=True))
    made = client.post("/api/v1/brands", {"name": "Forged"}, content_type="application/json")
    assert (made.status_code, client.get("/api/v1/auth/me").status_code) == (401, 401)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_framed_guessed_or_told_elsewhere(path: str) -> None:
    answer = Client().get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    # Pictures are there to be shown in storefronts; nothing else is anybody's to embed.
    embeds = "cross-origin" if path.startswith("/media/") else "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == embeds
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_the_admin_runs_no_inline_script() -> None:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, admin=True))
    for path in ("/admin/", "/admin/products/product/", "/admin/products/product/add/"):
        answer = client.get(path)
        scripts = answer["Content-Security-Policy"].partition("script-src ")[2].partition(";")[0]
        assert scripts == "'self' 'unsafe-eval'"
        for part in answer.content.decode().split("<script")[1:]:
            tag, _, rest = part.partition(">")
            inline = rest.partition("</script")[0].strip()
            is_data = "application/json" in tag or "text/template" in tag
            assert "src=" in tag or is_data or not inline, (path, tag)


@pytest.mark.django_db
def test_plain_http_is_sent_on_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    answer = Client().get("/admin/login/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/admin/login/")
    assert "Strict-Transport-Security" not in answer  # over plain http it would say nothing
    safe = Client().get("/", secure=True)
    assert safe["Strict-Transport-Security"] == "max-age=31536000"
    assert Client().get("/health/live").status_code == 200


def test_no_other_origin_is_trusted_unless_it_is_named() -> None:
    assert own.CSRF_TRUSTED_ORIGINS == []
    assert own.CORS_ALLOWED_ORIGINS == []
    assert own.CORS_ALLOW_CREDENTIALS is False
