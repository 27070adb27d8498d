"""Writes of price lists. The prices in them belong to their products (single_prices)."""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from products.errors import InvalidValue, StillInUse
from products.models import Channel, Price, PriceList, Product
from products.models.periods import period
from products.models.price_lists import BASE
from products.services.locking import lock_row
from products.services.periods import ensure_few_periods_of_list, ensure_period
from products.services.prices import ensure_currency
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import PriceListValues

PLAIN = ("name", "customer_group", "priority", "is_active")
FIXED = ("code", "currency")  # prices, and whoever reads them, rely on these


def create_price_list(*, values: PriceListValues, actor: Actor) -> PriceList:
    """Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        if values["code"] == BASE:
            raise InvalidValue(f"{BASE} is the code of the base prices.", pointer="/code")
        with pointing_at("/currency"):
            ensure_currency(values["currency"])
        row = PriceList(code=values["code"], currency=values["currency"])
        _assign(work, row, values)
        work.of_channels([row.channel_id])
        row.save(force_insert=True)
        work.created("price_list", [row.pk])
    return row


def update_price_list(
    list_id: UUID, *, values: PriceListValues, expected_version: int | None, actor: Actor
) -> PriceList:
    """Write what is named. The documents of all products with prices in the list follow.

    Raises NotFound, StaleVersion, InvalidValue, TooManyPeriods.
    """
    with unit_of_work(actor, renames=True) as work:
        row = lock_row(PriceList, list_id, expected_version=expected_version)
        for name in FIXED:
            if values.get(name, getattr(row, name)) != getattr(row, name):
                raise InvalidValue(f"The {name} of a price list stays.", pointer=f"/{name}")
        work.of_channels([row.channel_id])
        if changed := _assign(work, row, values):
            work.of_channels([row.channel_id])
            row.save(update_fields=[*changed, "updated_at"])
            work.changed("price_list", [list_id])
            if {"valid", "is_active"} & changed:
                ensure_few_periods_of_list(list_id)
            if changed != {"name"}:
                affected = Product.objects.filter(variants__prices__price_list=row)
                work.reprint(affected.order_by("pk").distinct().values_list("pk", flat=True))
    row.refresh_from_db()
    return row


def delete_price_list(list_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor, renames=True) as work:
        row = lock_row(PriceList, list_id, expected_version=expected_version)
        work.of_channels([row.channel_id])
        if Price.objects.filter(price_list=row).exists():
            raise StillInUse(
                "The list has prices: delete them first, or set is_active to false, which keeps "
                "them for later."
            )
        work.deleting("price_list", [list_id])
        row.delete()


def _assign(work: UnitOfWork, row: PriceList, values: PriceListValues) -> set[str]:
    """The fields that got another value, which are not stored yet."""
    wanted: dict[str, Any] = {name: values[name] for name in PLAIN if name in values}  # type: ignore[literal-required]  # PLAIN are keys of the TypedDict
    if "channel" in values:
        wanted["channel_id"] = _channel(work, values["channel"])
    if values.keys() & {"valid_from", "valid_until"}:
        start = values.get("valid_from", row.valid.lower)
        end = values.get("valid_until", row.valid.upper)
        ensure_period(start, end)
        wanted["valid"] = period(start, end)
    changed = {name for name, value in wanted.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def _channel(work: UnitOfWork, slug: str | None) -> UUID | None:
    if slug is None:
        return None
    found = Channel.objects.filter(slug=slug).values_list("pk", flat=True).first()
    work.of_channels([found])  # before the refusal, which tells whether there is such a channel
    if found is None:
        raise InvalidValue(f"There is no channel {slug[:100]!r}.", pointer="/channel")
    return found
