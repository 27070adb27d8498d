"""What filters and facets read of products. Filled when the documents are printed anew."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0037_find_variants_by_beginnings")]

    operations = [
        migrations.AddField(
            "document", "product_type_id", models.UUIDField(null=True)
        ),
        migrations.AddField(
            "document",
            "facts",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(), db_default=models.Value("{}"), default=list
            ),
        ),
        migrations.AddField(
            "document",
            "numbers",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
