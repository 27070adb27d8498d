"""Which products an export has: the query string of the product list -> what to read."""

from typing import Any

from rest_framework import serializers

from catalog_project.api.serializers import did_you_mean
from products.api.product_filters import CONTROLS, FILTERS, read_query
from products.api.product_reads import listing_of
from products.api.viewing import choose
from products.documents.listing import ids_of
from products.documents.pages import find_page
from products.models import Product
from products.search.filtering import with_words
from products.transfer.truth import Wanted

# Of what shapes a list, an export takes these: filters look in this channel and language.
LOOKS = ("channel", "locale")


def wanted_of(
    query: str, user: Any, *, with_archived: bool = False, with_costs: bool = False
) -> Wanted:
    """The query names filters of the product list, as an editor may; archived products are among
    those that it finds only if they are asked for.

    Raises ValidationError that names each wrong parameter, ViewNotReady, ChannelForbidden.
    """
    asked = read_query(query, sees_all=True)
    view, _ = choose(asked.channel, asked.locale, "", user)
    listing = listing_of(asked, view)
    if not listing.filters:
        return Wanted(with_archived=with_archived, with_costs=with_costs, view=view.number)
    if "collection" in listing.filters:  # by whatever name it is asked for
        listing, _ = find_page(listing, limit=1)
    is_about_archived = listing.filters.get("status") == Product.Status.ARCHIVED
    ids, parameters = ids_of(with_words(listing))
    return Wanted(ids, parameters, with_archived or is_about_archived, with_costs, view.number)


def ensure_filters(names: Any) -> None:
    """Raises ValidationError for what shapes a page, and has no meaning for a file."""
    known = [*FILTERS, *LOOKS]
    wrong = {
        name: [f"An export has no such parameter.{did_you_mean(name, known)}"]
        for name in names
        if name in CONTROLS and name not in LOOKS
    }
    if wrong:
        raise serializers.ValidationError(wrong)
