"""A small catalog with everything in it: each noun, each kind of part, and what is awkward."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from products.models import Category, Channel, Product
from products.services.channels import create_channel, update_channel
from products.services.collection_members import replace_products
from products.services.costs import set_costs
from products.services.listings import write_listings
from products.services.locales import create_locale
from products.services.products import archive_product
from products.services.stock import StockItem, set_stock
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    LocationFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    TaxClassFactory,
    price,
)

AT = datetime(2031, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2031, 4, 1, tzinfo=UTC)


def furnish() -> Product:
    """Answers the lamp, which has one of everything."""
    _channels()
    lamps = _categories()
    spare = ProductFactory.create(
        name="-Bulb", slug="bulb", status="draft", variants=[{"sku": "=B-1", "options": {}}]
    )
    lamp = ProductFactory.create(**_lamp(lamps, spare))
    _beside(lamp)
    gone = ProductFactory.create(name="Candle", slug="candle")
    archive_product(gone.pk, expected_version=None, actor=SYSTEM)
    ProductFactory.create(name="Nothing to choose from", slug="nothing", variants=[])
    return lamp


def _channels() -> None:
    create_locale(values={"code": "de", "name": "Deutsch", "fallback": None}, actor=SYSTEM)
    create_locale(values={"code": "de-AT", "name": "Deutsch (AT)", "fallback": "de"}, actor=SYSTEM)
    default = Channel.objects.get(slug="default")
    values: Any = {"locales": ["en", "de"]}
    update_channel(default.pk, values=values, expected_version=None, actor=SYSTEM)
    create_channel(
        values={"name": "Trade", "slug": "trade", "currency": "EUR", "locales": ["de-AT"]},
        actor=SYSTEM,
    )
    PriceListFactory.create(
        code="trade", currency="EUR", channel="trade", customer_group="gold", priority=3
    )
    PriceListFactory.create(code="spring", valid_from=AT, valid_until=LATER, is_active=False)
    TaxClassFactory.create(code="books", translations={"de": {"name": "Bücher"}})
    LocationFactory.create(code="store_1")
    LocationFactory.create(code="depot", is_active=False)


def _categories() -> Category:
    home = CategoryFactory.create(name="Home > Garden", slug="home")
    lamps = CategoryFactory.create(
        name="Lamps",
        slug="lamps",
        parent=home,
        description="<p>Light</p>",
        translations={"de": {"name": "Lampen"}},
    )
    CategoryFactory.create(name="Lamps", slug="lamps-2", parent=home)
    CollectionFactory.create(
        name="Bright",
        rule={
            "match": "any",
            "conditions": [{"field": "category", "operator": "is", "value": [str(lamps.pk)]}],
        },
    )
    return lamps


def _kind() -> Any:
    plain: list[dict[str, Any]] = [
        {"code": "material", "is_localizable": True, "is_filterable": True},
        {"code": "story", "type": "long_text", "is_localizable": True, "is_per_channel": True},
        {"code": "number", "type": "integer"},
        {"code": "exact", "type": "decimal", "is_per_channel": True},
        {"code": "is_dimmable", "type": "boolean"},
        {"code": "since", "type": "date"},
        {"code": "moment", "type": "datetime"},
        {"code": "shade", "type": "colour"},
        {"code": "rooms", "type": "multi_choice", "options": ["bed", "bath,spa", "hall"]},
        {"code": "height", "type": "measurement", "dimension": "length"},
        {"code": "goes_with", "type": "product"},
        {"code": "belongs_to", "type": "category"},
        {"code": "manual", "type": "url"},
        {"code": "extra", "type": "json"},
    ]
    finish = AttributeFactory.create(code="finish", type="choice", options=["matt", "shiny"])
    return ProductTypeFactory.create(
        slug="lamp",
        attributes=[AttributeFactory.create(**each) for each in plain],
        variant_attributes=[finish],
        translations={"de": {"name": "Lampe"}},
    )


def _lamp(category: Category, spare: Product) -> dict[str, Any]:
    return {
        "name": '=Lamp, "bright"',
        "slug": "lamp",
        "description": "<p>First</p>\r\n<p>Second</p>",
        "publish_at": AT,
        "unpublish_at": LATER,
        "brand": BrandFactory.create(name="Lumen", translations={"de": {"description": "Hell"}}),
        "categories": [category, Category.objects.get(slug="lamps-2")],
        "product_type": _kind(),
        "tax_class": "books",
        "tags": ["a, b", "-c", "[d]"],
        "metadata": {"n": 1.5, "deep": [{"x": None}], "big": 2**53, "text": "'="},
        "seo_title": "'=Title",
        "seo_description": "'t Licht",
        "translations": {
            "de": {"name": "+Lampe", "slug": "lampe", "options/Color": "Farbe"},
            "de-AT": {"description": "<p>Servus</p>"},
        },
        "external_ids": [{"system": "erp", "id": "4711"}, {"system": "erp", "id": "-1"}],
        "relations": [
            {"kind": "accessory", "product": spare.pk},
            {
                "kind": "bundle",
                "product": spare.pk,
                "variant": spare.variants.get().pk,
                "quantity": 3,
            },
        ],
        "attributes": _values(category, spare),
        "media": [
            {"url": "https://images.example/1.jpg", "alt": "-Front\nand back"},
            {
                "url": "https://images.example/2.mp4",
                "kind": "video",
                "focal_point": {"x": 0.25, "y": 1.0},
                "translations": {"de": {"alt": "Von vorn"}},
            },
        ],
        "variants": _variants(),
    }


def _values(category: Category, spare: Product) -> dict[str, Any]:
    return {
        "material": {"en": "oak", "de": "Eiche"},
        "story": {"default": {"en": "Long"}, "trade": {"de-AT": "Lang", "de": "Länger"}},
        "number": -12,
        "exact": {"trade": "0.10", "default": "-1234567890123.000001"},
        "is_dimmable": False,
        "since": "2026-03-01",
        "moment": "2026-03-01T09:00:00Z",
        "shade": "#fff",
        "rooms": ["hall", "bath,spa"],
        "height": {"value": "45.50", "unit": "cm"},
        "goes_with": str(spare.pk),
        "belongs_to": str(category.pk),
        "manual": "https://manuals.example/=1",
        "extra": {"list": [1, 2.5, None, "x"]},
    }


def _variants() -> list[dict[str, Any]]:
    return [
        {
            "sku": "L-1",
            "gtin": "4006381333931",
            "mpn": "-007",
            "options": {"Color": "Red", "Size": "=M"},
            "attributes": {"finish": "matt"},
            "prices": [
                price("19.90", compare_at="25"),
                price("0.0005", "EUR"),
                price("15", min_quantity=10),
                price("12", "EUR", price_list="trade"),
                price("9", price_list="spring", valid_from=AT),
                price("18", valid_from=AT, valid_until=LATER, compare_at="19"),
            ],
            "tax_class": "books",
            "track_inventory": True,
            "backorder_policy": "limit",
            "backorder_limit": 5,
            "weight": {"value": Decimal("1.250"), "unit": "kg"},
            "dimensions": {
                "length": Decimal(1),
                "width": Decimal("2.5"),
                "height": Decimal(3),
                "unit": "cm",
            },
            "external_ids": [{"system": "pim", "id": "L 1"}],
            "media": ["https://images.example/2.mp4", "https://images.example/1.jpg"],
            "metadata": {"shelf": "B4"},
        },
        {"options": {"Color": "Blue"}, "status": "discontinued", "prices": []},
    ]


def _beside(lamp: Product) -> None:
    """What is no part of a product."""
    first = lamp.variants.get(sku="L-1")
    set_costs(
        lamp.pk,
        first.pk,
        costs=[
            {"currency": "USD", "amount": Decimal("7.5")},
            {"currency": "EUR", "amount": Decimal(7)},
        ],
        actor=SYSTEM,
    )
    counts = [("store_1", 4), ("depot", -2)]
    set_stock([StockItem(code, number, variant=first.pk) for code, number in counts], actor=SYSTEM)
    write_listings(
        lamp.pk,
        items=[{"channel": "trade", "is_listed": False, "publish_at": AT, "unpublish_at": None}],
        expected_version=None,
        actor=SYSTEM,
    )
    chosen = CollectionFactory.create(name="Ours", slug="ours", seo_title="@Ours")
    replace_products(chosen.pk, products=[lamp.pk], expected_version=None, actor=SYSTEM)
