"""Keep the bodies of documents in their rows, uncompressed up to a page.

A list of 20 copies 40 kB out of the table; unpacking them took a fifth of the database's time.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0001_catalog")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE products_document SET (toast_tuple_target = 8160)",
            "ALTER TABLE products_document RESET (toast_tuple_target)",
        )
    ]
