"""The composition: the only module that imports both accounts and products."""

from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from accounts.admin_login import login

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/login/", login),  # before the admin's own, which it wraps
    path("admin/", admin.site.urls),
    path("api/v1/", include("accounts.api.urls")),
]
