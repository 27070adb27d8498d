"""The caller of a request, out of the one look that every signed-in request pays for.

Built by the ORM each time, the query alone would take 1 ms, more than a whole hot read. So it is
SQL that PostgreSQL keeps prepared, and only the columns that nearly every request needs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS
from django.db.models.base import ModelState

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
    "channels": lambda text: [UUID(key) for key in text.decode().strip("{}").split(",") if key],
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
    user = User.__new__(User)
    # Past __init__, which looks at each field that is not read and tells signals nobody listens to.
    known = user.__dict__
    known["_state"] = state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    for name, reader, fact in zip(FIELDS, READERS, facts, strict=True):
        known[name] = reader(fact or b"")
    known["loaded_roles"] = orjson.loads(roles or b"[]")
    return user
