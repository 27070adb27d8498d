"""Writes of tax classes."""

from uuid import UUID

from django.db.models import Q

from accounts.actors import Actor
from products.errors import InvalidValue, StillInUse
from products.models import Product, TaxClass, Variant
from products.services.locking import lock_row
from products.services.translations import with_translations
from products.services.unit_of_work import unit_of_work
from products.services.values import TaxClassValues


def create_tax_class(*, values: TaxClassValues, actor: Actor) -> TaxClass:
    """Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        row = TaxClass.objects.create(**with_translations("taxclass", values))
        work.created("tax_class", [row.pk])
    return row


def update_tax_class(
    class_id: UUID, *, values: TaxClassValues, expected_version: int | None, actor: Actor
) -> TaxClass:
    """Write the name in any locale; the documents that show it follow.

    Raises NotFound, StaleVersion, InvalidValue.
    """
    with unit_of_work(actor, renames=True) as work:
        row = lock_row(TaxClass, class_id, expected_version=expected_version)
        if values.get("code", row.code) != row.code:
            raise InvalidValue("The code of a tax class stays.", pointer="/code")
        values = with_translations("taxclass", values, row.translations)
        name = values.get("name", row.name)
        translations = values.get("translations", row.translations)
        if (name, translations) != (row.name, row.translations):
            row.name, row.translations = name, translations
            row.save(update_fields=["name", "translations", "updated_at"])
            work.changed("tax_class", [class_id])
            shown = Product.objects.filter(Q(tax_class=row) | Q(variants__tax_class=row))
            work.reprint(shown.order_by("pk").distinct().values_list("pk", flat=True))
    row.refresh_from_db()
    return row


def delete_tax_class(class_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor, renames=True) as work:
        row = lock_row(TaxClass, class_id, expected_version=expected_version)
        is_used = (
            Product.objects.filter(tax_class=row).exists()
            or Variant.objects.filter(tax_class=row).exists()
        )
        if is_used:
            raise StillInUse("Products or variants have this tax class: give them another one.")
        work.deleting("tax_class", [class_id])
        row.delete()
