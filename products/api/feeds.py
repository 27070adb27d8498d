"""Feeds: what is shown elsewhere, made again and again, at an address that stays."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import CanManageFeeds
from products.api.export_selection import ensure_filters, wanted_of
from products.api.export_shapes import (
    FeedInput,
    FeedPatch,
    FeedResponse,
    LackingResponse,
    names_in,
)
from products.api.nouns import NounViewSet
from products.errors import ExportNotReady
from products.models import Feed
from products.services import exports as services


class FeedViewSet(NounViewSet):
    queryset = Feed.objects.all()
    serializer_class = FeedResponse
    permission_classes = [CanManageFeeds]
    key_field = "address"
    keyset = ("name", "id")
    create_shape = FeedInput
    replace_shape = FeedInput
    patch_shape = FeedPatch
    create_service = staticmethod(services.create_feed)
    update_service = staticmethod(services.update_feed)
    delete_service = staticmethod(services.delete_feed)
    emptied = {"filters": "", "link": "", "minutes": 60, "is_active": True}

    def read(self, shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        values = super().read(shape, request)
        if "filters" in values:
            ensure_filters(names_in(values["filters"]))
            wanted_of(values["filters"], request.user)
        return values


class FeedLacksViewSet(FeedViewSet):
    serializer_class = LackingResponse  # type: ignore[assignment]  # another answer
    query_parameters = {}

    def retrieve(self, request: Request, key: str) -> Response:
        feed = self._row(key)
        if feed.lacking is None:
            raise ExportNotReady(f"The feed is not made yet. {feed.error}".strip())
        return Response(feed.lacking)
