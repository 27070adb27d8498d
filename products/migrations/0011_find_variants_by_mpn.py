"""Find a variant by the number that its maker gave it. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0010_variant_facts")]

    operations = [
        AddIndexConcurrently("variant", models.Index(fields=["mpn"], name="variant_mpn")),
    ]
