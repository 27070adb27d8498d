"""Products with attributes of each kind that filters know, and what filters mean, one by one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from products.models import Brand, Category, Product, ProductType
from products.models.units import in_base_unit
from tests.products.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

WOODS = ["oak", "ash", "elm"]
HEIGHTS = [("45", "cm"), ("450", "mm"), ("0.5", "m"), ("20", "in"), ("18", "cm")]
DAYS = ["2024-02-29", "2026-01-01", "2026-01-02"]
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "wood": {"type": "choice", "options": WOODS},
    "rooms": {"type": "multi_choice", "options": ["a", "b", "c"]},
    "seats": {"type": "integer"},
    "score": {"type": "decimal"},
    "height": {"type": "measurement", "dimension": "length"},
    "since": {"type": "date"},
    "at": {"type": "datetime"},
    "is_new": {"type": "boolean"},
    "maker": {"type": "text"},
    "story": {"type": "long_text"},
}
# Of each variant.
SIZES = {"size": {"type": "text"}, "width": {"type": "measurement", "dimension": "length"}}
Values = dict[str, Any]


def values_of(n: int) -> Values:
    """What product n says; every attribute is missing somewhere."""
    height, unit = HEIGHTS[n % 5]
    said: Values = {
        "wood": WOODS[n % 3],
        "rooms": [["a"], ["a", "b"], ["b", "c"]][n % 3],
        "seats": n % 4,
        "score": ["-1.5", "0", "2.25", "10"][n % 4],
        "height": {"value": height, "unit": unit},
        "since": DAYS[n % 3],
        "at": f"2026-01-0{1 + n % 3}T12:00:00.000000Z",
        "is_new": n % 2 == 0,
        "maker": ["A, B & Sons", "Zoë=1"][n % 2],
        "story": "<p>Long.</p>",
    }
    return {name: value for i, (name, value) in enumerate(said.items()) if (n + i) % 4}


@dataclass
class Item:
    """A product as this module knows it, without asking the catalog."""

    product: Product
    brand: str
    categories: list[str]
    amounts: list[Decimal]
    values: dict[str, list[Any]] = field(default_factory=dict)


class AttributeShop:
    """24 products for shoppers, and two that they may not see."""

    def __init__(self) -> None:
        rows = {
            code: AttributeFactory.create(code=code, name=code.title(), is_filterable=True, **said)
            for code, said in {**ATTRIBUTES, **SIZES}.items()
        }
        secret = AttributeFactory.create(code="secret", type="text")
        self.brands: list[Brand] = BrandFactory.create_batch(2)
        self.root: Category = CategoryFactory.create()
        self.leaf: Category = CategoryFactory.create(parent=self.root)
        self.kind: ProductType = ProductTypeFactory.create(
            slug="chair",
            attributes=[*(rows[code] for code in ATTRIBUTES), secret],
            variant_attributes=[rows[code] for code in SIZES],
        )
        self.items = [self._item(n, status="published") for n in range(24)]
        self.hidden = [self._item(n, status="draft") for n in (24, 25)]

    def _item(self, n: int, *, status: str) -> Item:
        values, categories = values_of(n), [[], [self.root], [self.leaf]][n % 3]
        amounts = [Decimal(5 * (n % 7)) + i * 3 for i in range(n % 3)]
        variants: list[dict[str, Any]] = [
            {
                "sku": f"V-{n}-{i}",
                "options": {"Size": f"{i}"},
                "attributes": {"size": "SM"[i], "width": {"value": f"{10 + i}", "unit": "cm"}},
                "prices": [price(str(amount))],
            }
            for i, amount in enumerate(amounts)
        ]
        product = ProductFactory.create(
            name=f"Chair {n}",
            status=status,
            product_type=self.kind if n % 8 else None,
            brand=self.brands[n % 2],
            categories=categories,
            attributes={**values, "secret": "cost 5"} if n % 8 else {},
            variants=variants if n % 8 else [{**each, "attributes": {}} for each in variants],
        )
        path = [str(key) for category in categories for key in category.path]
        item = Item(product, str(self.brands[n % 2].pk), path, amounts)
        if n % 8:
            item.values = {code: _parts(value) for code, value in values.items()}
            for each in variants:
                for code, value in each["attributes"].items():
                    item.values.setdefault(code, []).append(value)
        return item


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def number_of(value: Any) -> Any:
    """What is compared, of a stored value or of the text of a filter."""
    if isinstance(value, dict):
        return in_base_unit("length", value["value"], value["unit"])
    if isinstance(value, str) and " " in value:
        return in_base_unit("length", *value.split(" "))
    text = str(value)
    if "T" in text:
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if text.count("-") == 2 else Decimal(text)


def _is_one_of(code: str, texts: Iterable[str]) -> Callable[[Item], bool]:
    if code in ("height", "width"):
        numbers = {number_of(text) for text in texts}
        return lambda item: any(number_of(v) in numbers for v in item.values.get(code, []))
    wanted = {text.lower() if code == "is_new" else text for text in texts}
    return lambda item: any(
        (str(v).lower() if code == "is_new" else str(v)) in wanted
        for v in item.values.get(code, [])
    )


def meaning(filters: dict[str, list[str]]) -> Callable[[Item], bool]:
    """What the filters of a query mean, all of them together."""
    tests: list[Callable[[Item], bool]] = []
    bounds: dict[str, dict[str, Any]] = {}
    for name, texts in filters.items():
        if not name.startswith("attributes."):
            tests.append(PLAIN[name](texts))
            continue
        code, _, kind = name.removeprefix("attributes.").partition(".")
        if kind == "exists":
            tests.append(_exists(code, texts[0] == "true"))
        elif kind:
            bounds.setdefault(code, {})[kind] = number_of(texts[0])
        else:
            tests.append(_is_one_of(code, texts))
    tests += [_within(code, said) for code, said in bounds.items()]
    return lambda item: all(test(item) for test in tests)


def _exists(code: str, wanted: bool) -> Callable[[Item], bool]:
    return lambda item: (code in item.values) == wanted


def _within(code: str, said: dict[str, Any]) -> Callable[[Item], bool]:
    def test(item: Item) -> bool:
        numbers = [number_of(value) for value in item.values.get(code, [])]
        return any(said.get("min", n) <= n <= said.get("max", n) for n in numbers)

    return test


PLAIN: dict[str, Callable[[list[str]], Callable[[Item], bool]]] = {
    "brand": lambda texts: lambda item: item.brand in texts,
    "category": lambda texts: lambda item: bool({*texts} & {*item.categories}),
    "price_min": lambda texts: lambda item: any(a >= Decimal(texts[0]) for a in item.amounts),
    "price_max": lambda texts: lambda item: any(a <= Decimal(texts[0]) for a in item.amounts),
}
