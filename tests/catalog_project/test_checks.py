"""A wrong setting fails `manage.py check`, each with an id of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from catalog_project import checks


def ids(found: list[Any]) -> list[str]:
    return [message.id for message in found]


def test_the_project_as_it_is_has_nothing_to_report() -> None:
    assert run_checks() == []


def test_it_is_fit_for_deployment(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    call_command("check", "--deploy", "--fail-level", "WARNING")


def test_the_request_middleware_must_be_outermost(settings: Any) -> None:
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]
    assert ids(checks.check_request_middleware()) == ["catalog.E001"]
    settings.MIDDLEWARE = []
    assert ids(checks.check_request_middleware()) == ["catalog.E001"]


def test_the_default_permission_must_deny(settings: Any) -> None:
    settings.REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": []}
    assert ids(checks.check_default_permission()) == ["catalog.E002"]


def test_the_admin_must_have_csrf_protection(settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    assert ids(checks.check_admin_csrf()) == ["catalog.E003"]


def test_uploads_must_have_a_folder(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert ids(checks.check_data_folder()) == ["catalog.E004"]
    settings.MEDIA_ROOT = tmp_path / "not-yet" / "media"
    assert checks.check_data_folder() == []


@pytest.mark.parametrize("wrong", [{"CONN_MAX_AGE": 60}, {"OPTIONS": {"pool": None}}])
def test_the_pool_must_be_used(
    settings: Any, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in wrong.items():
        monkeypatch.setitem(settings.DATABASES["default"], name, value)
    assert ids(checks.check_pool()) == ["catalog.E005"]
