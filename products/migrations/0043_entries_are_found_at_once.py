"""New entries go into the index at once, and not to a list that every search reads first.

A setting of the index: what is stored stays as it is, so nothing is built anew.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

NAME = "search_entry_words"
INDEX = GinIndex(fields=["words"], name=NAME, fastupdate=False)


class Migration(migrations.Migration):
    dependencies = [("products", "0042_count_titles")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {NAME} SET (fastupdate = off)",
                    f"ALTER INDEX {NAME} RESET (fastupdate)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("searchentry", NAME),
                migrations.AddIndex("searchentry", INDEX),
            ],
        )
    ]
