"""Each price that there is has been what it is since it was last written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0024_price_periods")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO products_pricerecord (price_id, product_id, variant_id, price_list_id,
                currency, min_quantity, valid, amount, compare_at, recorded_from, recorded_until)
            SELECT price.id, variant.product_id, price.variant_id, price.price_list_id,
                   price.currency, price.min_quantity, price.valid, price.amount, price.compare_at,
                   price.updated_at, '9999-12-31T00:00:00Z'
              FROM products_price price JOIN products_variant variant ON variant.id = price.variant_id
             ORDER BY price.id
            """,
            migrations.RunSQL.noop,
        ),
    ]
