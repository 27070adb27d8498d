"""The fifth role. Code gives it meaning (accounts/roles.py)."""

from django.db import migrations


def make_role(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.get_or_create(name="admin")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_api_keys"),
    ]

    # The group stays on the way back: it may have been there before us.
    operations = [migrations.RunPython(make_role, migrations.RunPython.noop, elidable=False)]
