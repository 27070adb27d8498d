"""A page is what a naive filter over all rows, sorted in Python, would give."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents.conditions import CONDITIONS
from products.documents.orders import ORDERS
from products.models import Brand, Category, Collection, Product, ProductType
from tests.products.factories import (
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC)
TAGS = ["gift", "oak", "sale"]
AMOUNTS = ["0.00", "5.00", "5.01", "19.90", "250.00"]
NO_PRICE = {"price": Decimal(10**14), "-price": Decimal(-1)}


def tagged(tag: str) -> dict[str, Any]:
    condition = {"field": "tag", "operator": "is", "value": [tag]}
    return {"match": "any", "conditions": [condition]}


class Shop:
    """Forty products in which every filter finds some and misses some."""

    def __init__(self) -> None:
        self.brands: list[Brand] = BrandFactory.create_batch(3)
        self.root: Category = CategoryFactory.create()
        self.leaf: Category = CategoryFactory.create(parent=self.root)
        self.other: Category = CategoryFactory.create()
        self.kind: ProductType = ProductTypeFactory.create()
        self.oak = CollectionFactory.create(slug="oak", status="published", rule=tagged("oak"))
        self.gifts = CollectionFactory.create(status="published", rule=tagged("gift"))
        self.products = [self._product(number) for number in range(40)]

    def _product(self, n: int) -> Product:
        prices = [price(AMOUNTS[(n + i) % 5]) for i in range(n % 3)]
        variants = [
            {
                "sku": f"S-{n}-{i}",
                "mpn": f"M-{i}",
                "track_inventory": n % 4 < 3,
                "backorder_policy": ["deny", "allow"][n % 5 % 2],
                "options": {"Size": f"{i}"},
                "prices": [each],
            }
            for i, each in enumerate(prices)
        ] or [{"gtin": "4006381333931", "prices": [price("1", "EUR")]}]
        return ProductFactory.create(
            name="abcdefgh"[n % 8] + "abcde"[n % 5],
            status=["published", "published", "draft", "archived"][n % 4],
            brand=[*self.brands, None][n % 4],
            product_type=[self.kind, None][n % 2],
            categories=[[], [self.root], [self.leaf], [self.other, self.leaf]][n % 4],
            tags=[tag for i, tag in enumerate(TAGS) if n >> i & 1],
            publish_at=[None, TODAY - timedelta(days=1), TODAY + timedelta(days=1)][n % 3],
            unpublish_at=[None, None, None, None, TODAY + timedelta(days=2)][n % 5],
            variants=variants,
            external_ids=[{"system": "erp", "id": f"{n}"}] if n < 8 else [],
        )


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def amounts(product: Product) -> list[Decimal]:
    rows = [row for variant in product.variants.all() for row in variant.prices.all()]
    return [row.amount for row in rows if row.currency == "USD"]


def has_external_id(product: Product, value: str) -> bool:
    """An archived product has given its ids free."""
    rows = [row for row in product.external_ids.all() if not row.is_archived]
    return value in [f"{row.system}:{row.value}" for row in rows]


def in_category(product: Product, category_id: str) -> bool:
    paths = [membership.category.path for membership in product.memberships.all()]
    return any(category_id in map(str, path) for path in paths)


FOR_STAFF = {"status", "external_id", "completeness_min", "missing"}


def expected_availability(product: Product) -> str:
    """Nothing is in stock anywhere, so the policies decide."""
    said = {
        (variant.backorder_policy == "allow") if variant.track_inventory else None
        for variant in product.variants.all()
    }
    if None in said:
        return "in_stock"
    return "backorder" if True in said else "out_of_stock"


def in_collection(product: Product, key: str) -> bool:
    rows = Collection.objects.filter(members__product=product)
    return any(key in (row.slug, str(row.pk)) for row in rows)


def missing(product: Product) -> list[str]:
    """Nothing here has a description or a picture."""
    return ["description", "media", *([] if amounts(product) else ["price"])]


# What each filter means, one product at a time.
MEANING: dict[str, Callable[[Product, str], bool]] = {
    "category": in_category,
    "collection": in_collection,
    "brand": lambda product, value: str(product.brand_id) == value,
    "tag": lambda product, value: set(value.split(",")) <= set(product.tags),
    "sku": lambda product, value: any(v.sku == value for v in product.variants.all()),
    "gtin": lambda product, value: any(v.gtin == value.zfill(14) for v in product.variants.all()),
    "mpn": lambda product, value: any(v.mpn == value for v in product.variants.all()),
    "availability": lambda product, value: expected_availability(product) == value,
    "external_id": has_external_id,
    "price_min": lambda product, value: any(a >= Decimal(value) for a in amounts(product)),
    "price_max": lambda product, value: any(a <= Decimal(value) for a in amounts(product)),
    "status": lambda product, value: product.status == value,
    "completeness_min": lambda product, value: 100 * (3 - len(missing(product))) // 3 >= int(value),
    "missing": lambda product, value: value in missing(product),
    "updated_since": lambda product, value: product.updated_at >= datetime.fromisoformat(value),
    "updated_before": lambda product, value: product.updated_at < datetime.fromisoformat(value),
    "created_since": lambda product, value: product.created_at >= datetime.fromisoformat(value),
    "created_before": lambda product, value: product.created_at < datetime.fromisoformat(value),
    "q": lambda product, value: value in product.tags,  # nothing else has these words
    "id": lambda product, value: str(product.pk) == value,
    "product_type": lambda product, value: str(product.product_type_id) == value,
}
# Given again, they ask for either.
MANY = ("category", "brand", "availability", "id", "product_type")
KEYS: dict[str, Callable[[Product], Any]] = {
    "created_at": lambda product: product.created_at,
    "updated_at": lambda product: product.updated_at,
    "name": lambda product: product.name,
    "price": lambda product: min(amounts(product), default=NO_PRICE["price"]),
    "-price": lambda product: min(amounts(product), default=NO_PRICE["-price"]),
}


def naive(products: list[Product], filters: dict[str, list[str]], ordering: str) -> list[str]:
    found = [
        product
        for product in products
        if all(any(MEANING[name](product, v) for v in some) for name, some in filters.items())
    ]
    key = KEYS.get(ordering) or KEYS[ordering.removeprefix("-")]
    found.sort(key=lambda product: (key(product), product.pk), reverse=ordering.startswith("-"))
    return [str(product.pk) for product in found]


def walk(client: Any, parameters: dict[str, Any]) -> Iterator[str]:
    """Every id of the list, page by page; and back again, over the same pages."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = read(client, {**parameters, **cursor})
        pages.append([item["id"] for item in page["items"]])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    for expected in reversed(pages[:-1]):
        page = read(client, {**parameters, "cursor": page["previous_cursor"]})
        assert [item["id"] for item in page["items"]] == expected
    assert page["previous_cursor"] is None
    yield from itertools.chain(*pages)


