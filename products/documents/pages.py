"""A page of a list, also of a collection that is asked for by another of its names."""

from dataclasses import replace

from accounts.remembered import CallerCheck
from products.documents.collection_keys import renamed_collection
from products.documents.listing import Listing, Page, read_page
from products.documents.orders import Place


def find_page(
    listing: Listing,
    *,
    limit: int,
    place: Place | None = None,
    caller: CallerCheck | None = None,
) -> tuple[Listing, Page]:
    """The page, and the list that it is of. Only where nothing is found, one more statement asks
    whether the collection has, or had, this slug in the locale: it would slow the others down.

    Raises ViewsChanged and WrongPlace, as read_page does.
    """
    page = read_page(listing, limit=limit, place=place, caller=caller)
    if page.bodies or "collection" not in listing.filters:
        return listing, page
    found = renamed_collection(
        listing.filters["collection"], view=listing.view, visible_only=listing.visible_only
    )
    if found is None:
        return listing, page
    listing = replace(listing, filters={**listing.filters, "collection": found})
    return listing, read_page(listing, limit=limit, place=place, caller=caller)
