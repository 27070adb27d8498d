"""Where a change stands in the feed, and how far back the feed goes."""

from django.db import migrations, models

import products.models.changes


class Migration(migrations.Migration):
    dependencies = [("products", "0031_more_translations")]

    operations = [
        migrations.AlterField(
            "change",
            "xid",
            products.models.changes.TransactionIdField(
                db_default=products.models.changes.PlaceInFeed(), editable=False
            ),
        ),
        migrations.CreateModel(
            "ChangeHorizon",
            [
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("xid", products.models.changes.TransactionIdField()),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="change_horizon_one")
                ],
            },
        ),
    ]
