"""The composition: the only module that imports both accounts and products."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern, URLResolver
from django.views.generic import RedirectView

from accounts import account_pages, password_pages
from accounts.admin_login import login
from accounts.api.jwks import jwks
from catalog_project.api import error_pages, pages
from catalog_project.ops import health, media, metrics
from catalog_project.ops.methods import read_only

my = admin.site.admin_view  # staff who have signed in, and nobody else
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("products.api.urls")),  # first: most requests are for these
    path("api/v1/", include("accounts.api.urls")),
    # Also in DEBUG mode, where Django would explain an unknown address in HTML.
    re_path(r"^api(?:/|$)", error_pages.not_found),
    path("", include("products.storefront.urls")),
    path(".well-known/jwks.json", jwks, name="jwks"),
    path("openapi.json", read_only(pages.schema), name="schema"),
    path("docs", pages.swagger, name="swagger"),
    path("docs/problems", pages.problems, name="problems"),
    path("redoc", pages.redoc, name="redoc"),
    path("redoc/redoc.js", pages.redoc_script, name="redoc-script"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/account/", my(account_pages.account), name="account"),
    path("admin/account/second-factor/", my(account_pages.second_factor), name="second-factor"),
    path("admin/account/sign-out-everywhere/", my(account_pages.sign_out_everywhere_page)),
    path("admin/password_change/", RedirectView.as_view(url="/admin/account/")),
    path("admin/set-password/", password_pages.set_password, name="set-password"),
    # Unfold's login page links to this name.
    path("admin/forgotten/", password_pages.forgotten, name="admin_password_reset"),
    path("admin/login/", login),  # before the admin's own, which it wraps: 429 when throttled
    # No row has a page of its own to show, and Django's own view fails over an id that is no UUID.
    path("admin/r/<path:row>", error_pages.not_found),
    path("admin/", admin.site.urls),
    path("health", health.summary, name="health"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("media/<path:path>", media.media, name="media"),
]

handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.not_found
handler500 = error_pages.server_error
