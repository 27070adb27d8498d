"""Rules of relations between products."""

from catalog_project.errors import DomainError
from products.errors.general import CodeTaken, Constraints, InvalidValue


class RelationTwice(DomainError):
    code = "relation-twice"
    title = "A product relates to another one once in each kind"


class BundleCycle(DomainError):
    code = "bundle-cycle"
    title = "A bundle cannot contain itself"


CONSTRAINTS: Constraints = {
    "products_relationkind_code_key": (CodeTaken, "Choose another code.", "/code"),
    "relation_kind_code_form": (
        InvalidValue,
        "A code has small letters, digits, _ and - only.",
        "/code",
    ),
    "relation_kind_bundle_has_a_side": (
        InvalidValue,
        "A bundle contains its parts, and not the other way round: it cannot be symmetric.",
        "/is_symmetric",
    ),
    "relation_unique": (RelationTwice, "Name each product once per kind.", "/relations"),
    "relation_not_to_itself": (
        InvalidValue,
        "A product does not relate to itself.",
        "/relations",
    ),
    "relation_quantity_min": (InvalidValue, "A quantity is 1 or more.", "/relations"),
}
