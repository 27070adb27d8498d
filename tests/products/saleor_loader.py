"""Saleor's demo shop, written through the services."""

from typing import Any
from uuid import UUID

from products.models import Brand, Category, Channel, Collection
from products.services.attributes import create_attribute
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.channels import create_channel, update_channel
from products.services.collection_members import replace_products
from products.services.collections import create_collection
from products.services.listings import write_listings
from products.services.locations import create_location
from products.services.price_lists import create_price_list
from products.services.product_types import create_product_type
from products.services.products import create_products
from products.services.stock import StockItem, set_stock
from tests.products.factories import SYSTEM
from tests.products.saleor_fixture import (
    MEDIA,
    Fixture,
    Row,
    assignments,
    brand_of,
    brand_pages,
    by_code,
    by_name,
    channel_slug,
    choice_attributes,
    choices_of,
    choices_of_variant,
    collected,
    focal_point,
    instant,
    is_listed,
    list_code,
    media_of,
    metadata_of,
    options_of,
    prices_of,
    published_at,
    sale_prices_of,
    text_of,
    variants_of,
    weight_of,
)


class Loader:
    """Writes the fixture; `products` and `variants` are what its keys have become."""

    def __init__(self, fixture: Fixture) -> None:
        self.fixture = fixture
        self.types: dict[int, UUID] = {}
        self.brands: dict[str, Brand] = {}
        self.categories: dict[int, Category] = {}
        self.collections: dict[int, Collection] = {}
        self.products: dict[int, UUID] = {}

    def load(self) -> None:
        self._channels()
        self.load_types()
        self._brands()
        self._categories()
        self._sales()
        self._products()
        self._listings()
        self._collections()
        self._stock()

    def _channels(self) -> None:
        """The first of the shop is our default channel, under their name."""
        first, *others = sorted(self.fixture.all("channel.channel"), key=lambda row: row.key)
        default = Channel.objects.get(slug="default")
        update_channel(default.pk, values=_channel(first), expected_version=None, actor=SYSTEM)
        for row in others:
            create_channel(values=_channel(row), actor=SYSTEM)

    def _attributes(self) -> None:
        for row in choice_attributes(self.fixture):
            options: Any = [
                {"code": option["slug"], "label": option["name"]}
                for option in options_of(self.fixture, row.key)
            ]
            create_attribute(
                values={
                    "code": row["slug"],
                    "name": row["name"],
                    "type": "choice",
                    "is_filterable": row["filterable_in_storefront"],
                    "options": options,
                },
                actor=SYSTEM,
            )

    def load_types(self) -> None:
        self._attributes()
        for row in self.fixture.all("product.producttype"):
            kind = create_product_type(
                values={
                    "name": row["name"],
                    "slug": row["slug"],
                    "attributes": assignments(self.fixture, row),
                },
                actor=SYSTEM,
            )
            self.types[row.key] = kind.pk

    def _brands(self) -> None:
        for row in brand_pages(self.fixture):
            self.brands[row["slug"]] = create_brand(
                values={
                    "name": row["title"],
                    "slug": row["slug"],
                    "description": text_of(row["content"]),
                },
                actor=SYSTEM,
            )

    def _categories(self) -> None:
        rows = self.fixture.all("product.category")
        for row in sorted(rows, key=lambda row: (row["level"], row["tree_id"], row["lft"])):
            self.categories[row.key] = create_category(
                values={
                    "name": row["name"],
                    "slug": row["slug"],
                    "description": text_of(row["description"]),
                    "parent": None if row["parent"] is None else self.categories[row["parent"]].pk,
                    "position": row["tree_id"] * 1_000 + row["lft"],
                },
                actor=SYSTEM,
            )

    def _sales(self) -> None:
        for row in self.fixture.all("discount.salechannellisting"):
            sale = self.fixture.get("discount.sale", row["sale"])
            assert sale["end_date"] is None
            create_price_list(
                values={
                    "code": list_code(self.fixture, row),
                    "name": sale["name"],
                    "currency": row["currency"],
                    "channel": channel_slug(self.fixture, row["channel"]),
                    "valid_from": instant(sale["start_date"]),
                },
                actor=SYSTEM,
            )

    def _products(self) -> None:
        rows = self.fixture.all("product.product")
        items: Any = [self._product(row) for row in rows]
        keys = create_products(items, actor=SYSTEM)
        self.products = dict(zip((row.key for row in rows), keys, strict=True))

    def _product(self, row: Row) -> dict[str, Any]:
        brand = brand_of(self.fixture, row)
        return {
            "name": row["name"],
            "slug": row["slug"],
            "description": text_of(row["description"]),
            "status": "published",
            "brand": brand and self.brands[brand].pk,
            "product_type": self.types[row["product_type"]],
            "attributes": by_code(choices_of(self.fixture, row)),
            "categories": [self.categories[row["category"]].pk],
            "seo_title": row["seo_title"],
            "seo_description": row["seo_description"],
            "metadata": metadata_of(self.fixture, row),
            "external_ids": [{"system": "saleor", "id": str(row.key)}],
            "variants": [self._variant(each) for each in variants_of(self.fixture, row)],
            "media": [
                {
                    "url": MEDIA + each["image"],
                    "kind": each["type"].lower(),
                    "alt": each["alt"],
                    "focal_point": focal_point(each),
                }
                for each in media_of(self.fixture, row)
            ],
        }

    def _variant(self, row: Row) -> dict[str, Any]:
        choices = choices_of_variant(self.fixture, row)
        prices = prices_of(self.fixture, row)
        reduced = sale_prices_of(self.fixture, row)
        return {
            "sku": row["sku"],
            "options": by_name(choices),
            "attributes": by_code(choices),
            "weight": weight_of(self.fixture, row),
            "track_inventory": row["track_inventory"],
            "metadata": row["metadata"],
            "external_ids": [{"system": "saleor", "id": str(row.key)}],
            "prices": [
                *({"currency": currency, "amount": amount} for currency, amount in prices.values()),
                *(
                    {
                        "currency": prices[channel][0],
                        "amount": amount,
                        "compare_at": prices[channel][1],
                        "price_list": code,
                    }
                    for channel, (code, amount) in reduced.items()
                ),
            ],
        }

    def _listings(self) -> None:
        for key, product in self.products.items():
            items: Any = [
                {
                    "channel": channel_slug(self.fixture, row["channel"]),
                    "is_listed": is_listed(row),
                    "publish_at": instant(row["published_at"]),
                }
                for row in self.fixture.all("product.productchannellisting", product=key)
            ]
            write_listings(product, items=items, expected_version=None, actor=SYSTEM)

    def _collections(self) -> None:
        for row in self.fixture.all("product.collection"):
            collection = create_collection(
                values={
                    "name": row["name"],
                    "slug": row["slug"],
                    "description": text_of(row["description"]),
                    "status": "published",
                    "publish_at": published_at(self.fixture, row),
                    "seo_title": row["seo_title"],
                    "seo_description": row["seo_description"],
                },
                may_publish=True,
                actor=SYSTEM,
            )
            self.collections[row.key] = collection
            products = [self.products[key] for key in collected(self.fixture, row)]
            replace_products(collection.pk, products=products, expected_version=None, actor=SYSTEM)

    def _stock(self) -> None:
        for row in self.fixture.all("warehouse.warehouse"):
            create_location(values={"code": row["slug"], "name": row["name"]}, actor=SYSTEM)
        set_stock(
            [
                StockItem(
                    location=self.fixture.get("warehouse.warehouse", row["warehouse"])["slug"],
                    sku=self.fixture.get("product.productvariant", row["product_variant"])["sku"],
                    number=row["quantity"],
                )
                for row in self.fixture.all("warehouse.stock")
            ],
            actor=SYSTEM,
        )


def _channel(row: Row) -> Any:
    return {"name": row["name"], "slug": row["slug"], "currency": row["currency_code"]}
