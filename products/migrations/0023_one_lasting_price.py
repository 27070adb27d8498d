"""One lasting price per slot instead of one price per currency.

The index is built beside the writers, before the narrower rule goes.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0022_price_lists")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS price_slot_unique", migrations.RunSQL.noop
                ),
                migrations.RunSQL(
                    """
                    CREATE UNIQUE INDEX CONCURRENTLY price_slot_unique ON products_price
                        (variant_id, price_list_id, currency, min_quantity) NULLS NOT DISTINCT
                     WHERE (lower_inf(valid) AND upper_inf(valid))
                    """,
                    "DROP INDEX CONCURRENTLY price_slot_unique",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="price",
                    constraint=models.UniqueConstraint(
                        fields=["variant", "price_list", "currency", "min_quantity"],
                        condition=models.Q(valid__lower_inf=True, valid__upper_inf=True),
                        nulls_distinct=False,
                        name="price_slot_unique",
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint(model_name="price", name="price_currency_unique"),
    ]
