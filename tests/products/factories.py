"""Rows for tests, built through the services: documents and changes are written with them."""

from decimal import Decimal
from typing import Any

import factory

from accounts.actors import Actor
from products.models import Brand, Category, Product
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.products import create_product

SYSTEM = Actor(user_id=None, label="tests", source="command")


class BrandFactory(factory.Factory[Brand]):
    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Brand {n}")

    @classmethod
    def _create(cls, model_class: type[Brand], *_: Any, **values: Any) -> Brand:  # noqa: ARG003
        return create_brand(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


class CategoryFactory(factory.Factory[Category]):
    """`parent` is a category."""

    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")

    @classmethod
    def _create(cls, model_class: type[Category], *_: Any, **values: Any) -> Category:  # noqa: ARG003
        if parent := values.pop("parent", None):
            values["parent"] = parent.pk
        return create_category(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


def price(amount: str, currency: str = "USD", compare_at: str | None = None) -> dict[str, Any]:
    return {
        "currency": currency,
        "amount": Decimal(amount),
        "compare_at": Decimal(compare_at) if compare_at else None,
    }


class ProductFactory(factory.Factory[Product]):
    """A product with one variant at 19.90 USD, published unless `status` says otherwise.

    `brand` and `categories` are rows; `variants` and `media` are plain values.
    """

    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Product {n}")
    status = "published"
    variants = factory.Sequence(lambda n: [{"sku": f"SKU-{n}", "prices": [price("19.90")]}])

    @classmethod
    def _create(cls, model_class: type[Product], *_: Any, **values: Any) -> Product:  # noqa: ARG003
        if brand := values.pop("brand", None):
            values["brand"] = brand.pk
        values["categories"] = [row.pk for row in values.pop("categories", [])]
        return Product.objects.get(pk=create_product(values=values, actor=SYSTEM))  # type: ignore[arg-type]  # plain values
