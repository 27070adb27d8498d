"""What the catalog has of the products of a chunk: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from products.models import (
    CollectionProduct,
    ExternalId,
    Listing,
    Media,
    Price,
    Product,
    ProductCategory,
    Variant,
    VariantMedia,
)


class Stored:
    """Of no product: no statement."""

    def __init__(
        self, keys: Sequence[UUID], *, with_listings: bool, with_collections: bool
    ) -> None:
        self.products: dict[UUID, Product] = {}
        self.variants: dict[UUID, list[Variant]] = defaultdict(list)
        self.prices: dict[UUID, list[Price]] = defaultdict(list)
        self.media: dict[UUID, list[Media]] = defaultdict(list)
        self.shown_by: dict[UUID, list[UUID]] = defaultdict(list)
        self.categories: dict[UUID, list[UUID]] = defaultdict(list)
        self.external_ids: dict[UUID, list[ExternalId]] = defaultdict(list)
        self.listings: dict[UUID, dict[UUID, Listing]] = defaultdict(dict)
        self.collections: dict[UUID, set[UUID]] = defaultdict(set)
        if not keys:
            return
        for product in Product.objects.filter(pk__in=keys).order_by():
            self.products[product.pk] = product
        for variant in Variant.objects.filter(product__in=keys):
            self.variants[variant.product_id].append(variant)
        for price in Price.objects.filter(variant__product__in=keys).order_by():
            self.prices[price.variant_id].append(price)
        for media in Media.objects.filter(product__in=keys):
            self.media[media.product_id].append(media)
        for shown in VariantMedia.objects.filter(product__in=keys):
            self.shown_by[shown.variant_id].append(shown.media_id)
        rows = ProductCategory.objects.filter(product__in=keys).order_by("position")
        for product_id, category_id in rows.values_list("product_id", "category_id"):
            self.categories[product_id].append(category_id)
        for row in ExternalId.objects.filter(product__in=keys).order_by("system", "value"):
            self.external_ids[row.product_id].append(row)
        if with_listings:
            for listing in Listing.objects.filter(product__in=keys).order_by():
                self.listings[listing.product_id][listing.channel_id] = listing
        if with_collections:
            members = CollectionProduct.objects.filter(product__in=keys).order_by()
            for product_id, collection_id in members.values_list("product_id", "collection_id"):
                self.collections[product_id].add(collection_id)
