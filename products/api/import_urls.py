"""Routes of imports."""

from django.urls import path
from drf_spectacular.utils import extend_schema_view

from products.api.documentation import imports
from products.api.imports import (
    ImportCancelViewSet,
    ImportPlanViewSet,
    ImportRefusedViewSet,
    ImportRemarksViewSet,
    ImportStartViewSet,
    ImportViewSet,
)

extend_schema_view(**imports.OPERATIONS)(ImportViewSet)
extend_schema_view(**imports.START)(ImportStartViewSet)
extend_schema_view(**imports.CANCEL)(ImportCancelViewSet)
extend_schema_view(**imports.PLAN)(ImportPlanViewSet)
extend_schema_view(**imports.REMARKS)(ImportRemarksViewSet)
extend_schema_view(**imports.REFUSED)(ImportRefusedViewSet)

urlpatterns = [
    path("imports", ImportViewSet.as_view({"get": "list", "post": "create"}), name="imports"),
    path("imports/<str:key>", ImportViewSet.as_view({"get": "retrieve"}), name="import"),
    path(
        "imports/<str:key>/start",
        ImportStartViewSet.as_view({"post": "create"}),
        name="import-start",
    ),
    path(
        "imports/<str:key>/cancel",
        ImportCancelViewSet.as_view({"post": "create"}),
        name="import-cancel",
    ),
    path(
        "imports/<str:key>/plan",
        ImportPlanViewSet.as_view({"get": "retrieve"}),
        name="import-plan",
    ),
    path(
        "imports/<str:key>/remarks",
        ImportRemarksViewSet.as_view({"get": "retrieve"}),
        name="import-remarks",
    ),
    path(
        "imports/<str:key>/refused",
        ImportRefusedViewSet.as_view({"get": "retrieve"}),
        name="import-refused",
    ),
]
