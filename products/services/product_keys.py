"""Which product each item of a bulk write names: by id, external id, SKU or slug.

Names lead to live products; an archived one is named by its id. An upsert also follows an old slug:
whoever does not know of a renaming still means the product that was renamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from products.models import Product, SlugRedirect
from products.services.external_ids import Pair
from products.services.identity import live_variants_by_sku, owners_of


@dataclass(frozen=True, slots=True)
class ProductKey:
    """`kind` is id, external_id, sku or slug."""

    kind: str
    value: UUID | str | Pair

    def __str__(self) -> str:
        value = self.value
        text = ":".join(value) if isinstance(value, tuple) else value
        return f"the {self.kind.replace('_', ' ')} {text!r}" if self.kind != "id" else f"{text}"


def find_products(
    keys: Sequence[ProductKey], *, moved: Sequence[ProductKey] = ()
) -> dict[ProductKey, UUID]:
    """The products that these name, as far as there are such; of ids it is not known. At most four
    queries. The slugs among `moved` may be old ones."""
    wanted: dict[str, set[Any]] = {"id": set(), "external_id": set(), "sku": set(), "slug": set()}
    for key in keys:
        wanted[key.kind].add(key.value)
    found = {ProductKey("id", key): key for key in wanted["id"]}
    for pair, owner in owners_of(wanted["external_id"]).items():
        found[ProductKey("external_id", pair)] = owner
    for sku, (_, owner) in live_variants_by_sku(wanted["sku"]).items():
        found[ProductKey("sku", sku)] = owner
    if slugs := wanted["slug"]:
        live = Product.objects.exclude(status=Product.Status.ARCHIVED)
        for slug, owner in live.filter(slug__any_of=slugs).order_by().values_list("slug", "pk"):
            found[ProductKey("slug", slug)] = owner
    old = {key.value for key in moved if key.kind == "slug" and key not in found}
    if old:
        redirects = SlugRedirect.objects.filter(noun="product", locale=None, slug__any_of=old)
        targets = dict(redirects.order_by().values_list("slug", "target_id"))
        alive = set(
            live.filter(pk__any_of=targets.values()).order_by().values_list("pk", flat=True)
        )
        found |= {ProductKey("slug", slug): key for slug, key in targets.items() if key in alive}
    return found
