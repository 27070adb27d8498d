"""How rows are looked for."""

from typing import Any

from django.db import models

from catalog_project.ops.statements import array_of


class AnyOf(models.Lookup):
    """`IN` for ids or texts without an end: they are one value of the statement, where `__in` has
    one for each, which takes Django longer than PostgreSQL takes to find the rows."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        kind = "uuid" if isinstance(_target(self.lhs.output_field), models.UUIDField) else "text"
        return f"{column} = ANY(%s::{kind}[])", (*params, array_of(self.rhs))


def _target(field: Any) -> Any:
    return field.target_field if isinstance(field, models.ForeignKey) else field


for field in (models.UUIDField, models.CharField, models.ForeignKey):
    field.register_lookup(AnyOf)
