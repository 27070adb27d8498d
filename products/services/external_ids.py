"""Writes of external ids: always as the whole list of a product or of a variant."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue
from products.models import ExternalId, Product, Variant
from products.models.external_ids import MAX_EXTERNAL_IDS, SYSTEM_FORM, VALUE_LENGTH
from products.services.rows import insert_rows, new_row
from products.services.values import ExternalIdValues, VariantValues

Pair = tuple[str, str]


def clean_external_ids(items: Sequence[ExternalIdValues]) -> list[Pair]:
    """System and id, each pair once. Raises InvalidValue."""
    if len(items) > MAX_EXTERNAL_IDS:
        raise InvalidValue(f"At most {MAX_EXTERNAL_IDS} external ids.", pointer="/external_ids")
    return list(dict.fromkeys(_clean(n, item) for n, item in enumerate(items)))


def _clean(position: int, item: ExternalIdValues) -> Pair:
    with pointing_at(f"/external_ids/{position}"):
        if not re.fullmatch(SYSTEM_FORM, item["system"]):
            raise InvalidValue(
                "A system is named by small letters, digits, dots, hyphens and underscores.",
                pointer="/system",
            )
        value = item["id"].strip()
        if not value or len(value) > VALUE_LENGTH or not value.isprintable():
            raise InvalidValue(
                f"An external id has 1 to {VALUE_LENGTH} printable characters.", pointer="/id"
            )
    return item["system"], value


def new_external_ids(
    product: Product, variant_id: UUID | None, items: Sequence[ExternalIdValues]
) -> list[ExternalId]:
    """Rows, not stored yet."""
    if not items:
        return []
    return [
        new_row(
            ExternalId,
            product_id=product.pk,
            variant_id=variant_id,
            system=system,
            value=value,
            is_archived=product.is_archived,
        )
        for system, value in clean_external_ids(items)
    ]


def external_ids_of_variants(
    product: Product, variants: Sequence[Variant], items: Sequence[VariantValues]
) -> list[ExternalId]:
    """Rows of new variants, which are in the order of their values."""
    rows: list[ExternalId] = []
    for n, (variant, item) in enumerate(zip(variants, items, strict=True)):
        with pointing_at(f"/variants/{n}"):
            rows += new_external_ids(product, variant.pk, item.get("external_ids", []))
    return rows


def write_external_ids(
    product: Product, wanted: Mapping[UUID | None, Sequence[ExternalIdValues]]
) -> bool:
    """Make the external ids of these variants (None: of the product itself) exactly these.

    Answers whether anything changed. Raises InvalidValue; the database has the last word on who
    owns an id.
    """
    return bool(write_all_external_ids([(product, wanted)]))


def write_all_external_ids(
    wanted: Sequence[tuple[Product, Mapping[UUID | None, Sequence[ExternalIdValues]]]],
    *,
    new: Sequence[ExternalId] = (),
) -> set[UUID]:
    """The same of many products, in three statements. Answers the products that changed. `new` are
    rows of what had none yet.

    What goes, goes before anything comes, so that two variants may trade theirs.
    """
    after = {
        _place(row): row
        for product, lists in wanted
        for key, items in lists.items()
        for row in new_external_ids(product, key, items)
    }
    named = {(product.pk, key) for product, lists in wanted for key in lists}
    keys = [product.pk for product, _ in wanted]
    stored = ExternalId.objects.filter(product__any_of=keys) if keys else ()
    before = {_place(row): row for row in stored if (row.product_id, row.variant_id) in named}
    gone = [row for place, row in before.items() if place not in after]
    coming = [*new, *(row for place, row in after.items() if place not in before)]
    if gone:
        ExternalId.objects.filter(pk__in=[row.pk for row in gone]).delete()
    coming.sort(key=lambda row: (row.system, row.value))
    insert_rows(coming)
    return {row.product_id for row in (*gone, *coming)}


def _place(row: ExternalId) -> tuple[UUID, UUID | None, str, str]:
    return row.product_id, row.variant_id, row.system, row.value
