"""What a document must show of attributes, in slow and obvious Python."""

from typing import Any

from products.models import Attribute, Locale, Product, ProductTypeAttribute
from products.models.channels import DEFAULT_VIEW, ChannelLocale


def shown_attributes(
    values: dict[str, Any], product: Product, view_id: int = DEFAULT_VIEW
) -> list[dict[str, Any]]:
    """The values in the order of the product's type, as the view shows them."""
    if product.product_type is None:
        return []
    view = ChannelLocale.objects.get(pk=view_id)
    assigned = product.product_type.assignments.order_by("position", "attribute__code")
    shown = [shown_attribute(each, values, view) for each in assigned]
    return [each for each in shown if each is not None]


def shown_attribute(
    assigned: ProductTypeAttribute, values: dict[str, Any], view: ChannelLocale
) -> dict[str, Any] | None:
    attribute, locales = assigned.attribute, chain(view.locale)
    value = values.get(attribute.code)
    if value is not None and attribute.is_per_channel:
        value = value.get(view.channel.slug)
    if value is not None and attribute.is_localizable:
        value = next((value[code] for code in locales if code in value), None)
    if value is None:
        return None
    labels = None
    if attribute.type in ("choice", "multi_choice"):
        value, labels = chosen(attribute, value, locales)
    return {
        "code": attribute.code,
        "name": translated(attribute.translations, "name", attribute.name, locales),
        "type": attribute.type,
        "group": translated(attribute.translations, "group", attribute.group, locales),
        "value": value,
        "labels": labels,
    }


def chosen(attribute: Attribute, value: Any, locales: list[str]) -> tuple[Any, list[str]]:
    codes = value if isinstance(value, list) else [value]
    options = [each for each in attribute.options.order_by("position") if each.code in codes]
    labels = [translated(each.translations, "label", each.label, locales) for each in options]
    return ([each.code for each in options] if isinstance(value, list) else value), labels


def chain(locale: Locale) -> list[str]:
    codes = [locale.code]
    while locale.fallback:
        locale = locale.fallback
        codes.append(locale.code)
    default = Locale.objects.get(is_default=True).code
    return codes if default in codes else [*codes, default]


def translated(texts: dict[str, dict[str, str]], name: str, own: str, locales: list[str]) -> str:
    return next((texts[code][name] for code in locales if name in texts.get(code, {})), own)
