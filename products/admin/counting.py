"""Counts beside the rows of a list."""

from django.db.models import Count, IntegerField, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_of(model: type[Model], foreign_key: str) -> Coalesce:
    """How many rows point here: one look into an index for each row that is shown, no join."""
    rows = model._default_manager.filter(**{foreign_key: OuterRef("pk")}).order_by()
    counted = rows.values(foreign_key).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
