"""A picture may show several variants, and a variant be shown by several pictures, in its order.

The two foreign keys hold the product, too: variant and picture are of the same one.
"""

import django.db.models.deletion
from django.db import migrations, models

KEY = """
    ALTER TABLE products_variantmedia ADD CONSTRAINT variant_media_of_{model}
        FOREIGN KEY ({model}_id, product_id) REFERENCES products_{model} (id, product_id)
        ON DELETE CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0028_parts_of_their_product")]

    operations = [
        migrations.CreateModel(
            name="VariantMedia",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "media",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shows",
                        to="products.media",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="products.product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown_by",
                        to="products.variant",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "media"), name="variant_media_unique"
                    )
                ],
            },
        ),
        *(
            migrations.RunSQL(
                KEY.format(model=model),
                f"ALTER TABLE products_variantmedia DROP CONSTRAINT variant_media_of_{model}",
            )
            for model in ("variant", "media")
        ),
    ]
