"""List products by availability. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0017_stock")]

    operations = [
        AddIndexConcurrently(
            "document",
            models.Index(fields=["view", "availability", "product"], name="document_availability"),
        ),
    ]
