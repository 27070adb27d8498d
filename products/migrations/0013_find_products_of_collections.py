"""Find the products of a collection, without stopping the writers of a large catalog."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("products", "0012_collections"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="document",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["collection_ids"], name="document_collections"
            ),
        ),
    ]
