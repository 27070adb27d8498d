"""Pages for people: the start page, the list of problems, the documentation of the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.views import (
    SpectacularJSONAPIView,
    SpectacularRedocView,
    SpectacularSwaggerView,
)

from catalog_project.api.problem_types import all_problem_types

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


schema = SpectacularJSONAPIView.as_view()
swagger = SpectacularSwaggerView.as_view(template_name="swagger.html", url="/openapi.json")
redoc = SpectacularRedocView.as_view(template_name="redoc.html", url="/openapi.json")
