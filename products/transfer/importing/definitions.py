"""What products of a file refer to: made where it is missing, before the first product is written.

What is there stays as it is; a product type that is there gains the attributes that it lacks, and a
choice the options that it lacks.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, cast

from accounts.actors import Actor
from catalog_project.errors import DomainError
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
    RelationKind,
    TaxClass,
)
from products.services.attributes import create_attribute, update_attribute
from products.services.brands import create_brand
from products.services.categories import Path, create_category, ensure_category_paths
from products.services.channels import create_channel, update_channel
from products.services.collections import create_collection
from products.services.locales import create_locale
from products.services.locations import create_location
from products.services.price_lists import create_price_list
from products.services.product_types import create_product_type, update_product_type
from products.services.relation_kinds import create_relation_kind
from products.services.tax_classes import create_tax_class
from products.services.values import CategoryValues
from products.transfer.importing.rules import rule_with_ids

Plain = Mapping[str, Any]
CHANNEL_FACTS = ("name", "currency", "locales")
CATEGORY_FACTS = ("slug", "description", "position", "translations")


def ensure_definitions(definitions: Plain, *, actor: Actor) -> dict[str, int]:
    """How many of each noun were made, or gained something. Safe to run twice.

    Raises what their services raise.
    """
    made: dict[str, int] = {}
    is_empty = not Product.objects.exists()
    for noun, missing, make in _simple(definitions):
        for values in missing:
            make(values=values, actor=actor)
        if missing:
            made[noun] = len(missing)
    for noun, ensure in (("attributes", _ensure_attribute), ("product_types", _ensure_type)):
        count = sum(ensure(values, actor) for values in definitions.get(noun, ()))
        if count:
            made[noun] = count
    _ensure_categories(definitions, actor)
    if is_empty:
        _follow_channels(definitions, actor)
    return made


def missing_definitions(definitions: Plain) -> dict[str, int]:
    """How many of each noun would be made, or gain something."""
    missing = {noun: len(values) for noun, values, _ in _simple(definitions)}
    codes = [values["code"] for values in definitions.get("attributes", ())]
    known = set(Attribute.objects.filter(code__in=codes).values_list("code", flat=True))
    missing["attributes"] = sum(
        values["code"] not in known or bool(_new_options(values))
        for values in definitions.get("attributes", ())
    )
    missing["product_types"] = sum(
        bool(_new_assignments(values)) or not _type(values)
        for values in definitions.get("product_types", ())
    )
    return {noun: count for noun, count in missing.items() if count}


Make = Callable[..., Any]


def _simple(definitions: Plain) -> list[tuple[str, list[Any], Make]]:
    """Nouns that are made or not: those that are missing, and who makes them."""
    closed = definitions.get("closed_locations", ())
    locations = [
        {"code": code, "name": name or code, "is_active": code not in closed}
        for code, name in definitions.get("locations", {}).items()
    ]
    return [
        ("locales", _lacking(Locale, "code", definitions.get("locales", ())), create_locale),
        ("channels", _lacking(Channel, "slug", definitions.get("channels", ())), create_channel),
        (
            "price_lists",
            _lacking(
                PriceList, "code", [_dated(each) for each in definitions.get("price_lists", ())]
            ),
            create_price_list,
        ),
        (
            "tax_classes",
            _lacking(TaxClass, "code", definitions.get("tax_classes", ())),
            create_tax_class,
        ),
        (
            "relation_kinds",
            _lacking(RelationKind, "code", definitions.get("relation_kinds", ())),
            create_relation_kind,
        ),
        ("locations", _lacking(Location, "code", locations), create_location),
        ("brands", _lacking(Brand, "slug", definitions.get("brands", ())), create_brand),
        (
            "collections",
            [
                _dated(each)
                for each in _lacking(Collection, "slug", definitions.get("collections", ()))
                if each.get("rule") is None
            ],
            partial(create_collection, may_publish=True),
        ),
    ]


def _follow_channels(definitions: Plain, actor: Actor) -> None:
    """A catalog without products has the channel that it began with: it becomes the file's."""
    given = {each["slug"]: each for each in definitions.get("channels", ()) if each.get("slug")}
    for row in Channel.objects.filter(slug__in=given).order_by("pk"):
        values: Any = {
            name: value for name, value in given[row.slug].items() if name in CHANNEL_FACTS
        }
        update_channel(row.pk, values=values, expected_version=None, actor=actor)


