"""Rules of what staff say of search."""

from catalog_project.errors import DomainError
from products.errors.general import Constraints, InvalidValue


class CurationTwice(DomainError):
    code = "curation-twice"
    title = "This query has a curation already"


CONSTRAINTS: Constraints = {
    "curation_of_query_unique": (
        CurationTwice,
        "Change the one that is there: in this locale and channel, a query has one.",
        "/query",
    ),
    "channel_boost_by_form": (
        InvalidValue,
        "Boost by newest, availability, or attributes.<code>.",
        "/boost",
    ),
    "channel_boost_weight": (InvalidValue, "A weight is from 0 to 1.", "/boost/weight"),
    "channel_boost_half_at_positive": (
        InvalidValue,
        "Give a number above 0.",
        "/boost/half_at",
    ),
}
