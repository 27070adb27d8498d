"""Routes of exports and feeds."""

from django.urls import path
from drf_spectacular.utils import extend_schema_view
from rest_framework.routers import SimpleRouter

from products.api.documentation import export_files
from products.api.export_files import (
    ExportedFileViewSet,
    ExportJobViewSet,
    ProductFileViewSet,
)
from products.api.feeds import FeedLacksViewSet, FeedViewSet

extend_schema_view(**export_files.STREAM)(ProductFileViewSet)
extend_schema_view(**export_files.JOBS)(ExportJobViewSet)
extend_schema_view(**export_files.FILE)(ExportedFileViewSet)
extend_schema_view(**export_files.FEEDS)(FeedViewSet)
extend_schema_view(**export_files.LACKS)(FeedLacksViewSet)

router = SimpleRouter(trailing_slash=False)
router.register("feeds", FeedViewSet, basename="feed")
urlpatterns = [
    path(
        "exports/products",
        ProductFileViewSet.as_view({"get": "retrieve"}),
        name="export-products",
    ),
    path("exports", ExportJobViewSet.as_view({"get": "list", "post": "create"}), name="exports"),
    path(
        "exports/<str:key>",
        ExportJobViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="export",
    ),
    path(
        "exports/<str:key>/file",
        ExportedFileViewSet.as_view({"get": "retrieve"}),
        name="export-file",
    ),
    path("feeds/<str:key>/lacks", FeedLacksViewSet.as_view({"get": "retrieve"}), name="feed-lacks"),
    *router.urls,
]
