"""Rows for tests, built through the services: documents and changes are written with them."""

from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.actors import Actor
from products.models import (
    Attribute,
    Brand,
    Category,
    Collection,
    Curation,
    Export,
    Feed,
    Location,
    PriceList,
    Product,
    ProductType,
    Synonym,
    TaxClass,
)
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.collections import create_collection
from products.services.curations import PLACES, create_curation
from products.services.locations import create_location
from products.services.price_lists import create_price_list
from products.services.product_types import create_product_type
from products.services.products import create_product
from products.services.synonyms import create_synonym
from products.services.tax_classes import create_tax_class

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


class CollectionFactory(factory.Factory[Collection]):
    """A draft without products, unless `rule` finds some."""

    class Meta:
        model = Collection

    name = factory.Sequence(lambda n: f"Collection {n}")

    @classmethod
    def _create(cls, model_class: type[Collection], *_: Any, **values: Any) -> Collection:  # noqa: ARG003
        return create_collection(values=values, may_publish=True, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


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


class LocationFactory(factory.Factory[Location]):
    class Meta:
        model = Location

    code = factory.Sequence(lambda n: f"location-{n}")
    name = factory.LazyAttribute(lambda each: each.code.capitalize())

    @classmethod
    def _create(cls, model_class: type[Location], *_: Any, **values: Any) -> Location:  # noqa: ARG003
        return create_location(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


class ExportFactory(factory.django.DjangoModelFactory[Export]):
    """Asked for, and not made: no job waits for it."""

    class Meta:
        model = Export

    format = "csv"


class FeedFactory(factory.django.DjangoModelFactory[Feed]):
    """Not made yet, and no job waits for it."""

    class Meta:
        model = Feed

    name = factory.Sequence(lambda n: f"Feed {n}")
    address = factory.Sequence(lambda n: f"feed-{n}")
    format = "google-xml"
    next_at = factory.LazyFunction(timezone.now)


class PriceListFactory(factory.Factory[PriceList]):
    """In USD and for everybody, unless told otherwise."""

    class Meta:
        model = PriceList

    code = factory.Sequence(lambda n: f"list-{n}")
    name = factory.LazyAttribute(lambda each: each.code.capitalize())
    currency = "USD"

    @classmethod
    def _create(cls, model_class: type[PriceList], *_: Any, **values: Any) -> PriceList:  # noqa: ARG003
        return create_price_list(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


class TaxClassFactory(factory.Factory[TaxClass]):
    class Meta:
        model = TaxClass

    code = factory.Sequence(lambda n: f"class-{n}")
    name = factory.LazyAttribute(lambda each: each.code.capitalize())

    @classmethod
    def _create(cls, model_class: type[TaxClass], *_: Any, **values: Any) -> TaxClass:  # noqa: ARG003
        return create_tax_class(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


def price(
    amount: str, currency: str = "USD", compare_at: str | None = None, **more: Any
) -> dict[str, Any]:
    """`more`: price_list (a code), min_quantity, valid_from, valid_until."""
    return {
        **more,
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


class SynonymFactory(factory.Factory[Synonym]):
    class Meta:
        model = Synonym

    locale = "en"
    phrases = factory.Sequence(lambda n: [f"word{n}", f"other{n} phrase"])

    @classmethod
    def _create(cls, model_class: type[Synonym], *_: Any, **values: Any) -> Synonym:  # noqa: ARG003
        return create_synonym(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values


class CurationFactory(factory.Factory[Curation]):
    """Of one product, pinned, unless it is given others: rows."""

    class Meta:
        model = Curation

    query = factory.Sequence(lambda n: f"query {n}")
    locale = "en"
    channel = None

    @classmethod
    def _create(cls, model_class: type[Curation], *_: Any, **values: Any) -> Curation:  # noqa: ARG003
        if not values.keys() & set(PLACES):
            values["pinned"] = [ProductFactory.create()]
        values |= {name: [row.pk for row in values[name]] for name in PLACES if name in values}
        return create_curation(values=values, actor=SYSTEM)  # type: ignore[arg-type]  # plain values
