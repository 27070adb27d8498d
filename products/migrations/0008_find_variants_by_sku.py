"""Find a variant by its SKU, also one of an archived product. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0007_large_products")]

    operations = [
        AddIndexConcurrently("variant", models.Index(fields=["sku"], name="variant_sku")),
    ]
