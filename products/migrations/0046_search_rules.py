"""Synonyms, and what a query shows first, last or not at all."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.lookups import Regex

import catalog_project.models

CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


def phrases(**options):
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=100), size=None, **options
    )


def row_facts():
    return [
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
        ("version", models.PositiveIntegerField(default=1, editable=False)),
        (
            "locale",
            models.ForeignKey(on_delete=PROTECT, related_name="+", to="products.locale"),
        ),
    ]


def not_blank(field):
    return models.CheckConstraint(
        condition=Regex(F(field), Value("[^[:space:]]")), name=f"curation_{field}_not_blank"
    )


class Migration(migrations.Migration):
    dependencies = [("products", "0045_records_wait_for_others")]

    operations = [
        migrations.CreateModel(
            name="Synonym",
            fields=[
                *row_facts(),
                ("phrases", phrases()),
                ("means", phrases(blank=True, default=list)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(version__gte=1), name="synonym_version_min"
                    ),
                    models.CheckConstraint(
                        condition=Q(phrases__len__gte=1, phrases__len__lte=20)
                        & Q(means__len__lte=20),
                        name="synonym_phrases_count",
                    ),
                    models.CheckConstraint(
                        condition=Q(phrases__len__gte=2) | Q(means__len__gte=1),
                        name="synonym_has_two_sides",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Curation",
            fields=[
                *row_facts(),
                ("query", models.CharField(max_length=200)),
                ("words", models.TextField(editable=False)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=PROTECT,
                        related_name="+",
                        to="products.channel",
                    ),
                ),
            ],
            options={
                "ordering": ["words", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(version__gte=1), name="curation_version_min"
                    ),
                    not_blank("query"),
                    not_blank("words"),
                    models.UniqueConstraint(
                        fields=["words", "locale", "channel"],
                        nulls_distinct=False,
                        name="curation_of_query_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CuratedProduct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("pinned", "Pinned"),
                            ("buried", "Buried"),
                            ("excluded", "Excluded"),
                        ],
                        default="pinned",
                        max_length=8,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "curation",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="products", to="products.curation"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(on_delete=CASCADE, related_name="+", to="products.product"),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["curation", "product"], name="curated_product_unique"
                    ),
                    models.CheckConstraint(
                        condition=Q(place__in=["pinned", "buried", "excluded"]),
                        name="curated_product_place",
                    ),
                ],
            },
        ),
    ]
