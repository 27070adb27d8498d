"""What staff see and do. Every write is a call of a service."""

from products.admin import brands, categories, changes, products

__all__ = ["brands", "categories", "changes", "products"]
