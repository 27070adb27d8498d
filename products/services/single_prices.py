"""Writes of one price, wherever it stands: base list or price list, dated or lasting.

A price is part of its product: the product is locked, gets its next version and is printed anew.
"""

from uuid import UUID

from accounts.actors import Actor
from products.errors import NotFound, UnknownReference
from products.models import Price, Product, Variant
from products.services.locking import lock_row
from products.services.naming_rows import price_with_row
from products.services.periods import ensure_few_periods
from products.services.prices import ensure_apart, may_change_in_time, new_price
from products.services.unit_of_work import unit_of_work
from products.services.values import PriceValues


def create_price(
    variant_id: UUID, *, values: PriceValues, expected_version: int | None, actor: Actor
) -> Price:
    """Raises UnknownReference, StaleVersion, CurrencyTwice, PricesOverlap, InvalidValue."""
    with unit_of_work(actor) as work:
        product_id = _product_of(variant_id)
        lock_row(Product, product_id, expected_version=expected_version)
        price = new_price(variant_id, price_with_row(values))
        work.of_channels([_channel_of(price)])
        ensure_apart(price, Price.objects.filter(variant=variant_id))
        price.save(force_insert=True)
        if may_change_in_time(price):
            ensure_few_periods([variant_id])
        work.changed_variants(product_id, [variant_id])
    return price


def update_price(
    price_id: UUID, *, values: PriceValues, expected_version: int | None, actor: Actor
) -> Price:
    """Write what is named; its list and currency stay.

    Raises NotFound, StaleVersion, CurrencyTwice, PricesOverlap, InvalidValue.
    """
    with unit_of_work(actor) as work:
        price = _locked(price_id, expected_version)
        work.of_channels([_channel_of(price)])
        wanted = new_price(price.variant_id, {**_values_of(price), **values})
        wanted.pk = price.pk
        fields = ("min_quantity", "valid", "amount", "compare_at")
        changed = [name for name in fields if getattr(price, name) != getattr(wanted, name)]
        if changed:
            ensure_apart(wanted, Price.objects.filter(variant=price.variant_id))
            for name in changed:
                setattr(price, name, getattr(wanted, name))
            price.save(update_fields=[*changed, "updated_at"])
            if "valid" in changed:
                ensure_few_periods([price.variant_id])
            work.changed_variants(price.variant.product_id, [price.variant_id])
    return price


def delete_price(price_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Its history stays. Raises NotFound, StaleVersion."""
    with unit_of_work(actor) as work:
        price = _locked(price_id, expected_version)
        work.of_channels([_channel_of(price)])
        work.changed_variants(price.variant.product_id, [price.variant_id])
        price.delete()


def _locked(price_id: UUID, expected_version: int | None) -> Price:
    """The price, read after its product was locked."""
    prices = Price.objects.select_related("variant", "price_list")
    price = prices.filter(pk=price_id).first()
    if price is not None:
        lock_row(Product, price.variant.product_id, expected_version=expected_version)
        price = prices.filter(pk=price_id).first()
    if price is None:
        raise NotFound(f"There is no price {price_id}.")
    return price


def _channel_of(price: Price) -> UUID | None:
    """None: all channels have the price."""
    return price.price_list.channel_id if price.price_list else None


def _product_of(variant_id: UUID) -> UUID:
    found = Variant.objects.filter(pk=variant_id).values_list("product_id", flat=True).first()
    if found is None:
        raise UnknownReference("variant", variant_id, pointer="/variant")
    return found


def _values_of(price: Price) -> PriceValues:
    return {
        "currency": price.currency,
        "amount": price.amount,
        "compare_at": price.compare_at,
        "price_list": price.price_list,
        "min_quantity": price.min_quantity,
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
    }
