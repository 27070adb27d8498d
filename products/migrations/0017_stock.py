"""How much there is, where it lies, and what happens when nothing is left."""

import catalog_project.models
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0016_first_relation_kinds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Location',
            fields=[
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=catalog_project.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=catalog_project.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('quantity', models.IntegerField(default=0)),
                ('lowest', models.IntegerField(default=0, null=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'stock level',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='availability',
            field=models.CharField(db_default='in_stock', default='in_stock', max_length=12),
        ),
        migrations.AddField(
            model_name='variant',
            name='backorder_limit',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='variant',
            name='backorder_policy',
            field=models.CharField(choices=[('deny', 'Deny'), ('allow', 'Allow'), ('limit', 'Limit')], db_default='deny', default='deny', max_length=5),
        ),
        migrations.AddField(
            model_name='variant',
            name='track_inventory',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('backorder_limit', 0), ('backorder_policy__in', ['deny', 'allow'])), models.Q(('backorder_limit__range', (1, 1000000)), ('backorder_policy', 'limit')), _connector='OR'), name='variant_backorder_policy'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z0-9]+([_-][a-z0-9]+)*$')), name='location_code_form'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Regex(models.F('name'), models.Value('[^[:space:]]')), name='location_name_not_blank'),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='location_version_min'),
        ),
        migrations.AddField(
            model_name='stocklevel',
            name='location',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='products.location'),
        ),
        migrations.AddField(
            model_name='stocklevel',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock', to='products.variant'),
        ),
        migrations.AddIndex(
            model_name='stocklevel',
            index=models.Index(fields=['location', 'id'], name='stock_at_location'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.UniqueConstraint(fields=('variant', 'location'), name='stock_level_unique'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('lowest__isnull', True), ('quantity__gte', models.F('lowest')), _connector='OR'), name='stock_not_below_lowest'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', -1000000000), ('quantity__lte', 1000000000)), name='stock_not_absurd'),
        ),
    ]
