"""Saleor's demo shop goes in through the services and comes back equal through the API."""

from decimal import Decimal
from typing import Any

import pytest

from products.errors import ProductIncomplete
from products.services.product_types import update_product_type
from products.services.products import create_product
from tests.products.factories import SYSTEM
from tests.products.real_catalogs import ensure_sound, sample
from tests.products.saleor_expected import path_of, said_of, wanted_of
from tests.products.saleor_fixture import (
    Fixture,
    assignments,
    brand_pages,
    channel_slug,
    choice_attributes,
    collected,
    is_listed,
    lacking_required,
    list_code,
    options_of,
    published_at,
    text_of,
)
from tests.products.saleor_left_out import EMPTY, LEFT_OUT, NOT_OURS
from tests.products.saleor_loader import Loader

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Loader:
    return Loader(Fixture(sample("saleor", "populatedb_data.json")))


def test_all_of_the_shop_reads_back_equal(shop: Loader, anonymous: Any, editor: Any) -> None:
    shop.load()
    ensure_products(shop, anonymous)
    ensure_listings(shop, editor)
    ensure_trees(shop.fixture, anonymous)
    ensure_menus(shop.fixture, anonymous)
    ensure_brands_and_attributes(shop.fixture, anonymous)
    ensure_types(shop.fixture, anonymous)
    ensure_collections(shop.fixture, anonymous)
    ensure_channels_and_sales(shop.fixture, editor)
    ensure_ids_and_stock(shop, editor)
    ensure_nothing_is_passed_over(shop.fixture)
    ensure_sound(shop.products.values())


def ensure_products(shop: Loader, anonymous: Any) -> None:
    """Each product, as shoppers of each channel see it."""
    shown = 0
    for listing in shop.fixture.all("product.productchannellisting"):
        product = shop.fixture.get("product.product", listing["product"])
        channel = channel_slug(shop.fixture, listing["channel"])
        answer = anonymous.get(f"/api/v1/products/{product['slug']}?channel={channel}")
        if not is_listed(listing):
            assert answer.status_code == 404
            continue
        shown += 1
        document = answer.json()
        assert said_of(document) == wanted_of(shop.fixture, product, listing["channel"])
        # What Saleor itself makes of prices and sale, which the loader does not read.
        lowest = Decimal(document["price_range"]["min"])
        assert lowest == Decimal(listing["discounted_price_amount"])
    assert shown == 62


def ensure_listings(shop: Loader, editor: Any) -> None:
    for key, product in shop.products.items():
        answer = editor.get(f"/api/v1/products/{product}/channels").json()
        rows = shop.fixture.all("product.productchannellisting", product=key)
        assert {
            each["channel"]: (each["is_listed"], each["publish_at"], each["unpublish_at"])
            for each in answer["channels"]
        } == {
            channel_slug(shop.fixture, row["channel"]): (
                is_listed(row),
                row["published_at"].replace("Z", ".000000Z"),
                None,
            )
            for row in rows
        }


def ensure_trees(fixture: Fixture, anonymous: Any) -> None:
    tree = anonymous.get("/api/v1/categories?limit=100").json()["items"]
    slugs = {each["id"]: each["slug"] for each in tree}
    assert {
        each["slug"]: (
            each["name"],
            each["description"],
            [slugs[key] for key in each["path"]],
            each["child_count"],
        )
        for each in tree
    } == {
        row["slug"]: (
            row["name"],
            text_of(row["description"]),
            path_of(fixture, row.key),
            len(fixture.all("product.category", parent=row.key)),
        )
        for row in fixture.all("product.category")
    }


def ensure_menus(fixture: Fixture, anonymous: Any) -> None:
    """Depth first, siblings in their order."""
    roots = anonymous.get("/api/v1/categories?parent=none").json()["items"]
    menus = [
        [
            each["slug"]
            for each in anonymous.get(f"/api/v1/categories/{root['slug']}/subtree").json()["items"]
        ]
        for root in roots
    ]
    rows = sorted(fixture.all("product.category"), key=lambda row: (row["tree_id"], row["lft"]))
    trees = list(dict.fromkeys(row["tree_id"] for row in rows))
    assert menus == [[row["slug"] for row in rows if row["tree_id"] == tree] for tree in trees]


def ensure_brands_and_attributes(fixture: Fixture, anonymous: Any) -> None:
    brands = anonymous.get("/api/v1/brands?limit=100").json()["items"]
    assert {(each["slug"], each["name"], each["description"]) for each in brands} == {
        (row["slug"], row["title"], text_of(row["content"])) for row in brand_pages(fixture)
    }
    attributes = anonymous.get("/api/v1/attributes?limit=100").json()["items"]
    assert {
        each["code"]: (
            each["name"],
            each["type"],
            each["is_filterable"],
            [(option["code"], option["label"]) for option in each["options"]],
        )
        for each in attributes
    } == {
        row["slug"]: (
            row["name"],
            "choice",
            row["filterable_in_storefront"],
            [(option["slug"], option["name"]) for option in options_of(fixture, row.key)],
        )
        for row in choice_attributes(fixture)
    }


