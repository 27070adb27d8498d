"""Slugs, SKUs and external ids that a batch of writes wants and somebody has.

The constraints have the last word. But they stop a batch at the first one and cannot say which of
its writes it was: so the batch looks first.
"""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from catalog_project.errors import DomainError
from products.errors import ExternalIdTaken, SkuTaken, SlugTaken
from products.models import ExternalId, Product
from products.services.identity import live_variants_by_sku
from products.services.values import ProductValues

Name = tuple[str, str]  # of what kind, and the name
TAKEN: dict[str, Callable[..., DomainError]] = {
    "slug": SlugTaken,
    "sku": SkuTaken,
    "external id": ExternalIdTaken,
    "external id of a variant": ExternalIdTaken,
}


class TakenNames:
    """Read in three queries for any number of products, which are as they shall be."""

    def __init__(self, writes: Sequence[tuple[Product, ProductValues]]) -> None:
        self._is_asked = bool(writes)
        own = {product.pk for product, _ in writes}
        wanted: dict[str, set[str]] = {kind: set() for kind in TAKEN}
        for product, values in writes:
            for (kind, name), _ in names_of(product, values):
                wanted[kind].add(name)
        # What a product of the batch has now, it may be about to give away.
        owners = _owners_of(wanted)
        self._others = {name: owner for name, owner in owners if owner not in own}
        self._claimed: dict[Name, UUID] = {}

    def claim(self, product: Product, values: ProductValues) -> None:
        """Raises SlugTaken, SkuTaken or ExternalIdTaken where another product has the name, or an
        earlier one of the batch wants it."""
        if not self._is_asked or product.is_archived:
            return
        names = list(names_of(product, values))
        for (kind, name), pointer in names:
            claimed = self._claimed.get((kind, name), product.pk) != product.pk
            if claimed or (kind, name) in self._others:
                who = "Another item wants" if claimed else "Another product has"
                raise TAKEN[kind](f"{who} the {kind} {name!r}: choose another.", pointer=pointer)
        self._claimed |= {name: product.pk for name, _ in names}


def names_of(product: Product, values: ProductValues) -> Iterator[tuple[Name, str]]:
    """Each with its pointer."""
    yield ("slug", product.slug), "/slug"
    for n, each in enumerate(values.get("external_ids", [])):
        yield ("external id", f"{each['system']}:{each['id'].strip()}"), f"/external_ids/{n}"
    for n, variant in enumerate(values.get("variants", [])):
        if sku := (variant.get("sku") or "").strip():
            yield ("sku", sku), f"/variants/{n}/sku"
        for m, each in enumerate(variant.get("external_ids", [])):
            name = f"{each['system']}:{each['id'].strip()}"
            yield ("external id of a variant", name), f"/variants/{n}/external_ids/{m}"


def _owners_of(wanted: dict[str, set[str]]) -> Iterator[tuple[Name, UUID]]:
    """The live products that have these names."""
    if slugs := wanted["slug"]:
        live = Product.objects.filter(slug__any_of=slugs).exclude(status=Product.Status.ARCHIVED)
        for slug, key in live.order_by().values_list("slug", "pk"):
            yield ("slug", slug), key
    for sku, (_, key) in live_variants_by_sku(wanted["sku"]).items():
        yield ("sku", sku), key
    pairs = wanted["external id"] | wanted["external id of a variant"]
    if pairs:
        values = {pair.partition(":")[2] for pair in pairs}
        rows = ExternalId.objects.filter(value__any_of=values, is_archived=False).order_by()
        for system, value, variant, key in rows.values_list(
            "system", "value", "variant", "product"
        ):
            kind = "external id of a variant" if variant else "external id"
            if f"{system}:{value}" in wanted[kind]:
                yield (kind, f"{system}:{value}"), key
