import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0026_measures_are_numbers'),
    ]

    operations = [
        migrations.AddField(
            model_name='collection',
            name='translations',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), name='collection_translations_is_object'),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('translations'), output_field=models.BooleanField(), template='jsonb_path_exists(%(expressions)s, \'$.* ? (@.type() != "object" || exists (@.* ? (@.type() != "string")))\')'), models.Value(False)), name='collection_translations_are_texts'),
        ),
    ]
