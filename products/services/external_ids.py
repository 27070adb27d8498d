"""Writes of external ids: always as the whole list of a product or of a variant."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from catalog_project.errors import pointing_at
from products.errors import InvalidValue
from products.models import ExternalId, Product, Variant
from products.models.external_ids import MAX_EXTERNAL_IDS, SYSTEM_FORM, VALUE_LENGTH
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
    return [
        ExternalId(
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

    What goes, goes before anything comes, so that two variants may trade theirs. Answers whether
    anything changed. Raises InvalidValue; the database has the last word on who owns an id.
    """
    rows = [row for key, items in wanted.items() for row in new_external_ids(product, key, items)]
    after = {(row.variant_id, row.system, row.value): row for row in rows}
    before = {
        (row.variant_id, row.system, row.value): row.pk
        for row in ExternalId.objects.filter(product=product)
        if row.variant_id in wanted
    }
    gone = [before[key] for key in before.keys() - after.keys()]
    if gone:
        ExternalId.objects.filter(pk__in=gone).delete()
    new = [row for key, row in after.items() if key not in before]
    ExternalId.objects.bulk_create(new)
    return bool(gone or new)
