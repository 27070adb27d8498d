"""Find the changes of some nouns in the order of the feed. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0032_places_in_the_feed")]

    operations = [
        AddIndexConcurrently(
            "change",
            models.Index(fields=["aggregate", "xid", "sequence"], name="change_feed_of_type"),
        ),
        RemoveIndexConcurrently("change", "change_feed"),
    ]