def read(client: Any, parameters: dict[str, Any]) -> Any:
    answer = client.get(f"/api/v1/products?{urlencode(parameters, doseq=True)}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def values(shop: Shop) -> dict[str, st.SearchStrategy[str]]:
    amount = st.sampled_from([*AMOUNTS, "4", "1000"])
    made = [p.created_at.isoformat().replace("+00:00", "Z") for p in shop.products[::9]]
    instants = [p.updated_at.isoformat().replace("+00:00", "Z") for p in shop.products[::7]]
    return {
        "category": st.sampled_from([str(c.pk) for c in (shop.root, shop.leaf, shop.other)]),
        "collection": st.sampled_from(["oak", str(shop.gifts.pk), "none"]),
        "brand": st.sampled_from([str(brand.pk) for brand in shop.brands]),
        "tag": st.lists(st.sampled_from(TAGS), min_size=1, max_size=3).map(",".join),
        "sku": st.sampled_from(["S-1-0", "S-2-1", "S-none"]),
        "gtin": st.sampled_from(["4006381333931", "04006381333931", "73513537"]),
        "mpn": st.sampled_from(["M-0", "M-1", "M-9"]),
        "availability": st.sampled_from(["in_stock", "backorder", "out_of_stock"]),
        "external_id": st.sampled_from(["erp:1", "erp:2", "erp:3", "erp:99", "shop:1"]),
        "price_min": amount,
        "price_max": amount,
        "status": st.sampled_from(["draft", "published", "archived"]),
        "completeness_min": st.sampled_from(["0", "33", "34"]),
        "missing": st.sampled_from(["price", "media", "translations.name"]),
        "updated_since": st.sampled_from(instants),
        "updated_before": st.sampled_from(instants),
        "created_since": st.sampled_from(made),
        "created_before": st.sampled_from(made),
        "q": st.sampled_from(TAGS),
        "id": st.sampled_from([str(p.pk) for p in shop.products[:4]]),
        "product_type": st.sampled_from([str(shop.kind.pk), str(shop.root.pk)]),
    }


def test_a_page_is_what_a_naive_filter_gives(shop: Shop, anonymous: Any, editor: Any) -> None:
    products = list(
        Product.objects.prefetch_related(
            "variants__prices", "memberships__category", "external_ids"
        )
    )
    by_name = {
        name: st.lists(each, min_size=1, max_size=2 if name in MANY else 1)
        for name, each in values(shop).items()
    }
    assert by_name.keys() == CONDITIONS.keys() == MEANING.keys()

    @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        filters=st.fixed_dictionaries({}, optional=by_name),
        ordering=st.sampled_from(list(ORDERS)),
        limit=st.integers(1, 45),
        is_staff=st.booleans(),
    )
    def check(filters: dict[str, list[str]], ordering: str, limit: int, is_staff: bool) -> None:
        visible = products
        if not is_staff:
            filters = {name: filters[name] for name in filters.keys() - FOR_STAFF}
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
