"""Writes of the places where stock lies."""

from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, NotFound, StillInUse
from products.models import Location, Product, StockLevel
from products.services.locking import lock_row
from products.services.unit_of_work import unit_of_work
from products.services.values import LocationValues

DEFAULT = "default"  # the code of the location that an import makes


def create_location(*, values: LocationValues, actor: Actor) -> Location:
    """Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        location = Location.objects.create(**values)
        work.created("location", [location.pk])
    return location


def update_location(
    location_id: UUID, *, values: LocationValues, expected_version: int | None, actor: Actor
) -> Location:
    """Write what is named. Stock at a location that is not active does not count, so the documents
    of its products follow.

    Raises NotFound, StaleVersion, CodeTaken, InvalidValue.
    """
    with unit_of_work(actor, renames="is_active" in values) as work:
        location = lock_row(Location, location_id, expected_version=expected_version)
        changed = {name for name, value in values.items() if getattr(location, name) != value}
        if changed:
            Location.objects.filter(pk=location_id).update(**values)
            work.changed("location", [location_id])
        if "is_active" in changed:
            products = Product.objects.filter(
                variants__track_inventory=True, variants__stock__location=location_id
            )
            work.reprint(products.distinct().values_list("pk", flat=True))
    location.refresh_from_db()
    return location


def delete_location(location_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Its levels go with it. Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor, renames=True) as work:
        location = lock_row(Location, location_id, expected_version=expected_version)
        levels = StockLevel.objects.filter(location=location)
        if levels.exclude(quantity=0).exists():
            raise StillInUse("There is stock at this location: set it to zero first.")
        work.deleting("stock", levels.values_list("pk", flat=True))
        levels.delete()
        work.deleting("location", [location_id])
        location.delete()


def counting_location(code: str | None) -> str:
    """The code of where a file's quantities lie, when it does not say so itself.

    Raises NotFound, and InvalidValue where it could be any of several.
    """
    codes = Location.objects.order_by("code").values_list("code", flat=True)
    if code is not None:
        if not codes.filter(code=code).exists():
            raise NotFound(f"There is no location {code!r}: make it, or name another one.")
        return code
    first = list(codes[:2])
    if len(first) == 1:
        return first[0]
    if first and not codes.filter(code=DEFAULT).exists():
        raise InvalidValue(
            "The file has quantities and the catalog several locations: name the one they lie at."
        )
    return DEFAULT
