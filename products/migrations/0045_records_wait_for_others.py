"""Records whose attributes refer to products further down in the file are written in two passes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0044_imports")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="is_deferred",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
