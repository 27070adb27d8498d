"""Routes of the past of each noun: its history, its versions, and the way back to one."""

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema_view

from products.api.documentation import history
from products.api.history import HISTORIES, NOUNS, VERSIONS
from products.api.noun_reverting import REVERTS
from products.api.undoing import RevertViewSet

extend_schema_view(**history.REVERT)(RevertViewSet)

urlpatterns: list[URLPattern] = []
for plural, past in NOUNS.items():
    extend_schema_view(**history.entries(plural))(HISTORIES[plural])
    extend_schema_view(**history.versions(plural))(VERSIONS[plural])
    urlpatterns += [
        path(
            f"{plural}/<str:key>/history",
            HISTORIES[plural].as_view({"get": "retrieve"}),
            name=f"{past.route}-history",
        ),
        path(
            f"{plural}/<str:key>/history/<str:number>",
            VERSIONS[plural].as_view({"get": "retrieve"}),
            name=f"{past.route}-version",
        ),
    ]
for plural, view in REVERTS.items():
    extend_schema_view(**history.reverts(plural))(view)
    urlpatterns.append(
        path(
            f"{plural}/<str:key>/history/<str:number>/revert",
            view.as_view({"post": "create"}),
            name=f"{NOUNS[plural].route}-revert",
        )
    )
urlpatterns.append(
    path(
        "products/<str:key>/history/<str:number>/revert",
        RevertViewSet.as_view({"post": "create"}),
        name="product-revert",
    )
)
