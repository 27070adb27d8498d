"""How many products have a word in their title, so that corrections prefer such words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0041_index_every_filter")]

    operations = [
        migrations.AddField(
            model_name="searchterm",
            name="titles",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
