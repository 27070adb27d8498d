"""The bytes of a page or a detail, and their tag: what every way to read products has in common."""

from dataclasses import replace
from datetime import datetime

import orjson

from accounts.remembered import CallerCheck
from catalog_project.api.pagination import BadCursor, decode_cursor, encode_cursor
from catalog_project.api.preconditions import digest
from products.api.as_of import repriced
from products.api.attribute_tests import attribute_filters
from products.api.product_filters import ListRequest
from products.api.viewing import tag_suffix
from products.documents.listing import Listing, count
from products.documents.orders import Place, WrongPlace
from products.documents.pages import find_page
from products.documents.views import View
from products.search.filtering import with_words

WAYS = (FORTH, BACK) = ("next", "previous")


def read_list(
    asked: ListRequest,
    view: View,
    *,
    at: datetime | None = None,
    caller: CallerCheck | None = None,
) -> tuple[bytes, str]:
    """The bytes of a page, joined from the stored bodies, and their ETag.

    Raises ViewsChanged, as read_page does, BadCursor, and ValidationError for attributes.
    """
    listing = listing_of(asked, view)
    fingerprint = digest(orjson.dumps(listing.identity()))
    place = read_place(asked.cursor, fingerprint)
    listing = with_words(listing)
    if at:
        listing = replace(listing, fields=())
    try:
        listing, page = find_page(listing, limit=asked.limit, place=place, caller=caller)
    except WrongPlace:
        raise BadCursor from None
    tail = cursors(fingerprint, page.next, page.previous)
    if asked.with_total:
        value, is_exact = count(listing)
        tail += b',"total":' + orjson.dumps({"value": value, "exact": is_exact})
    tail += b"}"
    bodies, etags = page.bodies, page.etags
    if at:
        bodies, tag = repriced(bodies, at, asked.listing.fields, view.number)
        etags = [*etags, tag.encode()]
    body = b'{"items":[' + b",".join(bodies) + tail
    tag = digest(*etags, ",".join(asked.listing.fields).encode(), tail)
    return body, tag + tag_suffix(view)


def listing_of(asked: ListRequest, view: View) -> Listing:
    """What is asked for, in this view. Raises ValidationError for attributes and their values."""
    listing = asked.listing
    if asked.attributes:
        listing = replace(
            listing, filters={**listing.filters, **attribute_filters(asked.attributes)}
        )
    return listing if view.is_default else replace(listing, view=view.number)


def read_place(cursor: str | None, fingerprint: str) -> Place | None:
    """Where the page begins that the cursor asks for. Raises BadCursor."""
    if cursor is None:
        return None
    way, first, last = decode_cursor(cursor, fingerprint, 3)
    if way not in WAYS:
        raise BadCursor
    return Place((str(first), str(last)), is_back=way == BACK)


def cursors(fingerprint: str, following: Place | None, previous: Place | None) -> bytes:
    """The end of the items, and the two members behind them."""
    tail = b'],"next_cursor":' + _cursor(fingerprint, following)
    return tail + b',"previous_cursor":' + _cursor(fingerprint, previous)


def _cursor(fingerprint: str, place: Place | None) -> bytes:
    if place is None:
        return b"null"
    return orjson.dumps(encode_cursor(fingerprint, [WAYS[place.is_back], *place.key]))


def tag_of(etag: str, fields: tuple[str, ...], view: View) -> str:
    """The tag of a product's document, or of these members of it."""
    suffix = f"-{digest(','.join(fields).encode())}" if fields else ""
    return etag + suffix + tag_suffix(view)