def _lacking(model: Any, name: str, items: Any) -> list[Any]:
    """Those that no row has the code or slug of, each once, in order."""
    wanted = {each.get(name, each.get("name")): each for each in items}
    if not wanted:
        return []
    known = set(
        model._default_manager.filter(**{f"{name}__in": wanted}).values_list(name, flat=True)
    )
    return [each for key, each in wanted.items() if key not in known]


def _dated(values: Plain) -> dict[str, Any]:
    dates = {
        name: datetime.fromisoformat(values[name])
        for name in ("valid_from", "valid_until", "publish_at", "unpublish_at")
        if values.get(name)
    }
    return {**values, **dates}


def _ensure_attribute(values: Any, actor: Actor) -> bool:
    row = Attribute.objects.filter(code=values["code"]).first()
    if row is None:
        create_attribute(values=values, actor=actor)
        return True
    missing = _new_options(values)
    if not missing:
        return False
    rows = row.options.order_by("position", "code").values("code", "label", "translations")
    before: list[Any] = list(rows)
    update_attribute(
        row.pk,
        values={"options": [*before, *missing]},
        expected_version=None,
        actor=actor,
    )
    return True


def _new_options(values: Plain) -> list[Any]:
    options = values.get("options", ())
    if not options:
        return []
    rows = AttributeOption.objects.filter(attribute__code=values["code"])
    known = set(rows.values_list("code", flat=True))
    return [option for option in options if option["code"] not in known]


def _type(values: Plain) -> ProductType | None:
    return ProductType.objects.filter(slug=values.get("slug", values["name"])).first()


def _ensure_type(values: Any, actor: Actor) -> bool:
    row = _type(values)
    if row is None:
        create_product_type(values=values, actor=actor)
        return True
    missing = _new_assignments(values)
    if not missing:
        return False
    before: list[Any] = [
        {
            "code": each.attribute.code,
            "is_required": each.is_required,
            "is_variant": each.is_variant,
        }
        for each in row.assignments.select_related("attribute").order_by("position")
    ]
    update_product_type(
        row.pk,
        values={"attributes": [*before, *missing]},
        expected_version=None,
        actor=actor,
    )
    return True


def _new_assignments(values: Plain) -> list[Any]:
    """None of them required: products that are there would lack them."""
    rows = ProductTypeAttribute.objects.filter(
        product_type__slug=values.get("slug", values["name"])
    )
    known = set(rows.values_list("attribute__code", flat=True))
    return [
        {**each, "is_required": False}
        for each in values.get("attributes", ())
        if each["code"] not in known
    ]


def _ensure_categories(definitions: Plain, actor: Actor) -> None:
    items = [(tuple(each["path"]), each) for each in definitions.get("categories", ())]
    slugs = {each["slug"] for _, each in items if each.get("slug")}
    known = set(Category.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    facts: dict[Path, CategoryValues] = {}
    twins: list[tuple[Path, CategoryValues]] = []
    for path, each in items:
        named = {name: each.get(name) for name in CATEGORY_FACTS}
        values = cast("CategoryValues", {name: value for name, value in named.items() if value})
        if each.get("slug") in known:
            continue
        if path in facts:
            twins.append((path, values))
        else:
            facts[path] = values
    if not facts:
        return
    found = ensure_category_paths(facts, facts=facts, actor=actor)
    # Siblings may share a name: their slugs tell them apart.
    taken = dict(Category.objects.filter(pk__in=found.values()).values_list("pk", "slug"))
    twins += [
        (path, values)
        for path, values in facts.items()
        if (slug := values.get("slug"))
        and taken[found[path]] != slug
        and taken[found[path]] in slugs
    ]
    for path, values in twins:
        parent = found.get(path[:-1])
        create_category(values={**values, "name": path[-1], "parent": parent}, actor=actor)


def make_rule_collections(definitions: Plain, *, actor: Actor) -> dict[str, DomainError]:
    """Rules may name products of the file, so these come last. Answers those that are refused."""
    refused: dict[str, DomainError] = {}
    for values in _lacking(Collection, "slug", definitions.get("collections", ())):
        if values.get("rule") is not None:
            made: Any = {**_dated(values), "rule": rule_with_ids(values["rule"])}
            try:
                create_collection(values=made, may_publish=True, actor=actor)
            except DomainError as error:
                refused[values["slug"]] = error
    return refused
