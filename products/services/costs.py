"""Writes of costs. Who may read or write them is for the callers to ask: managers.

A cost is an aggregate of its own in the change log, so that the log of a product, which lower roles
read, never holds one. It has no part in documents.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from catalog_project.models import uuid7
from products.errors import CostsMoved, CurrencyTwice, NotFound
from products.models import Cost, Product, Variant
from products.services.locking import lock_row
from products.services.prices import ensure_currency, ensure_exact
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import CostValues


def set_costs(
    product_id: UUID,
    variant_id: UUID,
    *,
    costs: Sequence[CostValues],
    expected: Mapping[str, Decimal] | None = None,
    actor: Actor,
) -> bool:
    """Make the costs of the variant exactly these. Answers whether anything changed.

    `expected` is what the caller believes there is: currency -> amount.
    Raises NotFound, CostsMoved, CurrencyTwice, InvalidValue.
    """
    with unit_of_work(actor) as work:
        lock_row(Product, product_id, expected_version=None)
        if not Variant.objects.filter(product=product_id, pk=variant_id).exists():
            raise NotFound(f"The product has no variant {variant_id}.")
        stored = dict(Cost.objects.filter(variant=variant_id).values_list("currency", "amount"))
        if expected is not None and expected != stored:
            raise CostsMoved("Somebody else changed these costs meanwhile: read them again.")
        is_changed = write_costs(work, {variant_id: costs})
        named = {cost["currency"] for cost in costs}
        gone = Cost.objects.filter(variant=variant_id, currency__in=stored.keys() - named)
        keys = list(gone.values_list("pk", flat=True))
        if keys:
            work.deleting("cost", keys)
            gone.delete()
    return is_changed or bool(keys)


def write_costs(work: UnitOfWork, wanted: Mapping[UUID, Sequence[CostValues]]) -> bool:
    """Write what is named, leave the rest. Answers whether anything changed. The caller holds the
    locks of the products."""
    stored = {
        (cost.variant_id, cost.currency): cost for cost in Cost.objects.filter(variant__in=wanted)
    }
    created: list[Cost] = []
    changed: list[Cost] = []
    for variant_id, costs in wanted.items():
        for (_, currency), amount in _clean(variant_id, costs).items():
            cost = stored.get((variant_id, currency))
            if cost is None:
                created.append(
                    Cost(id=uuid7(), variant_id=variant_id, currency=currency, amount=amount)
                )
            elif cost.amount != amount:
                cost.amount = amount
                changed.append(cost)
    Cost.objects.bulk_create(created)
    Cost.objects.bulk_update(changed, ["amount"])
    work.created("cost", [cost.pk for cost in created])
    work.changed("cost", [cost.pk for cost in changed])
    return bool(created or changed)


def _clean(variant_id: UUID, costs: Sequence[CostValues]) -> dict[tuple[UUID, str], Decimal]:
    clean: dict[tuple[UUID, str], Decimal] = {}
    for n, cost in enumerate(costs):
        with pointing_at(f"/costs/{n}"):
            with pointing_at("/currency"):
                key = variant_id, ensure_currency(cost["currency"])
            with pointing_at("/amount"):
                ensure_exact(cost["amount"])
            if key in clean:
                raise CurrencyTwice(f"{cost['currency']} is given twice.", pointer="/currency")
        clean[key] = cost["amount"]
    return clean
