"""The groups that are the roles. Code gives them meaning (accounts/roles.py)."""

from django.db import migrations

ROLES = ["viewer", "editor", "publisher", "manager"]


def make_roles(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_users"),
    ]

    # Groups stay on the way back: they may have been there before us.
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop, elidable=False)]