def ensure_types(fixture: Fixture, anonymous: Any) -> None:
    for row in fixture.all("product.producttype"):
        kind = anonymous.get(f"/api/v1/product-types/{row['slug']}").json()
        assert kind["name"] == row["name"]
        assert [
            {name: each[name] for name in ("code", "is_required", "is_variant")}
            for each in kind["attributes"]
        ] == assignments(fixture, row)


def ensure_collections(fixture: Fixture, anonymous: Any) -> None:
    for row in fixture.all("product.collection"):
        address = f"/api/v1/collections/{row['slug']}"
        collection = anonymous.get(address).json()
        assert (collection["name"], collection["description"], collection["publish_at"]) == (
            row["name"],
            text_of(row["description"]),
            f"{published_at(fixture, row):%Y-%m-%dT%H:%M:%S.%fZ}",
        )
        products = anonymous.get(f"{address}/products?limit=100").json()["items"]
        assert [each["slug"] for each in products] == [
            fixture.get("product.product", key)["slug"] for key in collected(fixture, row)
        ]


def ensure_channels_and_sales(fixture: Fixture, editor: Any) -> None:
    for row in fixture.all("channel.channel"):
        channel = editor.get(f"/api/v1/channels/{row['slug']}").json()
        assert (channel["name"], channel["currency"]) == (row["name"], row["currency_code"])
    for row in fixture.all("discount.salechannellisting"):
        price_list = editor.get(f"/api/v1/price-lists/{list_code(fixture, row)}").json()
        sale = fixture.get("discount.sale", row["sale"])
        assert [price_list[name] for name in ("name", "currency", "channel", "valid_from")] == [
            sale["name"],
            row["currency"],
            channel_slug(fixture, row["channel"]),
            sale["start_date"].replace("Z", ".000000Z"),
        ]


def ensure_ids_and_stock(shop: Loader, editor: Any) -> None:
    fixture = shop.fixture
    keys: dict[str, int] = {}  # of variants
    for key, product in shop.products.items():
        ids = editor.get(f"/api/v1/products/{product}/external-ids").json()["items"]
        assert [each["id"] for each in ids if each["variant"] is None] == [str(key)]
        keys |= {each["variant"]: int(each["id"]) for each in ids if each["variant"]}
    assert sorted(keys.values()) == sorted(fixture.rows["product.productvariant"])
    levels = editor.get("/api/v1/stock?limit=100").json()["items"]
    assert {(keys[each["variant"]], each["location"], each["quantity"]) for each in levels} == {
        (
            row["product_variant"],
            fixture.get("warehouse.warehouse", row["warehouse"])["slug"],
            row["quantity"],
        )
        for row in fixture.all("warehouse.stock")
    }
    assert len(levels) == 56


def test_two_products_lack_what_their_types_ask_for(shop: Loader) -> None:
    """Saleor shows them nevertheless; we refuse to, and so their types do not ask for it."""
    shop.load_types()
    assert lacking_required(shop.fixture) == {("audiobook", "publisher"), ("shirt", "material")}
    for slug, code in lacking_required(shop.fixture):
        kind = shop.fixture.all("product.producttype", slug=slug)[0]
        strict: Any = [
            {**each, "is_required": each["is_required"] or each["code"] == code}
            for each in assignments(shop.fixture, kind)
        ]
        update_product_type(
            shop.types[kind.key],
            values={"attributes": strict},
            expected_version=None,
            actor=SYSTEM,
        )
        with pytest.raises(ProductIncomplete):
            create_product(
                values={
                    "name": "Nothing said",
                    "product_type": shop.types[kind.key],
                    "status": "published",
                },
                actor=SYSTEM,
            )


def ensure_nothing_is_passed_over(fixture: Fixture) -> None:
    """Each field was read above, or is named with the reason why not."""
    assert NOT_OURS.keys() | fixture.asked.keys() == fixture.rows.keys()
    for model in fixture.rows.keys() - NOT_OURS.keys():
        left_out = LEFT_OUT.get(model, {})
        assert fixture.asked[model] | left_out.keys() == fixture.fields_of(model), model
        assert not fixture.asked[model] & left_out.keys(), model
        for name, reason in left_out.items():
            if reason == EMPTY:
                values = [row.fields.get(name) for row in fixture.rows[model].values()]
                assert not any(values), (model, name)
