"""Rules of the category tree, and of brands."""

from catalog_project.errors import DomainError
from products.errors.general import Constraints, InvalidValue, SlugTaken


class CategoryCycle(DomainError):
    code = "category-cycle"
    title = "A category cannot move below itself"


class CategoryTooDeep(DomainError):
    code = "category-too-deep"
    title = "The category tree is at most 12 levels deep"


CONSTRAINTS: Constraints = {
    "products_category_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "products_brand_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "brand_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "category_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "category_depth": (CategoryTooDeep, "Move it to a higher level.", "/parent"),
    "category_not_its_own_parent": (CategoryCycle, "Choose another parent.", "/parent"),
}
