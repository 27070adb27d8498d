from products.models.brands import Brand
from products.models.categories import Category
from products.models.changes import Change
from products.models.channels import Channel, ChannelLocale, Locale
from products.models.documents import Document
from products.models.media import Media
from products.models.prices import Price
from products.models.product_types import (
    Attribute,
    AttributeOption,
    ProductType,
    ProductTypeAttribute,
)
from products.models.products import Product, ProductCategory
from products.models.variants import Variant

__all__ = [
    "Attribute",
    "AttributeOption",
    "Brand",
    "Category",
    "Change",
    "Channel",
    "ChannelLocale",
    "Document",
    "Locale",
    "Media",
    "Price",
    "Product",
    "ProductCategory",
    "ProductType",
    "ProductTypeAttribute",
    "Variant",
]
