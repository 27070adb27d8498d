"""Rows of one table, stored all at once: what a bulk write costs is PostgreSQL's work, not ours.

`bulk_create` and `bulk_update` print a statement with a place for each value of each row, which
takes ten times as long as the database needs. COPY and one JSON text have no such limit.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# Their values need no preparation, which would take longer than all the rest.
AS_THEY_ARE = (
    models.UUIDField,
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.DecimalField,
    models.ForeignKey,
)
FEW = 20  # up to here one statement with values is quicker


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Store new rows of one model. Raises IntegrityError as a single insert would."""
    rows = list(rows)
    if len(rows) <= FEW:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        return
    fields = _written(rows)
    values = [_reader(field) for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        copying = f"COPY {rows[0]._meta.db_table} ({columns}) FROM STDIN"
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row([value(row) for value in values])
    for row in rows:
        row._state.adding = False


def update_rows(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of rows of one model, which are there."""
    if not rows:
        return
    meta = rows[0]._meta
    columns = [str(meta.get_field(name).column) for name in names]  # type: ignore[union-attr]  # columns
    plain = [{"id": row.pk, **{column: getattr(row, column) for column in columns}} for row in rows]
    settings = ", ".join(f'"{column}" = given."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {meta.db_table} stored SET {settings}"  # noqa: S608 - of our own names
            f"  FROM json_populate_recordset(NULL::{meta.db_table}, %s::json) given"
            " WHERE stored.id = given.id",
            [orjson.dumps(plain, default=str).decode()],
        )


def _written(rows: Sequence[models.Model]) -> list[Any]:
    """The columns, but for keys that the database counts up."""
    fields = rows[0]._meta.concrete_fields
    return [
        field
        for field in fields
        if not field.generated and not (field.primary_key and isinstance(field, models.AutoField))
    ]


def _reader(field: Any) -> Callable[[models.Model], Any]:
    """What takes the value of this column from a row, in the form that the database takes."""
    if isinstance(field, AS_THEY_ARE):
        return attrgetter(field.attname)
    database = connections[DEFAULT_DB_ALIAS]
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), database)
