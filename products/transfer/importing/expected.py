"""What the definitions of a file will make: a plan counts it as there."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from products.models import PriceList, TaxClass
from products.services.attribute_types import AttributeSpec
from products.services.attribute_values import Assigned
from products.transfer.importing.world import World


def expect_definitions(world: World, definitions: Mapping[str, Any]) -> None:
    """Add what they will make, with ids that no row has."""
    for values in definitions.get("locales", ()):
        world.locales.setdefault(values["code"], False)
    for values in definitions.get("channels", ()):
        world.channels.setdefault(values.get("slug", values["name"]), _made(world, values))
    for values in definitions.get("tax_classes", ()):
        row = TaxClass(id=_made(world, values), code=values["code"], name=values["name"])
        world.classes.setdefault(values["code"], row)
    for values in definitions.get("price_lists", ()):
        row_of_list = PriceList(
            id=_made(world, values), code=values["code"], currency=values["currency"]
        )
        world.lists.setdefault(values["code"], row_of_list)
    for code in definitions.get("locations", ()):
        world.locations.setdefault(code, _made(world, code))
    for values in definitions.get("categories", ()):
        if slug := values.get("slug"):
            world.targets.setdefault(("category", slug), _made(world, values))
    _expect_types(world, definitions)


def _expect_types(world: World, definitions: Mapping[str, Any]) -> None:
    specs: dict[str, AttributeSpec] = {}
    for values in definitions.get("attributes", ()):
        options = world.options.setdefault(values["code"], {})
        for option in values.get("options", ()):
            options.setdefault(option["code"], option["code"])
            options.setdefault(option.get("label", option["code"]), option["code"])
        specs[values["code"]] = AttributeSpec(
            values["code"],
            values.get("type", "text"),
            values.get("dimension", ""),
            values.get("is_localizable", False),
            values.get("is_per_channel", False),
            values.get("rules", {}),
            frozenset(options.values()),
        )
    known = {spec.spec.code: spec.spec for spec in world.assigned.values()}
    for values in definitions.get("product_types", ()):
        slug = values.get("slug", values["name"])
        if slug not in world.types:
            world.types[slug] = _made(world, values)
            world.required[world.types[slug]] = [
                (item["code"], item.get("is_variant", False))
                for item in values.get("attributes", ())
                if item.get("is_required")
            ]
        for item in values.get("attributes", ()):
            spec = known.get(item["code"]) or specs.get(item["code"])
            key = (world.types[slug], item["code"])
            if spec is not None and key not in world.assigned:
                world.assigned[key] = Assigned(spec, item.get("is_variant", False))


def _made(world: World, what: object) -> UUID:
    key = uuid5(NAMESPACE_OID, repr(what))
    world.made.add(key)
    return key
