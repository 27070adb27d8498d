"""Rules of stock and of the places where it lies."""

from catalog_project.errors import DomainError
from products.errors.general import CodeTaken, Constraints, InvalidValue


class StockTooLow(DomainError):
    code = "stock-too-low"
    title = "There is not enough of it"


class StockMoved(DomainError):
    code = "stock-moved"
    title = "The stock is not what you expected"


CONSTRAINTS: Constraints = {
    "products_location_code_key": (CodeTaken, "Choose another code.", "/code"),
    "location_code_form": (
        InvalidValue,
        "A code has small letters, digits and single hyphens or underscores between them.",
        "/code",
    ),
    "location_name_not_blank": (InvalidValue, "A name is not blank.", "/name"),
    "stock_not_below_lowest": (
        StockTooLow,
        "A location holds less than the backorder policy allows: set its quantity first.",
        None,
    ),
    "stock_not_absurd": (InvalidValue, "A quantity is at most 1,000,000,000.", None),
    "variant_backorder_policy": (
        InvalidValue,
        "backorder_limit is 1 to 1,000,000 with the policy limit, and 0 with every other one.",
        "/backorder_limit",
    ),
}
