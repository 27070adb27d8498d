"""System checks: what would only fail at the first request fails at `manage.py check`."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from catalog_project.ops.middleware import AdminCsrfMiddleware, RequestMiddleware


@register(Tags.security)
def check_request_middleware(**_options: Any) -> list[CheckMessage]:
    """Request ids, headers and limits must cover every answer, so that one is outermost."""
    first = import_string(settings.MIDDLEWARE[0]) if settings.MIDDLEWARE else None
    if first is RequestMiddleware:
        return []
    return [
        Error(
            "RequestMiddleware is not the first of MIDDLEWARE.",
            hint="Put catalog_project.ops.middleware.RequestMiddleware at the top.",
            id="catalog.E001",
        )
    ]


@register(Tags.security)
def check_default_permission(**_options: Any) -> list[CheckMessage]:
    """A view that forgets its permission must be shut, not open."""
    expected = ["catalog_project.api.permissions.DenyAll"]
    if settings.REST_FRAMEWORK.get("DEFAULT_PERMISSION_CLASSES") == expected:
        return []
    return [
        Error(
            "The API's default permission is not DenyAll.",
            hint=f"Set REST_FRAMEWORK['DEFAULT_PERMISSION_CLASSES'] to {expected}.",
            id="catalog.E002",
        )
    ]


@register(Tags.security)
def check_admin_csrf(**_options: Any) -> list[CheckMessage]:
    """Takes the place of security.W003, which knows only Django's own class."""
    classes = [import_string(name) for name in settings.MIDDLEWARE]
    if AdminCsrfMiddleware in classes:
        return []
    return [
        Error(
            "The admin has no CSRF protection.",
            hint="Put catalog_project.ops.middleware.AdminCsrfMiddleware into MIDDLEWARE.",
            id="catalog.E003",
        )
    ]


@register(Tags.files)
def check_data_folder(**_options: Any) -> list[CheckMessage]:
    """Uploads need a folder; the first one that exists above it must let us make it."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    if folder.is_dir() and _is_writable(folder):
        return []
    return [
        Error(
            f"{folder} is not a folder that this user may write to.",
            hint="Set DATA_DIR to a writable folder.",
            id="catalog.E004",
        )
    ]


@register(Tags.database)
def check_pool(**_options: Any) -> list[CheckMessage]:
    """A pool and connections that Django keeps exclude each other."""
    database = settings.DATABASES["default"]
    if database.get("CONN_MAX_AGE") == 0 and database["OPTIONS"].get("pool"):
        return []
    return [
        Error(
            "The database has no connection pool, or keeps connections out of it.",
            hint="Set CONN_MAX_AGE to 0 and OPTIONS['pool'] in DATABASES['default'].",
            id="catalog.E005",
        )
    ]


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
