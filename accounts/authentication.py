"""Bearer token -> request.user, in one query."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.errors import InvalidToken
from accounts.sessions import user_of_access_token

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import User


class CatalogJWTAuthentication(JWTAuthentication):
    """The signature is checked without a query; sign-in, user and roles cost one together.

    So a caller who was disabled, deleted or signed out, or whose password changed, is refused
    on the next request, not when the token expires.
    """

    def authenticate(self, request: "Request") -> tuple["User", None] | None:  # type: ignore[override]
        header = self.get_header(request)
        raw = self.get_raw_token(header) if header else None
        if raw is None:
            return None
        try:
            return user_of_access_token(raw), None
        except InvalidToken:
            raise token_refused() from None

    def authenticate_header(self, request: "Request") -> str:
        return 'Bearer realm="catalog"'


def token_refused() -> AuthenticationFailed:
    """The one answer to every bad token: which check failed is nobody's business."""
    return AuthenticationFailed("The token is invalid or has expired.")
