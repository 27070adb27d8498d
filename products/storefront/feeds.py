"""Feeds at the addresses that marketplaces know: whoever knows one may read it."""

import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags
from django.views.decorators.http import require_safe

from products.models import Feed
from products.models.exports import ADDRESS_FORM
from products.services.files_out import place_of
from products.transfer.exporting import WRITERS

MAX_AGE = 300  # seconds
_ADDRESS = re.compile(ADDRESS_FORM)


@require_safe
def feed(request: HttpRequest, address: str, suffix: str) -> HttpResponseBase:
    found = _feed(address)
    if found is None or WRITERS[found.format].suffix != f".{suffix}" or not found.etag:
        raise Http404
    try:
        file = place_of("feeds", found.pk).open("rb")
    except OSError:
        raise Http404 from None
    tag = f'"{found.etag}"'
    answer: HttpResponseBase
    if tag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        file.close()
        answer = HttpResponse(status=304)
    else:
        answer = FileResponse(file, content_type=WRITERS[found.format].media_type)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["ETag"] = tag
    answer["Cache-Control"] = f"{'private' if found.is_secret else 'public'}, max-age={MAX_AGE}"
    answer["X-Robots-Tag"] = "noindex"
    if found.made_at:
        answer["Last-Modified"] = http_date(found.made_at.timestamp())
    return answer


def _feed(address: str) -> Feed | None:
    """Where anonymous callers may not read the catalog, only secret addresses are told."""
    if not _ADDRESS.fullmatch(address):
        return None
    feeds = Feed.objects.filter(address=address, is_active=True)
    if not settings.CATALOG_PUBLIC_READ:
        feeds = feeds.filter(is_secret=True)
    return feeds.first()
