"""API keys over HTTP: for people who have signed in, about their own keys. A key makes no keys."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.api import api_key_documentation as docs
from accounts.api.api_key_shapes import (
    ApiKeyPatch,
    ApiKeyRequest,
    ApiKeyResponse,
    NewApiKeyResponse,
    RotationRequest,
)
from accounts.api_keys import (
    OVERLAP,
    create_api_key,
    keys_visible_to,
    revoke_api_key,
    rotate_api_key,
    set_api_key_rate,
)
from accounts.authentication import CatalogJWTAuthentication
from accounts.errors import NoSuchApiKey
from accounts.models import ApiKey, User
from accounts.permissions import CanManageSecurity, CanOwnKeys
from catalog_project.api.pagination import KeysetPagination
from catalog_project.api.views import StrictViewSet


class ApiKeyViewSet(StrictViewSet):
    queryset = ApiKey.objects.none()  # each caller's own are read instead
    serializer_class = ApiKeyResponse
    authentication_classes = [CatalogJWTAuthentication]
    permission_classes = [CanOwnKeys]
    pagination_class = KeysetPagination
    keyset = ("id",)
    lookup_field = "key"
    query_parameters = {"list": ("limit", "cursor")}
    is_repeatable = False  # a new key is shown once, and never stored

    def get_permissions(self) -> list[Any]:
        """A limit that its subject could lift would be none."""
        if self.action == "partial_update":
            return [CanManageSecurity()]
        return list(super().get_permissions())

    @extend_schema(**docs.LIST)
    def list(self, request: Request) -> Response:
        """Your own keys, oldest first; an admin sees everybody's. Never their secrets."""
        page = self.paginate_queryset(keys_visible_to(_caller(request)))
        return _private(self.get_paginated_response(ApiKeyResponse(page, many=True).data))

    @extend_schema(**docs.RETRIEVE)
    def retrieve(self, request: Request, key: UUID) -> Response:
        """One key: its rights, when it was last used (to the minute), when it ends."""
        found = keys_visible_to(_caller(request)).filter(pk=key).first()
        if found is None:
            raise NoSuchApiKey(f"There is no API key {key}.")
        return _private(Response(ApiKeyResponse(found).data))

    @extend_schema(**docs.CREATE)
    def create(self, request: Request) -> Response:
        """Make a key that acts for you, with no more rights than you have. The answer is the only
        place where the key itself is ever shown."""
        made, text = create_api_key(
            _caller(request), **self.read(ApiKeyRequest, request), actor=actor_of(request)
        )
        return _shown_once(request, reverse("api-key", args=[made.pk]), made, text)

    @extend_schema(**docs.SET_RATE)
    def partial_update(self, request: Request, key: UUID) -> Response:
        """Let a key ask more or less often than the others, from the next request on."""
        changed = set_api_key_rate(
            key,
            **self.read(ApiKeyPatch, request),
            visible=keys_visible_to(_caller(request)),
            actor=actor_of(request),
        )
        return _private(Response(ApiKeyResponse(changed).data))

    @extend_schema(**docs.ROTATE)
    def rotate(self, request: Request, key: UUID) -> Response:
        """Make a successor with the same rights. Both keys are good until the overlap is over, so
        that no program has to stop. Only the owner may, for the answer is the owner's new key."""
        asked = self.read(RotationRequest, request)
        seconds = asked.get("overlap_seconds", OVERLAP.total_seconds())
        made, text = rotate_api_key(
            key,
            visible=ApiKey.objects.filter(owner=_caller(request)),
            overlap=timedelta(seconds=seconds),
            expires_at=asked.get("expires_at"),
            actor=actor_of(request),
        )
        return _shown_once(request, reverse("api-key", args=[made.pk]), made, text)

    @extend_schema(**docs.REVOKE)
    def destroy(self, request: Request, key: UUID) -> Response:
        """Refuse the key from the next request on. It stays in the list for 90 days."""
        self.read_nothing(request)
        revoke_api_key(key, visible=keys_visible_to(_caller(request)), actor=actor_of(request))
        return Response(status=204)


def _caller(request: Request) -> User:
    return cast("User", request.user)


def _shown_once(request: Request, path: str, made: ApiKey, text: str) -> Response:
    made.key = text  # type: ignore[attr-defined]  # the shape prints it beside the row
    answer = Response(NewApiKeyResponse(made).data, status=201)
    answer["Location"] = request.build_absolute_uri(path)
    return _private(answer)


def _private(answer: Response) -> Response:
    answer["Cache-Control"] = "no-store"
    return answer
