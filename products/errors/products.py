"""Rules of products and variants."""

from uuid import UUID

from catalog_project.errors import AlreadyThere, DomainError
from products.errors.general import Constraints, InvalidValue, SlugTaken


class SkuTaken(DomainError):
    code = "sku-taken"
    title = "Another variant has this SKU"


class OptionsTaken(DomainError):
    code = "options-taken"
    title = "Two variants of one product have the same options"


class IdWasUsed(DomainError):
    """The change log still has the history of a deleted product with this id."""

    code = "id-was-used"
    title = "The id is that of a product that was deleted"

    def __init__(self, product_id: UUID) -> None:
        super().__init__(
            f"Choose another id, or bring the product back: POST …/products/{product_id}/history/"
            "{version}/revert."
        )


class WrongStatus(DomainError):
    code = "wrong-status"
    title = "The product's status does not allow it"


class MayNotPublish(DomainError):
    status = 403
    code = "may-not-publish"
    title = "Only a publisher decides what shoppers see"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or "Leave status, publish_at and unpublish_at as they are.")


CONSTRAINTS: Constraints = {
    "products_product_pkey": (AlreadyThere, "Read it, then send its ETag as If-Match.", None),
    "variant_sku_unique": (SkuTaken, "Choose another SKU, or archive the other product.", None),
    "product_slug_unique": (SlugTaken, "Choose another slug.", "/slug"),
    "variant_options_unique": (OptionsTaken, "Give each variant its own options.", None),
    "product_window_order": (
        InvalidValue,
        "unpublish_at must be later than publish_at.",
        "/unpublish_at",
    ),
    "product_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
}
