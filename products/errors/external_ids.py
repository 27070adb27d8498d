"""Rules of external ids."""

from catalog_project.errors import DomainError
from products.errors.general import Constraints, InvalidValue


class ExternalIdTaken(DomainError):
    code = "external-id-taken"
    title = "Another product or variant has this external id"


CONSTRAINTS: Constraints = {
    "external_id_of_product_unique": (
        ExternalIdTaken,
        "Choose another id, or archive the other product.",
        "/external_ids",
    ),
    "external_id_of_variant_unique": (
        ExternalIdTaken,
        "Choose another id, or archive the other variant's product.",
        None,
    ),
    "external_id_system_form": (
        InvalidValue,
        "A system is named by small letters, digits, dots, hyphens and underscores.",
        "/external_ids",
    ),
    "external_id_not_blank": (
        InvalidValue,
        "An external id is not blank and has no control characters.",
        "/external_ids",
    ),
}
