"""What of a write can be tried before the definitions of its file are made."""

from typing import Any

from products.services.values import ProductValues
from products.transfer.importing.world import World

# They may name what is not there yet; what they say was judged when the record was merged.
NAMING = ("product_type", "attributes", "attribute_changes", "tax_class", "translations")


def rehearsable(values: ProductValues, world: World) -> ProductValues:
    if not world.made:
        return values
    tried: dict[str, Any] = {name: each for name, each in values.items() if name not in NAMING}
    if "variants" in tried:
        tried["variants"] = [_variant(each) for each in tried["variants"]]
    if "media" in tried:
        tried["media"] = [
            {name: each for name, each in item.items() if name != "translations"}
            for item in tried["media"]
        ]
    return tried  # type: ignore[return-value]  # of the same TypedDict


def _variant(values: Any) -> dict[str, Any]:
    tried = {name: each for name, each in values.items() if name not in NAMING}
    if "prices" in tried:
        tried["prices"] = [price for price in tried["prices"] if not price.get("price_list")]
    return tried
