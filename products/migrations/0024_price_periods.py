"""What Django has no words for: periods of one slot stay apart, a price has its list's currency.

The embedded PostgreSQL has no btree_gist, so equality of the slot is written as the overlap of two
ranges of one text each.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0023_one_lasting_price")]

    operations = [
        migrations.RunSQL(
            """CREATE TYPE catalog_textrange AS RANGE (subtype = text, collation = "C")""",
            "DROP TYPE catalog_textrange",
        ),
        migrations.RunSQL(
            """
            ALTER TABLE products_price ADD CONSTRAINT price_periods_apart EXCLUDE USING gist (
                catalog_textrange(
                    variant_id::text || '/' || coalesce(price_list_id::text, '') || '/'
                        || currency::text || '/' || min_quantity::text,
                    variant_id::text || '/' || coalesce(price_list_id::text, '') || '/'
                        || currency::text || '/' || min_quantity::text,
                    '[]') WITH &&,
                valid WITH &&)
            WHERE (NOT (lower_inf(valid) AND upper_inf(valid)))
            """,
            "ALTER TABLE products_price DROP CONSTRAINT price_periods_apart",
        ),
        migrations.RunSQL(
            """
            ALTER TABLE products_price ADD CONSTRAINT price_of_its_list
                FOREIGN KEY (price_list_id, currency)
                REFERENCES products_pricelist (id, currency) NOT VALID
            """,
            "ALTER TABLE products_price DROP CONSTRAINT price_of_its_list",
        ),
        migrations.RunSQL(
            "ALTER TABLE products_price VALIDATE CONSTRAINT price_of_its_list",
            migrations.RunSQL.noop,
        ),
    ]
