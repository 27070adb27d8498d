"""Write down all rows of a small catalog, as this release leaves them.

Run it in the release that the next one shall upgrade from, with an address of an empty database:

    DATABASE_URL=… SECRET_KEY=… python -m tests.products.take_photograph FILE

The upgrade test loads the rows into the tables of that release, before it migrates.
"""

import gzip
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

# In an order in which they can be inserted.
TABLES = (
    "products_locale",
    "products_channel",
    "products_channellocale",
    "products_brand",
    "products_category",
    "products_attribute",
    "products_attributeoption",
    "products_producttype",
    "products_producttypeattribute",
    "products_product",
    "products_productcategory",
    "products_variant",
    "products_price",
    "products_media",
    "products_document",
    "products_change",
)


def make_catalog() -> None:
    """A little of everything that the services write."""
    from products.models import Brand, Product  # noqa: PLC0415 - Django is set up by now
    from products.services.brands import update_brand  # noqa: PLC0415
    from products.services.products import (  # noqa: PLC0415
        archive_product,
        delete_product,
        update_product,
    )
    from tests.products.factories import (  # noqa: PLC0415
        SYSTEM,
        AttributeFactory,
        BrandFactory,
        CategoryFactory,
        ProductFactory,
        ProductTypeFactory,
        price,
    )

    anyhow: Any = {"expected_version": None, "actor": SYSTEM}
    brand = BrandFactory.create(name="Ödegård & Söner")
    kitchen = CategoryFactory.create(name="Kitchen")
    mugs = CategoryFactory.create(name="Mugs", parent=kitchen, position=2)
    material = AttributeFactory.create(code="material", type="choice", options=["oak", "enamel"])
    weight = AttributeFactory.create(code="weight", type="measurement", dimension="mass")
    note = AttributeFactory.create(code="note", is_localizable=True)
    kind = ProductTypeFactory.create(
        name="Ware", attributes=[material, note], variant_attributes=[weight], required=["material"]
    )
    ware = ProductFactory.create(
        name="Enamel mug",
        description="Steel under enamel.",
        brand=brand,
        categories=[mugs, kitchen],
        product_type=kind,
        attributes={"material": "enamel", "note": {"en": "Light."}},
        tags=["camping", "gift"],
        metadata={"supplier": {"code": "NW-17", "lead_days": 12.50}},
        seo_title="Enamel mug, 350 ml",
        media=[{"url": "https://cdn.example/mug.jpg", "alt": "A mug"}],
        publish_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        variants=[
            {
                "sku": f"MUG-{colour}",
                "gtin": gtin,
                "options": {"Color": colour, "Size": "M"},
                "attributes": {"weight": {"value": "120", "unit": "g"}},
                "prices": [price("19.90", compare_at="24.9"), price("1234.5678", "EUR")],
            }
            for colour, gtin in (("Red", "4006381333931"), ("Blue", None))
        ],
    )
    for name in ("Draft", "Archived", "Gone", "Bare"):
        ProductFactory.create(name=name, status="draft", variants=[{"sku": name.upper()}])
    by_name = {product.name: product.pk for product in Product.objects.all()}
    archive_product(by_name["Archived"], **anyhow)
    ProductFactory.create(name="Successor", slug="archived", variants=[{"sku": "ARCHIVED"}])
    delete_product(by_name["Gone"], **anyhow)
    update_product(by_name["Bare"], values={"variants": []}, may_publish=True, **anyhow)
    update_product(ware.pk, values={"tags": ["gift", "new"]}, may_publish=True, **anyhow)
    update_brand(Brand.objects.get().pk, values={"name": "Ödegård"}, **anyhow)


def photograph() -> dict[str, list[dict[str, Any]]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            order = "path" if table == "products_category" else "1"
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY {order}")
            rows[table] = [json.loads(row) for (row,) in cursor.fetchall()]
    for row in rows["products_change"]:
        del row["xid"]  # another cluster counts its transactions anew
    return rows


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_project.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    make_catalog()
    text = json.dumps(photograph(), ensure_ascii=False, separators=(",", ":"))
    Path(sys.argv[1]).write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
