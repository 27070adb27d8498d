"""Rows for tests, built through the services: documents and changes are written with them."""

from decimal import Decimal
from typing import Any

import factory

from accounts.actors import Actor
from products.models import Attribute, Brand, Category, Product, ProductType
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.product_types import create_product_type
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


class AttributeFactory(factory.Factory[Attribute]):
    """A text, unless `type` says otherwise; `options` are codes, labelled by their capitals."""

    class Meta:
        model = Attribute

    code = factory.Sequence(lambda n: f"attribute_{n}")
    name = factory.LazyAttribute(lambda each: each.code.replace("_", " ").capitalize())

    @classmethod
    def _create(cls, model_class: type[Attribute], *_: Any, **values: Any) -> Attribute:  # noqa: ARG003
        values.setdefault("type", "text")
        options = [{"code": code, "label": code.upper()} for code in values.pop("options", [])]
        return create_attribute(values={**values, "options": options}, actor=SYSTEM)  # type: ignore[typeddict-item]  # plain values


class ProductTypeFactory(factory.Factory[ProductType]):
    """`attributes` and `variant_attributes` are rows; `required` are codes among them."""

    class Meta:
        model = ProductType

    name = factory.Sequence(lambda n: f"Type {n}")

    @classmethod
    def _create(cls, model_class: type[ProductType], *_: Any, **values: Any) -> ProductType:  # noqa: ARG003
        required = values.pop("required", ())
        values["attributes"] = [
            {"code": row.code, "is_variant": is_variant, "is_required": row.code in required}
            for is_variant, name in ((False, "attributes"), (True, "variant_attributes"))
            for row in values.pop(name, [])
        ]
        return create_product_type(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


def price(amount: str, currency: str = "USD", compare_at: str | None = None) -> dict[str, Any]:
    return {
        "currency": currency,
        "amount": Decimal(amount),
        "compare_at": Decimal(compare_at) if compare_at else None,
    }


class ProductFactory(factory.Factory[Product]):
    """A product with one variant at 19.90 USD, published unless `status` says otherwise.

    `brand`, `product_type` and `categories` are rows; `variants` and `media` are plain values.
    """

    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Product {n}")
    status = "published"
    variants = factory.Sequence(lambda n: [{"sku": f"SKU-{n}", "prices": [price("19.90")]}])

    @classmethod
    def _create(cls, model_class: type[Product], *_: Any, **values: Any) -> Product:  # noqa: ARG003
        for name in ("brand", "product_type"):
            if row := values.pop(name, None):
                values[name] = row.pk
        values["categories"] = [row.pk for row in values.pop("categories", [])]
        return Product.objects.get(pk=create_product(values=values, actor=SYSTEM))  # type: ignore[arg-type]  # plain values
