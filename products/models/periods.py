"""When something holds: from an instant until another one, which is not part of it any more."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Func, Q, Value
from psycopg.types.range import Range

# As PostgreSQL prints it, so that what was stored equals what is read.
ALWAYS: "Range[datetime]" = Range(None, None, "()")


def period(start: datetime | None, end: datetime | None) -> "Range[datetime]":
    """None leaves that side open. The end is the first instant that is not part of it."""
    return Range(start, end, "[)" if start else "()") if start or end else ALWAYS


def always() -> "Range[datetime]":
    return ALWAYS


def period_field() -> Any:
    """Never NULL: a row without dates holds always."""
    return DateTimeRangeField(
        default=always, db_default=Func(Value(None), Value(None), function="tstzrange")
    )


def period_form(noun: str) -> models.CheckConstraint:
    """Not empty, closed below and open above, and between the years that documents know."""
    first, last = (datetime.fromisoformat(f"{year}-01-01T00:00:00Z") for year in (1000, 9000))
    return models.CheckConstraint(
        condition=Q(valid__isempty=False)
        & Q(valid__upper_inc=False)
        & (Q(valid__lower_inf=True) | Q(valid__lower_inc=True, valid__startswith__gte=first))
        & (Q(valid__upper_inf=True) | Q(valid__endswith__lte=last)),
        name=f"{noun}_period_form",
    )
