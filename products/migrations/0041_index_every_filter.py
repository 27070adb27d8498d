"""An index for each filter and each order, also over all statuses. Built while the shop is open."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce

INDEXES = [
    GinIndex(fields=["number_keys"], name="document_number_keys"),
    GinIndex(fields=["missing"], name="document_missing"),
    models.Index(fields=["view", "completeness"], name="document_completeness"),
    models.Index(fields=["view", "price_max"], name="document_price_max"),
    models.Index(fields=["view", "sort_name", "product"], name="document_name"),
    models.Index(
        "view",
        Coalesce("price_min", models.Value(Decimal("99999999999999.9999"))),
        "product",
        name="document_price_up",
    ),
    models.Index(
        "view",
        Coalesce("price_min", models.Value(Decimal(-1))),
        "product",
        name="document_price_down",
    ),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0040_number_keys")]

    operations = [AddIndexConcurrently("document", index) for index in INDEXES]
