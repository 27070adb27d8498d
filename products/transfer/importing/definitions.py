"""What products of a file refer to: made where it is missing, before the first product is written.

What is there stays as it is; a product type that is there gains the attributes that it lacks, and a
choice the options that it lacks.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from accounts.actors import Actor
from products.models import (
    Attribute,
    AttributeOption,
    Channel,
    Locale,
    Location,
    PriceList,
    ProductType,
    ProductTypeAttribute,
    RelationKind,
    TaxClass,
)
from products.services.attributes import create_attribute, update_attribute
from products.services.categories import Path, ensure_category_paths
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.locations import create_location
from products.services.price_lists import create_price_list
from products.services.product_types import create_product_type, update_product_type
from products.services.relation_kinds import create_relation_kind
from products.services.tax_classes import create_tax_class
from products.services.values import CategoryValues

Plain = Mapping[str, Any]


def ensure_definitions(definitions: Plain, *, actor: Actor) -> dict[str, int]:
    """How many of each noun were made, or gained something. Safe to run twice.

    Raises what their services raise.
    """
    made: dict[str, int] = {}
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
    locations = [
        {"code": code, "name": name or code}
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
    ]


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
        for name in ("valid_from", "valid_until")
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
    facts: dict[Path, CategoryValues] = {}
    for each in definitions.get("categories", ()):
        named = {name: each[name] for name in ("slug", "description", "translations")}
        facts[tuple(each["path"])] = cast(
            "CategoryValues", {name: value for name, value in named.items() if value}
        )
    if facts:
        ensure_category_paths(facts, facts=facts, actor=actor)
