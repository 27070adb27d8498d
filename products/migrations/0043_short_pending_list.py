"""New entries wait in a list that every search reads; it is kept short.

A setting of the index: what is stored stays as it is, so nothing is built anew.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

NAME = "search_entry_words"
AFTER = GinIndex(fields=["words"], name=NAME, gin_pending_list_limit=256)


class Migration(migrations.Migration):
    dependencies = [("products", "0042_count_titles")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {NAME} SET (gin_pending_list_limit = 256)",
                    f"ALTER INDEX {NAME} RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("searchentry", NAME),
                migrations.AddIndex("searchentry", AFTER),
            ],
        )
    ]
