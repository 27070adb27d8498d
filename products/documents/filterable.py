"""Which attributes filters and facets know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import orjson

from catalog_project.ops.statements import fetch
from products.documents.attributes import LOCALES, translated
from products.documents.printing import list_of

_KNOWN = """
    SELECT a.code, a.type, a.dimension, array_to_json(ARRAY(
               SELECT o.code FROM products_attributeoption o WHERE o.attribute_id = a.id
                ORDER BY o.position, o.code))
      FROM products_attribute a WHERE a.is_filterable AND a.code = ANY($1::text[])
"""
_CODES = "SELECT code FROM products_attribute WHERE is_filterable ORDER BY code LIMIT 1000"


@dataclass(frozen=True, slots=True)
class Filterable:
    code: str
    type: str
    dimension: str
    options: tuple[str, ...] = ()


def filterable_attributes(codes: Sequence[str]) -> dict[str, Filterable]:
    """Those of these codes that there are and that are filterable, by code."""
    found = {}
    for row in fetch(_KNOWN, [[*codes]]):
        code, type_, dimension, options = (part or b"" for part in row)
        found[code.decode()] = Filterable(
            code.decode(), type_.decode(), dimension.decode(), tuple(orjson.loads(options))
        )
    return found


@dataclass(frozen=True, slots=True)
class FacetAttribute(Filterable):
    """The same with what a storefront prints: in the locale of the view."""

    name: str = ""
    group: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # of the options, in their order
    positions: Mapping[str, int] = field(default_factory=dict)  # product type -> place in it


def facet_attributes(codes: Sequence[str], view: int) -> dict[str, FacetAttribute]:
    """Those of these codes that are filterable, as shoppers read them in this view."""
    found = {}
    for row in fetch(_shown(view), [[*codes]]):
        code, type_, dimension, name, group, labels, positions = (
            (part or b"").decode() for part in row
        )
        options = {each["code"]: each["label"] for each in orjson.loads(labels)}
        places = {each["type"]: each["position"] for each in orjson.loads(positions)}
        found[code] = FacetAttribute(
            code, type_, dimension, tuple(options), name, group, options, places
        )
    return found


@lru_cache(maxsize=256)
def _shown(view: int) -> str:
    options = list_of(f"""
        SELECT o.code, {translated("o.translations", "label", "o.label")} AS label
          FROM products_attributeoption o WHERE o.attribute_id = a.id ORDER BY o.position, o.code
    """)
    positions = list_of("""
        SELECT product_type_id AS type, position FROM products_producttypeattribute
         WHERE attribute_id = a.id
    """)
    return f"""
        SELECT a.code, a.type, a.dimension, {translated("a.translations", "name", "a.name")},
               {translated("a.translations", "group", 'a."group"')}, {options}, {positions}
          FROM products_attribute a
         CROSS JOIN (SELECT {LOCALES} AS locales FROM products_channellocale pair
                      WHERE pair.id = {view:d}) view
         WHERE a.is_filterable AND a.code = ANY($1::text[])
    """


def filterable_codes() -> list[str]:
    return [(row[0] or b"").decode() for row in fetch(_CODES, [])]
