"""Find what one request or import changed. Built while the shop is open."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0033_read_the_feed_by_type")]

    operations = [
        AddIndexConcurrently(
            "change",
            models.Index(
                condition=models.Q(("request_id", ""), _negated=True),
                fields=["request_id"],
                name="change_request",
            ),
        ),
    ]
