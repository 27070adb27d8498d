"""What products refer to, as plain values that another catalog understands: a query per noun."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch

from products.models import (
    Attribute,
    AttributeOption,
    Brand,
    Category,
    Channel,
    ChannelLocale,
    Collection,
    Locale,
    Location,
    PriceList,
    ProductType,
    ProductTypeAttribute,
    RelationKind,
    TaxClass,
)
from products.services.attribute_types import instant_text
from products.transfer.portable_rules import with_slugs


def definitions() -> dict[str, Any]:
    """Everything, parents first; the texts are in the default locale."""
    names = _Slugs()
    return {
        "currency": settings.CATALOG_CURRENCY,
        "default_locale": Locale.objects.get(is_default=True).code,
        "locales": [
            {"code": row.code, "name": row.name, "fallback": row.fallback and row.fallback.code}
            for row in Locale.objects.select_related("fallback")
        ],
        "channels": _channels(),
        "price_lists": [_price_list(row) for row in _price_lists()],
        "tax_classes": _rows(TaxClass.objects.all(), "code", "name", "translations"),
        "locations": _rows(Location.objects.all(), "code", "name", "is_active"),
        "relation_kinds": _rows(
            RelationKind.objects.all(),
            *("code", "name", "is_symmetric", "is_bundle", "position", "translations"),
        ),
        "attributes": [_attribute(row) for row in _attributes()],
        "product_types": [_product_type(row) for row in _product_types()],
        "brands": _rows(
            Brand.objects.order_by("slug"), "slug", "name", "description", "translations"
        ),
        "categories": _categories(),
        "collections": [_collection(row, names) for row in Collection.objects.order_by("slug")],
    }


NAMED: Mapping[str, Any] = {"brand": Brand, "category": Category, "product_type": ProductType}


class _Slugs:
    """What ids in rules are called; asked for only where there is a rule."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def of(self, noun: str) -> Mapping[str, str]:
        if noun not in self._known:
            rows: Any = NAMED[noun]._default_manager.order_by()
            rows = rows.values_list("pk", "slug")
            self._known[noun] = {str(key): slug for key, slug in rows}
        return self._known[noun]


def _rows(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))


def _channels() -> list[dict[str, Any]]:
    pairs = ChannelLocale.objects.select_related("locale").order_by("position")
    return [
        {
            "slug": row.slug,
            "name": row.name,
            "currency": row.currency,
            "locales": [pair.locale.code for pair in row.channel_locales.all()],
        }
        for row in Channel.objects.prefetch_related(Prefetch("channel_locales", pairs))
    ]


def _price_lists() -> Any:
    return PriceList.objects.select_related("channel").order_by("code")


def _price_list(row: PriceList) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "currency": row.currency,
        "channel": row.channel and row.channel.slug,
        "customer_group": row.customer_group,
        "priority": row.priority,
        "valid_from": row.valid.lower and instant_text(row.valid.lower),
        "valid_until": row.valid.upper and instant_text(row.valid.upper),
        "is_active": row.is_active,
    }


def _attributes() -> Any:
    options = AttributeOption.objects.order_by("position", "code")
    return Attribute.objects.order_by("code").prefetch_related(Prefetch("options", options))


PLAIN = (
    *("code", "name", "type", "dimension", "is_filterable", "is_searchable"),
    *("is_localizable", "is_per_channel", "rules", "group", "position", "translations"),
)


def _attribute(row: Attribute) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "options": [
            {"code": each.code, "label": each.label, "translations": each.translations}
            for each in row.options.all()
        ],
    }


def _product_types() -> Any:
    assigned = ProductTypeAttribute.objects.select_related("attribute")
    rows = ProductType.objects.order_by("slug")
    return rows.prefetch_related(
        Prefetch("assignments", assigned.order_by("position", "attribute__code"))
    )


def _product_type(row: ProductType) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "translations": row.translations,
        "attributes": [
            {
                "code": each.attribute.code,
                "is_required": each.is_required,
                "is_variant": each.is_variant,
            }
            for each in row.assignments.all()
        ],
    }


def _categories() -> list[dict[str, Any]]:
    """Parents before their children, siblings in their order."""
    rows = list(Category.objects.order_by("position", "name", "slug"))
    below: dict[UUID | None, list[Category]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    listed: list[dict[str, Any]] = []
    waiting: list[tuple[tuple[str, ...], Category]] = [((), row) for row in below.get(None, [])]
    waiting.reverse()
    while waiting:
        above, row = waiting.pop()
        path = (*above, row.name)
        listed.append(
            {
                "slug": row.slug,
                "path": list(path),
                "description": row.description,
                "position": row.position,
                "translations": row.translations,
            }
        )
        waiting += [(path, child) for child in reversed(below.get(row.pk, []))]
    return listed


def _collection(row: Collection, names: _Slugs) -> dict[str, Any]:
    plain = ("slug", "name", "description", "status", "position", "seo_title", "seo_description")
    return {
        **{name: getattr(row, name) for name in plain},
        "publish_at": row.publish_at and instant_text(row.publish_at),
        "unpublish_at": row.unpublish_at and instant_text(row.unpublish_at),
        "translations": row.translations,
        "rule": row.rule and with_slugs(row.rule, names.of),
    }
