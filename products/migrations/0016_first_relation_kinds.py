"""The kinds of relations that most shops know. They are data: a shop changes them as it likes."""

from uuid import UUID

from django.db import migrations

KINDS = (
    ("accessory", "Accessory", False),
    ("cross-sell", "Goes well with it", False),
    ("up-sell", "A better one", False),
    ("replacement", "Replacement", False),
    ("bundle", "Part of the bundle", True),
)


def add(apps, schema_editor):
    model = apps.get_model("products", "RelationKind")
    model.objects.using(schema_editor.connection.alias).bulk_create(
        [
            # The same ids in every shop.
            model(
                id=UUID(int=0x0197F3C56F0E7000800000000000F000 + number),
                code=code,
                name=name,
                is_bundle=is_bundle,
                position=number,
            )
            for number, (code, name, is_bundle) in enumerate(KINDS)
        ],
        ignore_conflicts=True,
    )


def remove(apps, schema_editor):
    model = apps.get_model("products", "RelationKind")
    codes = [code for code, _, _ in KINDS]
    model.objects.using(schema_editor.connection.alias).filter(code__in=codes).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("products", "0015_relations"),
    ]

    operations = [
        migrations.RunPython(add, remove),
    ]
