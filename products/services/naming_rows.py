"""Price lists and tax classes that input names by their codes."""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue
from products.models import PriceList, TaxClass
from products.services.values import PriceValues, ProductValues, VariantValues

Item = TypeVar("Item", ProductValues, VariantValues)


def variant_with_rows(variant: VariantValues) -> VariantValues:
    return NamedRows([variant]).item(variant)


def variants_with_rows(variants: Sequence[VariantValues]) -> list[VariantValues]:
    return NamedRows(variants).product(ProductValues(variants=[*variants]))["variants"]


def price_with_row(price: PriceValues) -> PriceValues:
    return NamedRows([{"prices": [price]}]).price(price)


def id_of(tax_class: str | TaxClass | None) -> UUID | None:
    """Of a row that stands for its code by now."""
    assert not isinstance(tax_class, str), "with_rows comes first"
    return tax_class.pk if tax_class else None


class NamedRows:
    """What the codes in these items stand for: at most two queries."""

    def __init__(self, items: Iterable[Any]) -> None:
        lists, classes = set(), set()
        for item in items:
            if isinstance(code := item.get("tax_class"), str):
                classes.add(code)
            for price in item.get("prices", []):
                if isinstance(code := price.get("price_list"), str):
                    lists.add(code)
        self._is_asked = bool(lists or classes)
        self.lists = (
            {row.code: row for row in PriceList.objects.filter(code__in=lists)} if lists else {}
        )
        self.classes = (
            {row.code: row for row in TaxClass.objects.filter(code__in=classes)} if classes else {}
        )

    @classmethod
    def of_products(cls, products: Sequence[ProductValues]) -> Self:
        return cls([*products, *(v for each in products for v in each.get("variants", []))])

    def price_list(self, named: str | PriceList | None) -> PriceList | None:
        if not isinstance(named, str):
            return named
        if named not in self.lists:
            raise InvalidValue(f"There is no price list {named[:100]!r}.", pointer="/price_list")
        return self.lists[named]

    def price(self, price: PriceValues) -> PriceValues:
        return {**price, "price_list": self.price_list(price.get("price_list"))}

    def tax_class(self, named: str | TaxClass | None) -> TaxClass | None:
        if not isinstance(named, str):
            return named
        if named not in self.classes:
            raise InvalidValue(f"There is no tax class {named[:100]!r}.", pointer="/tax_class")
        return self.classes[named]

    def product(self, product: ProductValues) -> ProductValues:
        """With rows for its codes. Raises InvalidValue that points at one that nobody has."""
        if not self._is_asked:
            return product
        named = self.item(product)
        if "variants" in named:
            variants = []
            for n, variant in enumerate(named["variants"]):
                with pointing_at(f"/variants/{n}"):
                    variants.append(self.item(variant))
            named["variants"] = variants
        return named

    def item(self, item: Item) -> Item:
        named: dict[str, Any] = {**item}
        if "tax_class" in named:
            named["tax_class"] = self.tax_class(named["tax_class"])
        if "prices" in named:
            prices = []
            for n, price in enumerate(named["prices"]):
                with pointing_at(f"/prices/{n}"):
                    prices.append(self.price(price))
            named["prices"] = prices
        return cast("Item", named)
