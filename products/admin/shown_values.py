"""Values of attributes in words, for whoever only looks."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from products.admin.category_choices import is_id
from products.models import Attribute, Category, Product

KEYED = " · "
LONGEST = 500


def values_in_words(product: Product) -> SafeString | str:
    """A line for each value: its name, its channel and locale, and the value with its labels."""
    codes = list(product.attributes)
    rows = Attribute.objects.filter(code__in=codes).prefetch_related("options")
    lines = [
        (KEYED.join([attribute.name, *keys]), value)
        for attribute in rows.order_by("position", "code")
        for keys, value in _single(attribute, product.attributes[attribute.code])
    ]
    named = _names({value for _, value in lines})
    shown = [(label, named.get(value, value)) for label, value in lines]
    return format_html_join("", "<div><strong>{}</strong>: {}</div>", shown) or "-"


def _single(attribute: Attribute, value: Any) -> Iterator[tuple[list[str], str]]:
    depth = int(attribute.is_per_channel) + int(attribute.is_localizable)
    labels = {row.code: row.label for row in attribute.options.all()}
    for keys, single in _below(value, depth):
        yield keys, _words(single, labels)


def _below(value: Any, depth: int) -> Iterator[tuple[list[str], Any]]:
    if not depth:
        yield [], value
    elif isinstance(value, dict):
        for key, inner in value.items():
            for keys, single in _below(inner, depth - 1):
                yield [key, *keys], single


def _words(value: Any, labels: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_words(each, labels) for each in value)
    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return f"{value['value']} {value['unit']}"
    text = labels.get(str(value), str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _names(texts: set[str]) -> dict[str, str]:
    """Of the products and categories among them, which values know by their ids."""
    ids = [text for text in texts if is_id(text)]
    if not ids:
        return {}
    models: tuple[Any, ...] = (Product, Category)
    rows = [row for model in models for row in model.objects.filter(pk__in=ids)]
    return {str(row.pk): row.name for row in rows}
