"""The fields of the product row itself, and the rows that they name."""

from collections.abc import Mapping, Sequence
from typing import Any

from products.errors import UnknownReference
from products.models import Brand, Category, Product
from products.services.contents import clean_tags
from products.services.locking import existing
from products.services.naming_rows import id_of
from products.services.sizes import ensure_metadata
from products.services.values import ProductValues

PLAIN = (
    "name",
    "slug",
    "description",
    "status",
    "publish_at",
    "unpublish_at",
    "option_names",
    "attributes",
    "metadata",
    "seo_title",
    "seo_description",
    "translations",
)


class References:
    """The brands and categories that these writes name, as far as they are there: two queries."""

    def __init__(self, items: Sequence[ProductValues]) -> None:
        brands = {brand for item in items if (brand := item.get("brand"))}
        categories = {key for item in items for key in item.get("categories", [])}
        self._brands = existing(Brand, brands)
        self._categories = existing(Category, categories)

    def ensure_there(self, item: ProductValues) -> None:
        """Raises UnknownReference."""
        brand = item.get("brand")
        if brand and brand not in self._brands:
            raise UnknownReference("brand", brand, pointer="/brand")
        for n, key in enumerate(item.get("categories", [])):
            if key not in self._categories:
                raise UnknownReference("category", key, pointer=f"/categories/{n}")


def plain_values(values: ProductValues) -> dict[str, Any]:
    """The named fields of the product row itself, in the form in which they are stored."""
    plain: dict[str, Any] = {name: values[name] for name in PLAIN if name in values}  # type: ignore[literal-required]  # PLAIN are keys of the TypedDict
    if "brand" in values:
        plain["brand_id"] = values["brand"]
    if "product_type" in values:
        plain["product_type_id"] = values["product_type"]
    if "tax_class" in values:
        plain["tax_class_id"] = id_of(values["tax_class"])
    if "tags" in values:
        plain["tags"] = clean_tags(values["tags"])
    ensure_metadata(plain.get("metadata", {}))
    return plain


def assign_plain(product: Product, plain: Mapping[str, Any]) -> set[str]:
    changed = {name for name, value in plain.items() if getattr(product, name) != value}
    for name in changed:
        setattr(product, name, plain[name])
    return changed
