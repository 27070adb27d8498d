"""What records may name, as far as the catalog has it: read for a chunk in a few statements.

A plan also counts what the definitions of the file will make: it has ids here that no row has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Q

from products.errors import InvalidValue
from products.models import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Channel,
    Collection,
    Locale,
    Location,
    PriceList,
    Product,
    ProductType,
    ProductTypeAttribute,
    TaxClass,
)
from products.services.attribute_types import AttributeSpec
from products.services.attribute_values import Assigned
from products.transfer.importing.cells import option_names
from products.transfer.records import ProductRecord

Path = tuple[str, ...]


@dataclass(slots=True)
class World:
    """`made` are the ids of what is not there yet."""

    types: dict[str, UUID] = field(default_factory=dict)
    assigned: dict[tuple[UUID, str], Assigned] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)  # attribute -> label -> code
    locales: dict[str, bool] = field(default_factory=dict)  # code -> is it the default
    channels: dict[str, UUID] = field(default_factory=dict)
    lists: dict[str, PriceList] = field(default_factory=dict)
    classes: dict[str, TaxClass] = field(default_factory=dict)
    locations: dict[str, UUID] = field(default_factory=dict)
    brands: dict[str, UUID] = field(default_factory=dict)
    categories: dict[Path, UUID] = field(default_factory=dict)
    collections: dict[str, UUID] = field(default_factory=dict)
    targets: dict[tuple[str, str], UUID] = field(default_factory=dict)  # noun, slug -> id
    made: set[UUID] = field(default_factory=set)

    @property
    def default_locale(self) -> str:
        return next((code for code, is_default in self.locales.items() if is_default), "en")

    def keys_of(self, paths: Iterable[Path]) -> list[UUID]:
        """Of those that are there."""
        return [self.categories[path] for path in paths if path in self.categories]

    def location(self, code: str) -> UUID:
        """Raises InvalidValue."""
        if code not in self.locations:
            raise InvalidValue(f"There is no location {code[:100]!r}.", pointer="/stock")
        return self.locations[code]


def load_names(records: Sequence[ProductRecord]) -> World:
    """What the names of brands, categories and collections stand for."""
    world = World()
    _load_brands(world, records)
    _load_categories(world, records)
    names = {name for record in records for name in record.collections}
    if names:
        rows = Collection.objects.filter(name__in=names, rule__isnull=True).order_by("-pk")
        world.collections = dict(rows.values_list("name", "pk"))
    return world


def complete_world(
    world: World,
    records: Sequence[ProductRecord],
    products: Iterable[Product],
    definitions: Mapping[str, Any],
) -> None:
    """`definitions` are those that a plan counts as made; a run has made them."""
    _load_attributes(world, records, list(products))
    world.locales = dict(Locale.objects.order_by("code").values_list("code", "is_default"))
    world.channels = dict(Channel.objects.order_by("slug").values_list("slug", "pk"))
    world.locations = dict(Location.objects.order_by("code").values_list("code", "pk"))
    world.lists = {row.code: row for row in PriceList.objects.all()}
    world.classes = {row.code: row for row in TaxClass.objects.all()}
    _add_definitions(world, definitions)


def _load_attributes(
    world: World, records: Sequence[ProductRecord], products: Sequence[Product]
) -> None:
    slugs = {record.product_type for record in records if record.product_type}
    keys = {product.product_type_id for product in products if product.product_type_id}
    cells = [cell for record in records for cell in _all_cells(record)]
    if not slugs and not (cells and keys):
        return
    rows = ProductType.objects.filter(Q(slug__in=slugs) | Q(pk__in=keys)).order_by()
    world.types = dict(rows.values_list("slug", "pk"))
    codes = {cell.code for cell in cells}
    assignments = ProductTypeAttribute.objects.filter(
        product_type__in=world.types.values(), attribute__code__in=codes
    ).select_related("attribute")
    found = list(assignments.order_by())
    _load_options(world, {row.attribute for row in found}, cells)
    for row in found:
        spec = _spec(row.attribute, world)
        world.assigned[row.product_type_id, spec.code] = Assigned(spec, row.is_variant)


def _all_cells(record: ProductRecord) -> Iterable[Any]:
    yield from record.attributes
    for variant in record.variants:
        yield from variant.attributes


def _load_options(world: World, attributes: set[Attribute], cells: Sequence[Any]) -> None:
    """Those that the cells name, by code or by label."""
    choosing = {each.pk: each.code for each in attributes if each.type.endswith("choice")}
    if not choosing:
        return
    codes = set(choosing.values())
    named = {name for cell in cells if cell.code in codes for name in option_names(cell.value)}
    rows = AttributeOption.objects.filter(
        Q(code__in=named) | Q(label__in=named), attribute__in=choosing
    ).order_by("-position", "-code")
    rows_of = list(rows.values_list("attribute", "code", "label"))
    for key, code, label in rows_of:
        world.options.setdefault(choosing[key], {})[label] = code
    for key, code, _ in rows_of:  # a code says more than a label
        world.options[choosing[key]][code] = code


def _spec(attribute: Attribute, world: World) -> AttributeSpec:
    return AttributeSpec(
        attribute.code,
        attribute.type,
        attribute.dimension,
        attribute.is_localizable,
        attribute.is_per_channel,
        attribute.rules,
        frozenset(world.options.get(attribute.code, {}).values()),
    )


def _load_brands(world: World, records: Sequence[ProductRecord]) -> None:
    names = {record.brand for record in records if record.brand}
    if names:
        # The oldest of several that share a name.
        rows = Brand.objects.filter(name__in=names).order_by("-id")
        world.brands = dict(rows.values_list("name", "pk"))


def paths_of(record: ProductRecord) -> list[Path]:
    """The primary one first, each once."""
    return list(dict.fromkeys(path for path in (record.category, *record.categories) if path))


def _load_categories(world: World, records: Sequence[ProductRecord]) -> None:
    paths = {path for record in records for path in paths_of(record)}
    wanted = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    for depth in range(1, max(map(len, wanted), default=0) + 1):
        level = [path for path in wanted if len(path) == depth]
        parents = {world.categories.get(path[:-1]) for path in level} - {None}
        of_parent = Q(parent__in=parents) if depth > 1 else Q(parent=None)
        rows = Category.objects.filter(of_parent, name__in={path[-1] for path in level})
        found: dict[tuple[UUID | None, str], UUID] = {}
        for parent, name, key in rows.order_by("-id").values_list("parent", "name", "pk"):
            found[parent, name] = key
        for path in level:
            above = world.categories.get(path[:-1]) if depth > 1 else None
            if (depth == 1 or above) and (above, path[-1]) in found:
                world.categories[path] = found[above, path[-1]]


def _add_definitions(world: World, definitions: Mapping[str, Any]) -> None:
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
        for item in values.get("attributes", ()):
            spec = known.get(item["code"]) or specs.get(item["code"])
            key = (world.types[slug], item["code"])
            if spec is not None and key not in world.assigned:
                world.assigned[key] = Assigned(spec, item.get("is_variant", False))


def _made(world: World, what: object) -> UUID:
    key = uuid5(NAMESPACE_OID, repr(what))
    world.made.add(key)
    return key
