from products.models.brands import Brand
from products.models.categories import Category
from products.models.changes import Change
from products.models.documents import Document
from products.models.media import Media
from products.models.prices import Price
from products.models.products import Product, ProductCategory
from products.models.variants import Variant

__all__ = [
    "Brand",
    "Category",
    "Change",
    "Document",
    "Media",
    "Price",
    "Product",
    "ProductCategory",
    "Variant",
]
