"""Find ranges of numbers by an index. Filled when the documents are printed anew."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0039_index_facts_of_documents")]

    operations = [
        migrations.AddField(
            "document",
            "number_keys",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(), db_default=models.Value("{}"), default=list
            ),
        ),
    ]
