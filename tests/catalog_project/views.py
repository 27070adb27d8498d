"""Views that misbehave on request: an address space for the tests of the frame."""

from collections.abc import Callable
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFieldsSent
from django.db import DataError, Error, IntegrityError, OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from psycopg import errors as pg
from psycopg_pool import PoolTimeout
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog_project import urls as real
from catalog_project.errors import DomainError


class ShelfFull(DomainError):
    """The shelf takes no more."""

    code = "shelf-full"
    title = "The shelf is full"

    def members(self) -> dict[str, object]:
        return {"free": 0}


def caused(error: type[Error], cause: Exception) -> Error:
    made = error("secret detail of the database")
    made.__cause__ = cause
    return made


RAISES: dict[str, Callable[[], Exception]] = {
    "rule": lambda: ShelfFull("Take one off first.", pointer="/shelf"),
    "missing": lambda: Http404("secret"),
    "denied": lambda: PermissionDenied("secret"),
    "throttled": lambda: exceptions.Throttled(wait=7.2),
    "refused-token": lambda: exceptions.AuthenticationFailed({"detail": "Expired.", "code": "x"}),
    "suspicious": lambda: SuspiciousOperation("secret"),
    "fields": lambda: TooManyFieldsSent("secret"),
    "bug": lambda: RuntimeError("secret"),
    "wrong-sql": lambda: caused(ProgrammingError, pg.UndefinedTable()),
    "too-big": lambda: caused(DataError, pg.NumericValueOutOfRange()),
    "too-big-for-an-index": lambda: caused(OperationalError, pg.ProgramLimitExceeded()),
    "twice": lambda: caused(IntegrityError, pg.UniqueViolation()),
    "away": lambda: caused(OperationalError, psycopg.OperationalError()),
    "pool": lambda: caused(OperationalError, PoolTimeout()),
    "read-only": lambda: caused(Error, pg.ReadOnlySqlTransaction()),
    "slow": lambda: caused(OperationalError, pg.QueryCanceled()),
    "locked": lambda: caused(OperationalError, pg.LockNotAvailable()),
    "deadlock": lambda: caused(OperationalError, pg.DeadlockDetected()),
}


class VariantSerializer(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=4)


class ProductSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    price = serializers.DecimalField(max_digits=20, decimal_places=4, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=3), required=False)
    variants = VariantSerializer(many=True, required=False)
    metadata = serializers.JSONField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["name"] == "nobody":
            raise serializers.ValidationError("Such a product has no name.", code="nameless")
        return attrs


class Echo(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request: Request) -> Response:
        return Response({"ok": True})

    def post(self, request: Request) -> Response:
        serializer = ProductSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)

    def put(self, request: Request) -> Response:
        return Response(request.data)


class Raise(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request: Request, what: str) -> Response:
        raise RAISES[what]()


class Forgotten(APIView):
    """A view whose author forgot the permission."""

    authentication_classes = []

    def get(self, request: Request) -> Response:
        return Response({"secret": True})


def raise_plainly(request: HttpRequest, what: str) -> HttpResponse:
    raise RAISES[what]()


urlpatterns = [
    path("api/echo", Echo.as_view()),
    path("api/raise/<str:what>", Raise.as_view()),
    path("api/plain/<str:what>", raise_plainly),
    path("api/forgotten", Forgotten.as_view()),
    path("plain/<str:what>", raise_plainly),
    path("", include(real)),
]
handler400 = real.handler400
handler403 = real.handler403
handler404 = real.handler404
handler500 = real.handler500
