"""Rows of one table, stored all at once: what a bulk write costs is PostgreSQL's work, not ours.

`bulk_create` and `bulk_update` print a statement with a place for each value of each row, which
takes ten times as long as the database needs. COPY and one JSON text have no such limit.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState

from products.models.periods import ALWAYS

Row = TypeVar("Row", bound=models.Model)
Reader = Callable[[Any], Any]  # what takes a column's value from a row, in the form COPY takes
# Their values need no preparation, which would take longer than all the rest.
AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
)
FEW = 20  # up to here one statement with values is quicker


def new_row(model: type[Row], **values: Any) -> Row:
    """As `model(**values)`, in a quarter of the time. Values are named by column: `brand_id`."""
    row = model.__new__(model)
    constants, made = _defaults(model)
    stored = row.__dict__
    stored["_state"] = ModelState()
    stored.update(constants)
    for name, make in made:
        if name not in values:
            stored[name] = make()
    stored.update(values)
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Of its columns: those that all rows share, and what makes the others."""
    constants: dict[str, Any] = {}
    made: list[tuple[str, Any]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            constants[field.attname] = field.get_default()
    return constants, made


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Store new rows of one model. Raises IntegrityError as a single insert would."""
    rows = list(rows)
    if len(rows) <= FEW:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        return
    fields = _written(rows)
    now = datetime.now(UTC)
    values = [_reader(field, now) for field in fields]
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


def _reader(field: Any, now: datetime) -> Reader:
    name = field.attname
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if getattr(kind, "auto_now", False) or getattr(kind, "auto_now_add", False):
        return _setter(name, now)
    if isinstance(kind, AS_THEY_ARE):
        return attrgetter(name)
    prepared = _prepared(field)
    for known, text_of in TEXTS.items():
        if isinstance(kind, known):
            return lambda row: text_of(getattr(row, name)) or prepared(row)
    return prepared


def _prepared(field: Any) -> Reader:
    """As Django prepares it."""
    database = connections[DEFAULT_DB_ALIAS]
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), database)


def _setter(name: str, now: datetime) -> Reader:
    text = now.isoformat()

    def tell(row: models.Model) -> str:
        setattr(row, name, now)
        return text

    return tell


def _json(value: Any) -> str | None:
    try:
        return orjson.dumps(value).decode() if value is not None else None
    except TypeError:  # a number beyond 64 bits
        return None


def _list(value: Any) -> str | None:
    """Of texts, as PostgreSQL writes it."""
    if not isinstance(value, list) or not all(type(each) is str for each in value):
        return None
    quoted = (each.replace("\\", "\\\\").replace('"', '\\"') for each in value)
    return "{" + ",".join(f'"{each}"' for each in quoted) + "}"


def _period(value: Any) -> str | None:
    """Most prices hold always."""
    return "(,)" if value == ALWAYS else None


# The texts of usual values, None for all others: those Django prepares, which takes longer.
TEXTS: dict[type, Callable[[Any], str | None]] = {
    models.UUIDField: lambda value: value.hex if type(value) is UUID else None,
    models.DecimalField: lambda value: str(value) if type(value) is Decimal else None,
    models.JSONField: _json,
    ArrayField: _list,
    DateTimeRangeField: _period,
}
