"""Files on their way into the catalog: jobs, their rows, and what is said of them."""

import catalog_project.models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0043_entries_are_found_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=64)),
                ("product_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("surroundings", models.BinaryField()),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "product_id"), name="imported_record_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "id",
                    models.UUIDField(
                        default=catalog_project.models.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("planning", "Planning"),
                            ("planned", "Planned"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                (
                    "goal",
                    models.CharField(
                        blank=True,
                        choices=[("plan", "Plan"), ("run", "Run")],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reading", "Reading"),
                            ("planning", "Planning"),
                            ("writing", "Writing"),
                            ("relating", "Relating"),
                            ("missing", "Missing"),
                            ("cleaning", "Cleaning"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=255)),
                ("file_bytes", models.BigIntegerField(default=0)),
                ("format", models.CharField(max_length=40)),
                ("evidence", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("policy", models.JSONField(default=dict)),
                ("survey", models.JSONField(null=True)),
                ("rows_staged", models.PositiveIntegerField(default=0)),
                ("is_staged", models.BooleanField(default=False)),
                ("checkpoint", models.IntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("planned", models.JSONField(null=True)),
                ("refused_lines", models.JSONField(default=list)),
                ("error", models.JSONField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, default="", max_length=254)),
                ("request_id", models.CharField(max_length=64)),
                ("busy_seconds", models.FloatField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["planning", "running"])),
                        fields=["seen_at"],
                        name="import_to_resume",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("goal", models.CharField(max_length=4)),
                ("number", models.PositiveIntegerField()),
                ("first_line", models.PositiveIntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("product_id", models.UUIDField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="products.importjob",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["job", "goal", "product_id"], name="import_outcome_product"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "goal", "number"), name="import_outcome_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRemark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("goal", models.CharField(blank=True, max_length=4)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("refused", "Refused"),
                            ("warning", "Warning"),
                            ("change", "Change"),
                        ],
                        max_length=8,
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("line", models.PositiveIntegerField(default=0)),
                ("column", models.TextField(blank=True)),
                ("code", models.CharField(max_length=60)),
                ("message", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                ("handle", models.TextField(blank=True)),
                ("details", models.JSONField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="products.importjob",
                    ),
                ),
            ],
            options={
                "ordering": ["line", "id"],
                "indexes": [
                    models.Index(fields=["job", "kind", "line", "id"], name="import_remarks")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first_line", models.PositiveIntegerField()),
                ("last_line", models.PositiveIntegerField()),
                ("handle", models.TextField(blank=True)),
                ("title", models.TextField(blank=True)),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("is_refused", models.BooleanField(default=False)),
                ("has_relations", models.BooleanField(default=False)),
                ("has_warnings", models.BooleanField(default=False)),
                ("record", models.TextField(blank=True)),
                ("digest", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="products.importjob",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "number"), name="import_row_once")
                ],
            },
        ),
    ]
