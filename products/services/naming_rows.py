"""Price lists and tax classes that input names by their codes."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue
from products.models import PriceList, TaxClass
from products.services.values import PriceValues, ProductValues, VariantValues

Item = TypeVar("Item", ProductValues, VariantValues)


def with_rows(products: Sequence[ProductValues]) -> list[ProductValues]:
    """Each code of a price list or tax class replaced by its row, in at most two queries.

    Raises InvalidValue that points at a code that nobody has.
    """
    rows = _Rows([*products, *(v for product in products for v in product.get("variants", []))])
    return [_product(rows, product) for product in products]


def variant_with_rows(variant: VariantValues) -> VariantValues:
    return _named(_Rows([variant]), variant)


def variants_with_rows(variants: Sequence[VariantValues]) -> list[VariantValues]:
    return _product(_Rows(variants), ProductValues(variants=[*variants]))["variants"]


def price_with_row(price: PriceValues) -> PriceValues:
    rows = _Rows([{"prices": [price]}])
    return {**price, "price_list": rows.price_list(price.get("price_list"))}


def id_of(tax_class: str | TaxClass | None) -> UUID | None:
    """Of a row that stands for its code by now."""
    assert not isinstance(tax_class, str), "with_rows comes first"
    return tax_class.pk if tax_class else None


class _Rows:
    """What the codes in these items stand for."""

    def __init__(self, items: Iterable[Any]) -> None:
        lists, classes = set(), set()
        for item in items:
            if isinstance(code := item.get("tax_class"), str):
                classes.add(code)
            for price in item.get("prices", []):
                if isinstance(code := price.get("price_list"), str):
                    lists.add(code)
        self.lists = (
            {row.code: row for row in PriceList.objects.filter(code__in=lists)} if lists else {}
        )
        self.classes = (
            {row.code: row for row in TaxClass.objects.filter(code__in=classes)} if classes else {}
        )

    def price_list(self, named: str | PriceList | None) -> PriceList | None:
        if not isinstance(named, str):
            return named
        if named not in self.lists:
            raise InvalidValue(f"There is no price list {named[:100]!r}.", pointer="/price_list")
        return self.lists[named]

    def tax_class(self, named: str | TaxClass | None) -> TaxClass | None:
        if not isinstance(named, str):
            return named
        if named not in self.classes:
            raise InvalidValue(f"There is no tax class {named[:100]!r}.", pointer="/tax_class")
        return self.classes[named]


def _product(rows: _Rows, product: ProductValues) -> ProductValues:
    named = _named(rows, product)
    if "variants" in named:
        variants = []
        for n, variant in enumerate(named["variants"]):
            with pointing_at(f"/variants/{n}"):
                variants.append(_named(rows, variant))
        named["variants"] = variants
    return named


def _named(rows: _Rows, item: Item) -> Item:
    named: dict[str, Any] = {**item}
    if "tax_class" in named:
        named["tax_class"] = rows.tax_class(named["tax_class"])
    if "prices" in named:
        prices = []
        for n, price in enumerate(named["prices"]):
            with pointing_at(f"/prices/{n}"):
                prices.append({**price, "price_list": rows.price_list(price.get("price_list"))})
        named["prices"] = prices
    return cast("Item", named)
