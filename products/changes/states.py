"""What an aggregate was after each of its changes, whole, also where changes hold parts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from products.models import Change

# The whole state after `last`, a row of the change log of the product `p`: an expression for
# statements that compare. The newest mention of a variant counts, be it there or gone.
STATE = """
    CASE WHEN last.base_version IS NULL THEN last.snapshot ELSE
        (last.snapshot - 'variants_gone') || jsonb_build_object('variants', ARRAY(
            SELECT newest.variant FROM (
                SELECT DISTINCT ON (named.id) named.id, named.variant
                  FROM products_change change
                 CROSS JOIN LATERAL (
                     SELECT variant ->> 'id', variant
                       FROM jsonb_array_elements(change.snapshot -> 'variants') variant
                      UNION ALL
                     SELECT gone, NULL
                       FROM jsonb_array_elements_text(
                                coalesce(change.snapshot -> 'variants_gone', '[]')) gone
                 ) named(id, variant)
                 WHERE change.aggregate_id = last.aggregate_id
                   AND change.version BETWEEN last.base_version AND last.version
                 ORDER BY named.id, change.version DESC) newest
             WHERE newest.variant IS NOT NULL
             ORDER BY (newest.variant ->> 'position')::int, (newest.variant ->> 'id')::uuid)) END
"""


def whole(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The state after each of these changes of one aggregate, in the order given."""
    bases = {row.base_version for row in changes if row.base_version is not None}
    if not bases:
        return [row.snapshot for row in changes]
    versions = {row.version for row in changes}
    chain = Change.objects.filter(
        aggregate_id=changes[0].aggregate_id, version__gte=min(bases), version__lte=max(versions)
    ).order_by("version")
    states: dict[int, dict[str, Any]] = {}
    variants: dict[str, Any] = {}
    for row in chain.iterator(chunk_size=50):
        if row.base_version is None:
            variants = {}
        variants.update((variant["id"], variant) for variant in row.snapshot.get("variants", []))
        for key in row.snapshot.get("variants_gone", []):
            variants.pop(key, None)
        if row.version in versions:
            states[row.version] = _state(row, variants)
    return [states.get(row.version, row.snapshot) for row in changes]


def _state(row: Change, variants: dict[str, Any]) -> dict[str, Any]:
    if row.base_version is None:
        return dict(row.snapshot)
    state = {name: value for name, value in row.snapshot.items() if name != "variants_gone"}
    order = sorted(variants.values(), key=lambda each: (each["position"], UUID(each["id"])))
    return {**state, "variants": order}


def exact_state(aggregate_id: UUID, version: int) -> str | None:
    """The same as JSON text in which each number has all its digits, for whoever writes it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({STATE})::text FROM products_change last"
            " WHERE last.aggregate_id = %s AND last.version = %s",
            [aggregate_id, version],
        )
        row = cursor.fetchone()
    return row[0] if row else None
