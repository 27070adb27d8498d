"""The caller of a request, out of the one look that every signed-in request pays for.

Built by the ORM each time, the query alone would take 1 ms, more than a whole hot read. So it is
SQL that PostgreSQL keeps prepared, and only the columns that nearly every request needs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from accounts.models import User

READ: Mapping[str, Callable[[bytes], Any]] = {
    "id": lambda text: UUID(text.decode()),
    "username": bytes.decode,
    "email": bytes.decode,
    "password": bytes.decode,
    "is_active": b"t".__eq__,
    "is_staff": b"t".__eq__,
    "is_superuser": b"t".__eq__,
    "session_epoch": int,
}
# In the order of the model; the other fields are read if somebody asks for one.
FIELDS = [field.attname for field in User._meta.concrete_fields if field.attname in READ]
READERS = [READ[name] for name in FIELDS]
# Of the table accounts_user AS person.
COLUMNS = f"""
    to_json(ARRAY(SELECT (SELECT name FROM auth_group WHERE id = group_id)
                  FROM accounts_user_groups WHERE user_id = person.id)),
    {", ".join(f"person.{name}" for name in FIELDS)}
"""  # noqa: S608  # column names of our own model


def user_from(values: Sequence[bytes | None]) -> User:
    """The user with their roles, from the values of COLUMNS."""
    roles, *facts = values
    read = [reader(fact or b"") for reader, fact in zip(READERS, facts, strict=True)]
    user: User = User.from_db(connection.alias, FIELDS, read)
    user.loaded_roles = orjson.loads(roles or b"[]")
    return user
