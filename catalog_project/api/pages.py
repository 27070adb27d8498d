"""Pages for people: the start page, the list of problems, the documentation of the API."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

from catalog_project.api.preconditions import digest, is_fresh
from catalog_project.api.problem_types import all_problem_types

REDOC_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
EMPTY_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
LINKS = [
    {"path": "/docs", "title": "API documentation", "text": "Try every request in the browser."},
    {"path": "/redoc", "title": "API reference", "text": "The same, laid out for reading."},
    {"path": "/openapi.json", "title": "OpenAPI schema", "text": "For generators of clients."},
    {"path": "/docs/problems", "title": "Problems", "text": "Every error code, and what to do."},
    {"path": "/admin/", "title": "Admin", "text": "Where staff looks after the catalog."},
    {
        "path": "/health",
        "title": "Health",
        "text": "What the service needs, and whether it is there.",
    },
]


@require_safe
@cache_control(max_age=300)
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "start.html", {"links": LINKS})


@require_safe
@cache_control(max_age=300)
def problems(request: HttpRequest) -> HttpResponse:
    """Each problem's `type` leads to its entry here."""
    return render(request, "problems.html", {"problems": all_problem_types()})


@cache
def schema_document() -> bytes:
    """The OpenAPI document. It takes a second to make and is the same until the next start."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    return bytes(OpenApiJsonRenderer().render(document))


@require_safe
@cache_control(max_age=300)
def schema(request: HttpRequest) -> HttpResponse:
    return _kept(request, schema_document(), OpenApiJsonRenderer.media_type)


@cache
def redoc_bundle() -> bytes:
    """Redoc without the logo that it would fetch from its maker's site on every visit."""
    path = finders.find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")
    return Path(str(path)).read_bytes().replace(REDOC_LOGO, EMPTY_PICTURE)


@require_safe
@cache_control(max_age=86_400)
def redoc_script(request: HttpRequest) -> HttpResponse:
    return _kept(request, redoc_bundle(), "text/javascript; charset=utf-8")


def _kept(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """The same for everybody until the next start: 304 for a browser that has it."""
    tag = digest(body)
    if is_fresh(request, tag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = f'"{tag}"'
    return response


swagger = SpectacularSwaggerView.as_view(template_name="swagger.html", url="/openapi.json")
redoc = SpectacularRedocView.as_view(template_name="redoc.html", url="/openapi.json")
