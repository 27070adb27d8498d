"""Many new variants of one product in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from accounts.actors import Actor
from products.models import ExternalId, Price, Product, Variant, VariantMedia
from products.services.describing import described_variants, ensure_complete
from products.services.external_ids import external_ids_of_variants
from products.services.locking import lock_row
from products.services.naming_rows import variants_with_rows
from products.services.unit_of_work import unit_of_work
from products.services.values import VariantValues
from products.services.variant_media import links_of_new, media_of
from products.services.variants import (
    ensure_count,
    learn_option_names,
    new_variants,
    next_position,
)


def create_variants(
    product_id: UUID,
    *,
    items: Sequence[VariantValues],
    expected_version: int | None,
    actor: Actor,
) -> list[Variant]:
    """All of them or none, behind the product's others, in the order given. The number of
    statements does not depend on how many they are.

    Raises NotFound, StaleVersion, SkuTaken, OptionsTaken, InvalidValue, AttributesRefused.
    """
    with unit_of_work(actor) as work:
        product = lock_row(Product, product_id, expected_version=expected_version)
        items = variants_with_rows(described_variants(product, items))
        ensure_count(Variant.objects.filter(product=product).count() + len(items))
        variants, prices = new_variants(product, items, first=next_position(product))
        learn_option_names(product, [variant.options for variant in variants])
        Variant.objects.bulk_create(variants)
        Price.objects.bulk_create(prices)
        ExternalId.objects.bulk_create(external_ids_of_variants(product, variants, items))
        if any(item.get("media") for item in items):
            shown = links_of_new(product_id, variants, items, media_of(product_id))
            VariantMedia.objects.bulk_create(shown)
        ensure_complete([product])
        work.changed_variants(product_id, [variant.pk for variant in variants])
    return variants
