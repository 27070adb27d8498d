"""The public keys, for services that verify our tokens without asking us."""

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.signing_keys import PUBLISHED_FOR, published_keys

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def jwks(_request: "HttpRequest") -> HttpResponse:
    """A JSON Web Key Set (RFC 7517, RFC 8037). Any cache may keep it for a while: a new key
    signs nothing before that while is over."""
    answer = JsonResponse(published_keys(), content_type="application/jwk-set+json")
    answer["Cache-Control"] = f"public, max-age={int(PUBLISHED_FOR.total_seconds())}"
    return answer
