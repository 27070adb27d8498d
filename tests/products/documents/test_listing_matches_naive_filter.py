"""A page is what a naive filter over all rows, sorted in Python, would give."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents.listing import CONDITIONS, ORDERS
from products.models import Brand, Category, Product
from tests.products.factories import BrandFactory, CategoryFactory, ProductFactory, price

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC)
TAGS = ["gift", "oak", "sale"]
AMOUNTS = ["0.00", "5.00", "5.01", "19.90", "250.00"]
NO_PRICE = {"price": Decimal(10**14), "-price": Decimal(-1)}


class Shop:
    """Forty products in which every filter finds some and misses some."""

    def __init__(self) -> None:
        self.brands: list[Brand] = BrandFactory.create_batch(3)
        self.root: Category = CategoryFactory.create()
        self.leaf: Category = CategoryFactory.create(parent=self.root)
        self.other: Category = CategoryFactory.create()
        self.products = [self._product(number) for number in range(40)]

    def _product(self, n: int) -> Product:
        prices = [price(AMOUNTS[(n + i) % 5]) for i in range(n % 3)]
        variants = [
            {"sku": f"S-{n}-{i}", "options": {"Size": f"{i}"}, "prices": [each]}
            for i, each in enumerate(prices)
        ] or [{"gtin": "4006381333931", "prices": [price("1", "EUR")]}]
        return ProductFactory.create(
            name="abcdefgh"[n % 8] + "abcde"[n % 5],
            status=["published", "published", "draft", "archived"][n % 4],
            brand=[*self.brands, None][n % 4],
            categories=[[], [self.root], [self.leaf], [self.other, self.leaf]][n % 4],
            tags=[tag for i, tag in enumerate(TAGS) if n >> i & 1],
            publish_at=[None, TODAY - timedelta(days=1), TODAY + timedelta(days=1)][n % 3],
            unpublish_at=[None, None, None, None, TODAY + timedelta(days=2)][n % 5],
            variants=variants,
        )


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def amounts(product: Product) -> list[Decimal]:
    rows = [row for variant in product.variants.all() for row in variant.prices.all()]
    return [row.amount for row in rows if row.currency == "USD"]


def in_category(product: Product, category_id: str) -> bool:
    paths = [membership.category.path for membership in product.memberships.all()]
    return any(category_id in map(str, path) for path in paths)


# What each filter means, one product at a time.
MEANING: dict[str, Callable[[Product, str], bool]] = {
    "category": in_category,
    "brand": lambda product, value: str(product.brand_id) == value,
    "tag": lambda product, value: set(value.split(",")) <= set(product.tags),
    "sku": lambda product, value: any(v.sku == value for v in product.variants.all()),
    "gtin": lambda product, value: any(v.gtin == value.zfill(14) for v in product.variants.all()),
    "price_min": lambda product, value: any(a >= Decimal(value) for a in amounts(product)),
    "price_max": lambda product, value: any(a <= Decimal(value) for a in amounts(product)),
    "status": lambda product, value: product.status == value,
    "updated_since": lambda product, value: product.updated_at >= datetime.fromisoformat(value),
}
KEYS: dict[str, Callable[[Product], Any]] = {
    "created_at": lambda product: product.created_at,
    "updated_at": lambda product: product.updated_at,
    "name": lambda product: product.name,
    "price": lambda product: min(amounts(product), default=NO_PRICE["price"]),
    "-price": lambda product: min(amounts(product), default=NO_PRICE["-price"]),
}


def naive(products: list[Product], filters: dict[str, str], ordering: str) -> list[str]:
    found = [p for p in products if all(MEANING[name](p, v) for name, v in filters.items())]
    key = KEYS.get(ordering) or KEYS[ordering.removeprefix("-")]
    found.sort(key=lambda product: (key(product), product.pk), reverse=ordering.startswith("-"))
    return [str(product.pk) for product in found]


def walk(client: Any, parameters: dict[str, str]) -> Iterator[str]:
    """Every id of the list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(f"/api/v1/products?{urlencode({**parameters, **cursor})}")
        assert answer.status_code == 200, answer.content
        yield from (item["id"] for item in answer.json()["items"])
        if answer.json()["next_cursor"] is None:
            return
        cursor = {"cursor": answer.json()["next_cursor"]}


def values(shop: Shop) -> dict[str, st.SearchStrategy[str]]:
    amount = st.sampled_from([*AMOUNTS, "4", "1000"])
    instants = [p.updated_at.isoformat().replace("+00:00", "Z") for p in shop.products[::7]]
    return {
        "category": st.sampled_from([str(c.pk) for c in (shop.root, shop.leaf, shop.other)]),
        "brand": st.sampled_from([str(brand.pk) for brand in shop.brands]),
        "tag": st.lists(st.sampled_from(TAGS), min_size=1, max_size=3).map(",".join),
        "sku": st.sampled_from(["S-1-0", "S-2-1", "S-none"]),
        "gtin": st.sampled_from(["4006381333931", "04006381333931", "73513537"]),
        "price_min": amount,
        "price_max": amount,
        "status": st.sampled_from(["draft", "published", "archived"]),
        "updated_since": st.sampled_from(instants),
    }


def test_a_page_is_what_a_naive_filter_gives(shop: Shop, anonymous: Any, editor: Any) -> None:
    products = list(Product.objects.prefetch_related("variants__prices", "memberships__category"))
    by_name = values(shop)
    assert by_name.keys() == CONDITIONS.keys() == MEANING.keys()

    @settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
    @given(
        filters=st.fixed_dictionaries({}, optional=by_name),
        ordering=st.sampled_from(list(ORDERS)),
        limit=st.integers(1, 45),
        is_staff=st.booleans(),
    )
    def check(filters: dict[str, str], ordering: str, limit: int, is_staff: bool) -> None:
        visible = products
        if not is_staff:
            filters = {name: value for name, value in filters.items() if name != "status"}
            visible = [product for product in products if product.is_visible(TODAY)]
        parameters = {**filters, "ordering": ordering, "limit": str(limit)}
        found = list(walk(editor if is_staff else anonymous, parameters))
        assert found == naive(visible, filters, ordering)

    check()


def test_a_total_is_what_counting_gives(shop: Shop, editor: Any) -> None:
    answer = editor.get("/api/v1/products?total=true&limit=1&status=draft")
    drafts = sum(product.status == "draft" for product in shop.products)
    assert answer.json()["total"] == {"value": drafts, "exact": True}


def test_a_total_stops_counting_and_says_so(
    shop: Shop, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.documents.listing.EXACT_TOTAL", 7)
    answer = editor.get("/api/v1/products?total=true&limit=1")
    assert answer.json()["total"] == {"value": 7, "exact": False}
