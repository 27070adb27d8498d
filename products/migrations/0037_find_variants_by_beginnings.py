"""Find variants by the beginning of a SKU, GTIN or part number. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Collate, Lower


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0036_words_stay_in_their_rows")]

    operations = [
        AddIndexConcurrently(
            "variant", models.Index(Collate(Lower(name), "C"), name=f"variant_{name}_begins")
        )
        for name in ("sku", "gtin", "mpn")
    ]
