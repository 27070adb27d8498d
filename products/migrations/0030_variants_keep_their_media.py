"""What a picture showed becomes the first picture of that variant.

The column stays in the table, without its foreign key, until no release that writes it is left:
nobody reads it any more.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0029_media_of_variants")]

    operations = [
        migrations.AlterField(
            model_name="media",
            name="variant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="media",
                to="products.variant",
            ),
        ),
        migrations.RunSQL(
            """
            INSERT INTO products_variantmedia (variant_id, media_id, product_id, position)
            SELECT v.id, m.id, m.product_id,
                   row_number() OVER (PARTITION BY v.id ORDER BY m.position, m.id) - 1
              FROM products_media m
              JOIN products_variant v ON v.id = m.variant_id AND v.product_id = m.product_id
             ORDER BY v.id, m.position, m.id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("media", "variant")]
        ),
    ]
