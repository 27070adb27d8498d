"""Content negotiation where there is nothing to negotiate."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

if TYPE_CHECKING:
    from rest_framework.request import Request


class FixedNegotiation(DefaultContentNegotiation):
    """Answers the usual `Accept` headers without parsing them; all others as DRF does."""

    def select_renderer(
        self,
        request: "Request",
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        offered = list(renderers)
        first = offered[0]
        accept = request.META.get("HTTP_ACCEPT", "*/*")
        if accept in ("*/*", "", first.media_type):
            return first, first.media_type or ""
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, offered, format_suffix)
        return chosen
