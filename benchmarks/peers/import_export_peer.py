"""django-import-export, as its documentation has it, on the same file: lines into products and
variants, row by row, each with its own look-up and save. No documents, no search, no change log.

python -m benchmarks.peers.import_export_peer FILE: prints the seconds that it took.
"""

import csv
import os
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
import tablib
from django.conf import settings

address = urlsplit(os.environ["DATABASE_URL"])
host = dict(pair.split("=", 1) for pair in address.query.split("&") if pair).get("host")
settings.configure(
    INSTALLED_APPS=["import_export"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.path.lstrip("/"),
            "USER": address.username,
            "PASSWORD": address.password,
            "HOST": unquote(host or address.hostname or ""),
            "PORT": address.port or "",
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models  # noqa: E402 (the settings come first)
from import_export import fields, resources, widgets  # noqa: E402


class Product(models.Model):
    handle = models.SlugField(max_length=255, unique=True)
    title = models.CharField(max_length=255)
    body = models.TextField(blank=True)
    vendor = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=255, blank=True)
    tags = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=20)

    class Meta:
        app_label = "import_export"  # the only app there is


class Variant(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    sku = models.CharField(max_length=255, unique=True)
    option = models.CharField(max_length=255)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.IntegerField()
    image = models.URLField()

    class Meta:
        app_label = "import_export"  # the only app there is


class ProductResource(resources.ModelResource):
    class Meta:
        model = Product
        import_id_fields = ("handle",)
        fields = ("handle", "title", "body", "vendor", "category", "tags", "status")
        skip_unchanged = True
        report_skipped = False


class VariantResource(resources.ModelResource):
    product = fields.Field("product", "handle", widgets.ForeignKeyWidget(Product, "handle"))

    class Meta:
        model = Variant
        import_id_fields = ("sku",)
        fields = ("product", "sku", "option", "price", "quantity", "image")
        skip_unchanged = True
        report_skipped = False


PRODUCT = {
    "handle": "Handle",
    "title": "Title",
    "body": "Body (HTML)",
    "vendor": "Vendor",
    "category": "Product Category",
    "tags": "Tags",
    "status": "Status",
}
VARIANT = {
    "handle": "Handle",
    "sku": "Variant SKU",
    "option": "Option1 Value",
    "price": "Variant Price",
    "quantity": "Variant Inventory Qty",
    "image": "Image Src",
}


def dataset(rows: list[dict[str, str]], columns: dict[str, str]) -> tablib.Dataset:
    found = tablib.Dataset(headers=list(columns))
    for row in rows:
        found.append([row[name] for name in columns.values()])
    return found


def main() -> None:
    tables = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in (Product, Variant):
            if model._meta.db_table not in tables:
                editor.create_model(model)
    start = time.perf_counter()
    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first: list[tuple[Any, list[dict[str, str]], dict[str, str]]] = [
        (ProductResource(), [row for row in rows if row["Title"]], PRODUCT),
        (VariantResource(), rows, VARIANT),
    ]
    for resource, chosen, columns in first:
        resource.import_data(dataset(chosen, columns), raise_errors=True)
    took = time.perf_counter() - start
    wrong = Variant.objects.exclude(price__gt=Decimal(0)).count()
    assert Variant.objects.count() >= len(rows)
    assert not wrong
    print(took)


if __name__ == "__main__":
    main()
