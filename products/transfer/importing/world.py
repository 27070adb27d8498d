"""What records may name, as far as the catalog has it: read for a chunk in a few statements.

A plan also counts what the definitions of the file will make: it has ids here that no row has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

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
    required: dict[UUID, list[tuple[str, bool]]] = field(default_factory=dict)  # is it of variants
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
    # Noun and slug -> id: what our own files name, as names may be shared.
    slugs: dict[tuple[str, str], UUID] = field(default_factory=dict)
    targets: dict[tuple[str, str], UUID] = field(default_factory=dict)  # noun, slug -> id
    made: set[UUID] = field(default_factory=set)
    is_last_pass: bool = False  # all products of the file are there

    @property
    def default_locale(self) -> str:
        return next((code for code, is_default in self.locales.items() if is_default), "en")

    def brand_of(self, record: ProductRecord) -> UUID | None:
        """Here and below: what has the slug is meant, else what has the name."""
        return self.slugs.get(("brand", record.brand_slug or "")) or self.brands.get(
            record.brand or ""
        )

    def categories_of(self, record: ProductRecord) -> list[UUID | None]:
        """The primary one first; None where it is not there."""
        return [
            self.slugs.get(("category", slug)) or self.categories.get(path)
            for slug, path in places_of(record)
        ]

    def unknown_paths(self, records: Iterable[ProductRecord]) -> set[Path]:
        """Of categories that no slug leads to."""
        return {
            path
            for record in records
            for slug, path in places_of(record)
            if ("category", slug) not in self.slugs
        }

    def collections_of(self, record: ProductRecord) -> list[UUID | None]:
        slugs = record.collection_slugs or [""] * len(record.collections)
        return [
            self.slugs.get(("collection", slug)) or self.collections.get(name)
            for slug, name in zip(slugs, record.collections, strict=True)
        ]

    def location(self, code: str) -> UUID:
        """Raises InvalidValue."""
        if code not in self.locations:
            raise InvalidValue(f"There is no location {code[:100]!r}.", pointer="/stock")
        return self.locations[code]


def load_names(records: Sequence[ProductRecord]) -> World:
    """What the names of brands, categories and collections stand for."""
    world = World()
    _load_slugs(world, records)
    _load_brands(world, records)
    _load_categories(world, records)
    names = {name for record in records for name in record.collections}
    if names:
        rows = Collection.objects.filter(name__in=names, rule__isnull=True).order_by("-pk")
        world.collections = dict(rows.values_list("name", "pk"))
    return world


def complete_world(
    world: World, records: Sequence[ProductRecord], products: Iterable[Product]
) -> None:
    """`products` are those that the records are about, as far as they are there."""
    _load_attributes(world, records, list(products))
    world.locales = dict(Locale.objects.order_by("code").values_list("code", "is_default"))
    world.channels = dict(Channel.objects.order_by("slug").values_list("slug", "pk"))
    world.locations = dict(Location.objects.order_by("code").values_list("code", "pk"))
    world.lists = {row.code: row for row in PriceList.objects.all()}
    world.classes = {row.code: row for row in TaxClass.objects.all()}


def _load_attributes(
    world: World, records: Sequence[ProductRecord], products: Sequence[Product]
) -> None:
    slugs = {record.product_type for record in records if record.product_type}
    keys = {product.product_type_id for product in products if product.product_type_id}
    cells = [cell for record in records for cell in all_cells(record)]
    if not slugs and not (cells and keys):
        return
    rows = ProductType.objects.filter(Q(slug__in=slugs) | Q(pk__in=keys)).order_by()
    world.types = dict(rows.values_list("slug", "pk"))
    must = ProductTypeAttribute.objects.filter(
        product_type__in=world.types.values(), is_required=True
    )
    for key, code, is_variant in must.order_by("attribute__code").values_list(
        "product_type", "attribute__code", "is_variant"
    ):
        world.required.setdefault(key, []).append((code, is_variant))
    codes = {cell.code for cell in cells}
    assignments = ProductTypeAttribute.objects.filter(
        product_type__in=world.types.values(), attribute__code__in=codes
    ).select_related("attribute")
    found = list(assignments.order_by())
    _load_options(world, {row.attribute for row in found}, cells)
    for row in found:
        spec = _spec(row.attribute, world)
        world.assigned[row.product_type_id, spec.code] = Assigned(spec, row.is_variant)


def all_cells(record: ProductRecord) -> Iterable[Any]:
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


def _load_slugs(world: World, records: Sequence[ProductRecord]) -> None:
    named: tuple[tuple[str, Any, set[str]], ...] = (
        ("brand", Brand, {each.brand_slug for each in records if each.brand_slug}),
        ("category", Category, {slug for each in records for slug in each.category_slugs}),
        ("collection", Collection, {slug for each in records for slug in each.collection_slugs}),
    )
    for noun, model, slugs in named:
        if slugs - {""}:
            rows = model._default_manager.filter(slug__in=slugs).order_by()
            if model is Collection:
                rows = rows.filter(rule__isnull=True)
            world.slugs |= {(noun, slug): key for slug, key in rows.values_list("slug", "pk")}


def _load_brands(world: World, records: Sequence[ProductRecord]) -> None:
    names = {record.brand for record in records if record.brand}
    if names:
        # The oldest of several that share a name.
        rows = Brand.objects.filter(name__in=names).order_by("-id")
        world.brands = dict(rows.values_list("name", "pk"))


def places_of(record: ProductRecord) -> list[tuple[str, Path]]:
    """Slug, where the file has one, and path of each category, the primary one first, each once."""
    paths = [path for path in (record.category, *record.categories) if path]
    slugs = record.category_slugs if len(record.category_slugs) == len(paths) else [""] * len(paths)
    return list(dict.fromkeys(zip(slugs, paths, strict=True)))


def _load_categories(world: World, records: Sequence[ProductRecord]) -> None:
    paths = world.unknown_paths(records)
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
