"""Indexes that let other rows refer to a variant or to media together with their product.

They are built beside the writers. Django has no words for a plain unique index.
"""

from django.db import migrations

NAMES = {"variant": "variant_of_its_product", "media": "media_of_its_product"}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0027_translated_collections")]

    operations = [
        operation
        for model, name in NAMES.items()
        for operation in (
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop
            ),
            migrations.RunSQL(
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON products_{model} (id, product_id)",
                f"DROP INDEX CONCURRENTLY {name}",
            ),
        )
    ]
