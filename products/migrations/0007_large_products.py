"""Products with thousands of variants: changes in parts, lookups from the variants themselves.

Documents no longer hold every SKU and GTIN. The columns stay in the table, with a default, until no
release that writes them is left.
"""

from django.db import migrations, models

COLUMNS = ("skus", "gtins")


class Migration(migrations.Migration):
    dependencies = [("products", "0006_channels_take_part")]

    operations = [
        migrations.AddField("change", "base_version", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "change", "parts", models.PositiveIntegerField(default=0, db_default=0)
        ),
        migrations.RemoveIndex("document", "document_skus"),
        migrations.RemoveIndex("document", "document_gtins"),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"ALTER TABLE products_document ALTER COLUMN {name} SET DEFAULT '{{}}'",
                    f"ALTER TABLE products_document ALTER COLUMN {name} DROP DEFAULT",
                )
                for name in COLUMNS
            ],
            [migrations.RemoveField("document", name) for name in COLUMNS],
        ),
    ]
