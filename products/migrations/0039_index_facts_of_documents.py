"""Find documents by their facts and their type. Built while the shop is open."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0038_facts_of_documents")]

    operations = [
        AddIndexConcurrently(
            "document", models.Index(fields=["product_type_id"], name="document_product_type")
        ),
        AddIndexConcurrently("document", GinIndex(fields=["facts"], name="document_facts")),
    ]
