"""Which columns a table of these products needs: asked once, before its first line."""

from collections.abc import Iterator
from typing import Any

from products.models import Attribute
from products.transfer.own.columns import (
    MOST_ATTRIBUTES,
    OF_PRODUCT,
    OF_VARIANT,
    TEXTS,
    TYPED,
    AttributeColumn,
    Layout,
)
from products.transfer.own.products import Nesting
from products.transfer.truth import Truth

_OWN = "products_product p"
_VARIANTS = f"{_OWN} JOIN products_variant v ON v.product_id = p.id"
_TEXTS = """
    SELECT DISTINCT given.key, text.name
      FROM products_product p, jsonb_each(p.translations) given,
           jsonb_object_keys(given.value) text(name)
"""
# Of an attribute with a value per channel or per locale, each of them is a column.
_ATTRIBUTES = """
    SELECT DISTINCT a.code, a.type, channel.key, locale.key
      FROM {rows}, jsonb_each({row}.attributes) given
      JOIN products_attribute a ON a.code = given.key
      LEFT JOIN LATERAL jsonb_each(
           CASE WHEN a.is_per_channel THEN given.value ELSE '{{}}' END) channel ON true
      LEFT JOIN LATERAL jsonb_each(
           CASE WHEN NOT a.is_localizable THEN '{{}}'
                WHEN a.is_per_channel THEN channel.value ELSE given.value END) locale ON true
"""
_PRICES = f"""
    SELECT DISTINCT price.currency, list.code
      FROM {_VARIANTS} JOIN products_price price ON price.variant_id = v.id
      LEFT JOIN products_pricelist list ON list.id = price.price_list_id
"""
_LASTING = "price.min_quantity = 1 AND price.valid = '(,)'::tstzrange"
_COSTS = f"""
    SELECT DISTINCT cost.currency FROM {_VARIANTS} JOIN products_cost cost ON cost.variant_id = v.id
"""
_STOCK = f"""
    SELECT DISTINCT location.code FROM {_VARIANTS}
      JOIN products_stocklevel level ON level.variant_id = v.id
      JOIN products_location location ON location.id = level.location_id
"""


def layout_of(truth: Truth) -> Layout:
    """A statement for each sort of column, whatever there is."""
    texts = truth.ask(_TEXTS)
    options = truth.ask(f"SELECT max(cardinality(p.option_names)) FROM {_OWN}")
    return Layout(
        texts=sorted(
            ((locale, name) for locale, name in texts if name in TEXTS),
            key=lambda each: (TEXTS.index(each[1]), each[0]),
        ),
        attributes=[*_columns(truth, OF_PRODUCT), *_columns(truth, OF_VARIANT)],
        prices=sorted(truth.ask(_PRICES, _LASTING), key=lambda each: (each[1] or "", each[0])),
        costs=sorted(row[0] for row in truth.ask(_COSTS)) if truth.wanted.with_costs else [],
        locations=sorted(row[0] for row in truth.ask(_STOCK, "level.version > 0")),
        options=options[0][0] or 0,
        nesting=Nesting(_codes(is_per_channel=True), _codes(is_localizable=True)),
    )


def _columns(truth: Truth, prefix: str) -> Iterator[AttributeColumn]:
    is_own = prefix == OF_PRODUCT
    sql = _ATTRIBUTES.format(rows=_OWN if is_own else _VARIANTS, row="p" if is_own else "v")
    places = {code: n for n, code in enumerate(_order())}
    found: list[tuple[Any, ...]] = sorted(
        truth.ask(sql), key=lambda row: (places[row[0]], row[3] or "", row[2] or "")
    )
    for code, kind, channel, locale in found[: MOST_ATTRIBUTES // 2]:
        yield AttributeColumn(prefix, code, locale, channel, kind if kind in TYPED else "")


def _order() -> list[str]:
    return list(Attribute.objects.order_by("position", "code").values_list("code", flat=True))


def _codes(**flags: bool) -> frozenset[str]:
    return frozenset(Attribute.objects.filter(**flags).order_by().values_list("code", flat=True))
