"""One row that gets a new stamp with everything that a caller is or may do."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_channels_of_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallerStamp",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stamp", models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="caller_stamp_is_one_row"
                    )
                ],
            },
        ),
    ]
