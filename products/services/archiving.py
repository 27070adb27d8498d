"""What is unique among products that are not archived follows its product into the archive."""

from collections.abc import Iterable

from products.models import ExternalId, Product, Variant


def archive_parts(products: Iterable[Product], *, is_archived: bool) -> int:
    """SKUs and external ids of those of the products that are, or are not, archived. Answers how
    many variants followed."""
    keys = [product.pk for product in products if product.is_archived == is_archived]
    ids = ExternalId.objects.filter(product__in=keys)
    ids.exclude(is_archived=is_archived).update(is_archived=is_archived)
    variants = Variant.objects.filter(product__in=keys)
    return variants.exclude(is_archived=is_archived).update(is_archived=is_archived)
