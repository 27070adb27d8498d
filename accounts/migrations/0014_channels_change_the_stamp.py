"""The trigger of users watches one column more: a limit holds from the next request on."""

from django.db import migrations

WATCHED = "id, username, email, password, is_active, is_staff, is_superuser, session_epoch"


def trigger(columns: str) -> str:
    return (
        "CREATE OR REPLACE TRIGGER renews_caller_stamp"
        f" AFTER UPDATE OF {columns} OR DELETE OR TRUNCATE ON accounts_user"
        " FOR EACH STATEMENT EXECUTE FUNCTION accounts_renew_caller_stamp()"
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_channels_of_users")]

    operations = [migrations.RunSQL(trigger(f"{WATCHED}, channels"), trigger(WATCHED))]
