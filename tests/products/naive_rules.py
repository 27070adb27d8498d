"""What a rule means, one product at a time: slow, obvious, written without a look at the SQL."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from products.models import Attribute, Product, Variant
from products.models.units import in_base_unit

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda fact, bound: bool(fact >= bound),
    "at_most": lambda fact, bound: bool(fact <= bound),
}


def finds(rule: Mapping[str, Any], product: Product) -> bool:
    """Whether the rule, at any depth, says yes to the product."""
    if "conditions" in rule:
        answers = [finds(each, product) for each in rule["conditions"]]
        return all(answers) if rule["match"] == "all" else any(answers)
    facts, read = _facts(rule, product)
    operator, value = rule["operator"], rule["value"]
    if operator == "exists":
        return bool(facts) is value
    if operator == "is":
        return any(fact == read(each) for fact in facts for each in value)
    if operator == "is_not":
        return not any(fact == read(each) for fact in facts for each in value)
    return any(SIGNS[operator](fact, read(value)) for fact in facts)


def _facts(rule: Mapping[str, Any], product: Product) -> tuple[list[Any], Callable[[Any], Any]]:
    """The product's values of the field, and how a value of the rule is read to compare them."""
    field = rule["field"]
    if field == "attribute":
        attribute = Attribute.objects.get(code=rule["attribute"])
        read = _reader(attribute)
        return [read(value) for value in _values(attribute, product)], read
    facts: dict[str, list[Any]] = {
        "status": [product.status],
        "product_type": _ids(product.product_type_id),
        "brand": _ids(product.brand_id),
        "category": [str(key) for row in product.memberships.all() for key in row.category.path],
        "tag": product.tags,
        "price": _lowest(product),
        "created_at": [product.created_at],
        "publish_at": [product.publish_at] if product.publish_at else [],
    }
    readers: dict[str, Callable[[Any], Any]] = {
        "price": Decimal,
        "created_at": _instant,
        "publish_at": _instant,
    }
    return facts[field], readers.get(field, str)


def _ids(key: object) -> list[str]:
    return [str(key)] if key else []


def _lowest(product: Product) -> list[Decimal]:
    rows = [price for variant in product.variants.all() for price in variant.prices.all()]
    amounts = [row.amount for row in rows if row.currency == settings.CATALOG_CURRENCY]
    return [min(amounts)] if amounts else []


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _values(attribute: Attribute, product: Product) -> Iterator[Any]:
    """Of the product and each variant, in every locale and channel."""
    owners: list[Product | Variant] = [product, *product.variants.all()]
    for owner in owners:
        if attribute.code not in owner.attributes:
            continue
        values = [owner.attributes[attribute.code]]
        for is_split in (attribute.is_per_channel, attribute.is_localizable):
            if is_split:
                values = [inner for value in values for inner in value.values()]
        for value in values:
            yield from value if attribute.type == "multi_choice" else [value]


def _reader(attribute: Attribute) -> Callable[[Any], Any]:
    if attribute.type in ("integer", "decimal"):
        return Decimal
    if attribute.type == "measurement":
        return lambda value: in_base_unit(attribute.dimension, value["value"], value["unit"])
    if attribute.type == "datetime":
        return _instant
    return lambda value: value
