from django.urls import path

from accounts.api import people, views
from accounts.api.api_keys import ApiKeyViewSet

urlpatterns = [
    path("auth/token", views.SignIn.as_view(), name="auth-token"),
    path("auth/token/refresh", views.Renew.as_view(), name="auth-token-refresh"),
    path("auth/token/verify", views.Verify.as_view(), name="auth-token-verify"),
    path("auth/logout", views.SignOut.as_view(), name="auth-logout"),
    path("auth/logout-all", views.SignOutEverywhere.as_view(), name="auth-logout-all"),
    path("auth/password", people.OwnPassword.as_view(), name="auth-password"),
    path("auth/password-reset", people.PasswordReset.as_view(), name="auth-password-reset"),
    path(
        "auth/password-reset/confirm",
        people.PasswordResetConfirmation.as_view(),
        name="auth-password-reset-confirm",
    ),
    path("auth/invitations", people.Invitations.as_view(), name="auth-invitations"),
    path("auth/me", views.Me.as_view(), name="auth-me"),
    path(
        "api-keys",
        ApiKeyViewSet.as_view({"get": "list", "post": "create"}),
        name="api-keys",
    ),
    path(
        "api-keys/<uuid:key>",
        ApiKeyViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-key",
    ),
    path(
        "api-keys/<uuid:key>/rotate",
        ApiKeyViewSet.as_view({"post": "rotate"}),
        name="api-key-rotate",
    ),
]
