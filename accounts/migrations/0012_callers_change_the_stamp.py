"""Triggers: whatever changes a caller writes a new stamp, in its transaction.

A column that the look for callers reads stands here, or a change of it goes unnoticed for a minute
(a test compares them). What changes with every renewal or use does not: nothing is read from it.
INSERT matters only where it changes somebody who is there already.
"""

from django.db import migrations

FUNCTION = """
    CREATE FUNCTION accounts_renew_caller_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE accounts_callerstamp SET stamp = gen_random_uuid();
        RETURN NULL;
    END $$
"""
CHANGES = {
    "accounts_user": (
        "UPDATE OF id, username, email, password, is_active, is_staff, is_superuser, session_epoch"
        " OR DELETE"
    ),
    "accounts_user_groups": "INSERT OR UPDATE OR DELETE",
    "auth_group": "UPDATE OF id, name OR DELETE",
    "accounts_tokenfamily": "UPDATE OF id, user_id, user_stamp, ended_at OR DELETE",
    "accounts_signingkey": "UPDATE OF kid, verifies_until OR DELETE",
    "accounts_apikey": (
        "UPDATE OF id, owner_id, name, secret_digest, role, scopes, networks, channels, rate,"
        " expires_at, revoked_at OR DELETE"
    ),
}
TRIGGERS = [
    f"CREATE TRIGGER renews_caller_stamp AFTER {events} OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION accounts_renew_caller_stamp()"
    for table, events in CHANGES.items()
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_caller_stamp"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO accounts_callerstamp (id, stamp) VALUES (1, gen_random_uuid())"
            " ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [FUNCTION, *TRIGGERS],
            [
                *(f"DROP TRIGGER renews_caller_stamp ON {table}" for table in CHANGES),
                "DROP FUNCTION accounts_renew_caller_stamp()",
            ],
        ),
    ]
