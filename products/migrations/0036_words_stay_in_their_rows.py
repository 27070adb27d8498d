"""Keep the words of search entries in their rows, where they are compared; spellings may go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0035_search")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE products_searchentry ALTER COLUMN words SET STORAGE MAIN",
            "ALTER TABLE products_searchentry ALTER COLUMN words SET STORAGE EXTENDED",
        )
    ]
