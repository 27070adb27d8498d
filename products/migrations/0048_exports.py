"""Exports that were asked for, and feeds."""

import catalog_project.models
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0047_boosts_and_stop_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=catalog_project.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='pending', max_length=8)),
                ('format', models.CharField(max_length=20)),
                ('filters', models.TextField(blank=True, default='')),
                ('with_archived', models.BooleanField(default=False)),
                ('with_costs', models.BooleanField(default=False)),
                ('options', models.JSONField(default=dict)),
                ('products', models.PositiveIntegerField(null=True)),
                ('size', models.BigIntegerField(null=True)),
                ('lacking', models.JSONField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_label', models.CharField(blank=True, default='', max_length=254)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['expires_at'], name='export_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'running', 'done', 'failed'])), name='export_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=catalog_project.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=64, unique=True)),
                ('is_secret', models.BooleanField(default=True)),
                ('format', models.CharField(max_length=20)),
                ('filters', models.TextField(blank=True, default='')),
                ('link', models.CharField(blank=True, default='', max_length=500)),
                ('minutes', models.PositiveIntegerField(default=60)),
                ('is_active', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('etag', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('size', models.BigIntegerField(editable=False, null=True)),
                ('made_at', models.DateTimeField(editable=False, null=True)),
                ('next_at', models.DateTimeField(editable=False)),
                ('lacking', models.JSONField(editable=False, null=True)),
                ('error', models.CharField(blank=True, default='', editable=False, max_length=500)),
            ],
            options={
                'ordering': ['name', 'id'],
                'indexes': [models.Index(condition=models.Q(('is_active', True)), fields=['next_at'], name='feed_to_make')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Regex(models.F('name'), models.Value('[^[:space:]]')), name='feed_name_not_blank'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='feed_version_min'), models.CheckConstraint(condition=django.db.models.lookups.Regex(models.F('address'), models.Value('^[A-Za-z0-9_-]{1,64}$')), name='feed_address_form'), models.CheckConstraint(condition=models.Q(('minutes__gte', 15), ('minutes__lte', 10080)), name='feed_minutes_range')],
            },
        ),
    ]
