"""What the database refuses, in words."""

import re

from django.apps import apps
from django.db import IntegrityError
from django.db.models import ProtectedError

from catalog_project.errors import DomainError
from products.errors import BY_CONSTRAINT, ConstraintBroken, StillInUse, UnknownReference
from products.errors.prices import PERIODS_APART, overlap_of

# Services look references up before they write; only a writer beside them makes these true.
GONE = re.compile(r'Key \(\w+\)=\((.+)\) is not present in table "(\w+)"')
USED = re.compile(r"Key .+ is still referenced from table")


def broken_rule(error: IntegrityError) -> DomainError:
    """The error of the rule whose constraint, or whose foreign key, refused a row.

    Django looks for rows that refer to a doomed one by itself, before the database does.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    detail = getattr(diagnosis, "message_detail", None) or ""
    if name == PERIODS_APART:
        return overlap_of(detail)
    if name in BY_CONSTRAINT:
        rule, remedy, pointer = BY_CONSTRAINT[name]
        return rule(f"{_taken_key(detail)}{remedy}", pointer=pointer)
    if gone := GONE.match(detail):
        return UnknownReference(_noun(gone[2]), gone[1])
    if USED.match(detail) or isinstance(error, ProtectedError):
        return StillInUse("Somebody else has just referred to it: look at it again.")
    return ConstraintBroken(f"The rule {name} refuses it." if name else "")


def _taken_key(detail: str) -> str:
    """`Key (sku)=(A-1) already exists.` says which one; other constraints show whole rows."""
    return f"{detail} " if detail.startswith("Key ") and detail.endswith("already exists.") else ""


def _noun(table: str) -> str:
    models = (model for model in apps.get_models() if model._meta.db_table == table)
    return str(next((model._meta.verbose_name for model in models), table))
