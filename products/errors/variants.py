"""Rules of variants that their services say before the database does."""

from products.errors.general import Constraints, InvalidValue

CONSTRAINTS: Constraints = {
    "variant_mpn_not_blank": (InvalidValue, "An MPN is not blank.", "/mpn"),
    "variant_status_known": (InvalidValue, "There are: draft, active, discontinued.", "/status"),
    "variant_weight_exact": (
        InvalidValue,
        "A weight is a number of a known unit, and its grams are what that makes.",
        "/weight",
    ),
    "variant_size_exact": (
        InvalidValue,
        "Dimensions are numbers of a known unit, and their millimetres are what that makes.",
        "/dimensions",
    ),
}
