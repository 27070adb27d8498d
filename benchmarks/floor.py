"""The floor: the same bytes from views that do nothing else. Nothing built on these can be faster.

BENCH_BODIES names a folder with list.json and detail.json, as the catalog answered them.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODIES = {
    name: (Path(os.environ["BENCH_BODIES"]) / f"{name}.json").read_bytes()
    for name in ("list", "detail")
}
JSON = "application/json"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.floor",
    SECRET_KEY="only-for-benchmarks",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from rest_framework.request import Request  # noqa: E402 (the settings come first)
from rest_framework.views import APIView  # noqa: E402


class BareView(APIView):
    """REST framework with nothing switched on."""

    def get(self, request: Request, name: str) -> HttpResponse:
        return HttpResponse(BODIES[name], content_type=JSON)


def bare_django(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    return HttpResponse(BODIES[name], content_type=JSON)


urlpatterns = [
    path("drf/<str:name>", BareView.as_view()),
    path("django/<str:name>", bare_django),
]
django_application = WSGIHandler()


def wsgi_application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    body = BODIES[environ["PATH_INFO"].rpartition("/")[2]]
    start_response("200 OK", [("Content-Type", JSON), ("Content-Length", str(len(body)))])
    return [body]
