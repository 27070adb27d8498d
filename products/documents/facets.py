"""What the products of a list have in common, counted: one statement for all facets.

A facet ignores its own filters, so that it shows what else could be chosen (disjunctive counts):
its products are those of the list without them. They are read once for each filtered facet, and
once for all others; of each such set at most `MOST_CANDIDATES`, the newest, and a facet whose set
was cut says that its counts are lower bounds. Everything is read from the documents, so that what
a caller may not see is not counted either. A value that is filtered by is always there, be it with
no product.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from catalog_project.ops.statements import Rows
from products.documents.attributes import LOCALES
from products.documents.conditions import ATTRIBUTES, where_of
from products.documents.listing import Listing, fetch_list
from products.documents.stamps import ensure_current
from products.documents.translations import text_of
from products.documents.views import STAMP

MOST_CANDIDATES = 10_000
MOST_VALUES = 100  # of one facet, those with most products
# Facet -> the filters that it ignores.
PLAIN: Mapping[str, tuple[str, ...]] = {
    "category": ("category",),
    "brand": ("brand",),
    "product_type": ("product_type",),
    "availability": ("availability",),
    "price": ("price_min", "price_max"),
}
ALL_ATTRIBUTES = "attributes"
NAMES = (*PLAIN, ALL_ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Value:
    """A value to filter by, and how many products it would leave."""

    value: str
    count: int
    label: str = ""
    slug: str | None = None
    parent: str | None = None
    place: str = ""  # in the tree of categories


@dataclass
class Counted:
    """One facet. Numbers are amounts with how many products have exactly these."""

    values: list[Value] = field(default_factory=list)
    numbers: list[tuple[list[Decimal], int]] = field(default_factory=list)
    has_more: bool = False
    is_exact: bool = True


@dataclass
class Facets:
    total: int
    is_exact: bool
    currency: str
    counted: dict[str, Counted]
    types: dict[str, int]  # product type -> products of the list


def count_facets(listing: Listing, names: Sequence[str]) -> Facets:
    """Facets by name; those of attributes that some product has, as `attributes.<code>`.

    Raises ViewsChanged where the number of the view came from an old map.
    """
    codes = _filtered_codes(listing) if ALL_ATTRIBUTES in names else []
    sets = {name: own_filters(name, listing.filters) for name in names}
    of_codes = tuple(own_filters(ATTRIBUTES + code, listing.filters) for code in codes)
    order = tuple(sorted(listing.filters))
    sql = _statement(order, tuple(sets.items()), of_codes, listing.view, listing.visible_only)
    rows = fetch_list(listing, sql, [*(listing.filters[name] for name in order), codes])
    ensure_current(rows, listing.view, None)
    counted = [*names, *(ATTRIBUTES + code for code in codes)]
    return _assembled(rows, {name: chosen_values(name, listing.filters) for name in counted})


def chosen_values(facet: str, filters: Mapping[str, Any]) -> list[str]:
    """The values of this facet that the list is filtered by."""
    prefix = facet.removeprefix(ATTRIBUTES) + "=" if facet.startswith(ATTRIBUTES) else ""
    return [value.removeprefix(prefix) for value in filters.get(facet, ())]


def _filtered_codes(listing: Listing) -> list[str]:
    facets = {facet_of(name) for name in listing.filters if name.startswith(ATTRIBUTES)}
    return sorted(facet.removeprefix(ATTRIBUTES) for facet in facets)


def own_filters(facet: str, filters: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of these filters that the facet ignores."""
    if facet in PLAIN:
        return tuple(name for name in PLAIN[facet] if name in filters)
    return tuple(sorted(name for name in filters if facet_of(name) == facet))


def facet_of(name: str) -> str:
    """The facet that a filter belongs to: that of all tests of an attribute is the attribute."""
    if not name.startswith(ATTRIBUTES):
        return name
    return ATTRIBUTES + name[len(ATTRIBUTES) :].partition(".")[0]


@lru_cache(maxsize=256)
def _statement(
    order: tuple[str, ...],
    sets: tuple[tuple[str, tuple[str, ...]], ...],
    of_codes: tuple[tuple[str, ...], ...],
    view: int,
    visible_only: bool,
) -> str:
    """Rows of facet, kind, value, count, label, slug, parent, place, and the stamp.

    The last parameter are the codes of attributes that have filters; `of_codes` are these filters.
    """
    codes = f"${len(order) + 1}::text[]"
    tables: dict[tuple[str, ...], str] = {(): "listed"}
    for left_out in (*(left_out for _, left_out in sets), *of_codes):
        tables.setdefault(left_out, f"set_{len(tables)}")
    known = [
        f"{table} AS MATERIALIZED ({_candidates(order, left_out, view, visible_only)})"
        for left_out, table in tables.items()
    ]
    parts = [_size("''", "listed"), _types()]
    for facet, left_out in sets:
        parts += [_size(f"'{facet}'", tables[left_out])]
        if facet == ALL_ATTRIBUTES:
            parts += _of_attributes("listed", f"<> ALL ({codes})")
        else:
            chosen = f"${order.index(facet) + 1}" if facet in order else "'{}'"
            parts.append(_of_column(facet, tables[left_out], chosen))
    for n, left_out in enumerate(of_codes, 1):
        equals = next((name for name in left_out if name == facet_of(name)), None)
        chosen = f"${order.index(equals) + 1}" if equals else "'{}'"
        parts.append(_size(f"'{ATTRIBUTES}' || ({codes})[{n}]", tables[left_out]))
        parts += _of_attributes(tables[left_out], f"= ({codes})[{n}]", chosen)
    return f"""
    WITH view AS MATERIALIZED (
        SELECT {LOCALES} AS locales, channel.currency
          FROM products_channellocale pair
          JOIN products_channel channel ON channel.id = pair.channel_id
         WHERE pair.id = {view:d}),
    {", ".join(known)}
    SELECT counted.*, {STAMP} FROM ({" UNION ALL ".join(parts)})
           counted(facet, kind, value, n, label, slug, parent, place)
     WHERE {codes} IS NOT NULL
    """


def _candidates(
    order: tuple[str, ...], left_out: tuple[str, ...], view: int, visible_only: bool
) -> str:
    where = where_of(order, view, visible_only, left_out=left_out)
    return f"""
        SELECT product_id, brand_id, product_type_id, category_ids, availability, price_min,
               price_max, facts, numbers
          FROM products_document WHERE {where}
         ORDER BY created_at DESC, product_id DESC LIMIT {MOST_CANDIDATES + 1}
    """


def _size(facet: str, table: str) -> str:
    return f"SELECT {facet}, 'size', '', count(*), '', '', '', '' FROM {table}"


def _types() -> str:
    return """
        SELECT '', 'type', product_type_id::text, count(*), '', '', '', '' FROM listed
         WHERE product_type_id IS NOT NULL GROUP BY product_type_id
    """


def _of_column(facet: str, table: str, chosen: str) -> str:
    if facet == "category":
        return _of_categories(table, chosen)
    if facet == "availability":
        return f"""
            SELECT 'availability', 'value', id, n, id, '', '', ''
              FROM {_most(f"SELECT availability AS id FROM {table}", f"{chosen}::text[]")} found
        """
    if facet == "price":
        return f"""
            SELECT 'price', 'numbers', {_listed("jsonb_build_array(price_min, price_max)")}, 0,
                   (SELECT currency FROM view), '', '', ''
              FROM (SELECT price_min, price_max, count(*) AS n FROM {table}
                     WHERE price_min IS NOT NULL GROUP BY 1, 2) each HAVING count(*) > 0
        """
    return _of_rows(facet, table, chosen)


def _most(ids: str, chosen: str) -> str:
    """The values that are chosen, and then those that most products have."""
    return f"""
        (SELECT id, coalesce(counted.n, 0) AS n
           FROM (SELECT id, count(*) AS n FROM ({ids}) each WHERE id IS NOT NULL GROUP BY 1) counted
           FULL JOIN (SELECT unnest({chosen}) AS id) chosen USING (id)
          ORDER BY chosen.id IS NULL, 2 DESC, 1 LIMIT {MOST_VALUES + 1})
    """


def _listed(amounts: str) -> str:
    """All numbers with their counts in one text: a row for each would take longer to read."""
    return f"json_agg(json_build_array({amounts}, n))::text"


def _of_rows(facet: str, table: str, chosen: str) -> str:
    counted = _most(f"SELECT {facet}_id AS id FROM {table}", f"{chosen}::uuid[]")
    return f"""
        SELECT '{facet}', 'value', row.id::text, found.n, {text_of("row", "name")},
               {text_of("row", "slug")}, '', ''
          FROM {counted} found
          JOIN products_{facet.replace("_", "")} row ON row.id = found.id CROSS JOIN view
    """


def _of_categories(table: str, chosen: str) -> str:
    counted = _most(f"SELECT unnest(category_ids) AS id FROM {table}", f"{chosen}::uuid[]")
    return f"""
        SELECT 'category', 'value', row.id::text, found.n, {text_of("row", "name")},
               {text_of("row", "slug")}, row.parent_id::text,
               cardinality(row.path) || '/' || lpad(row.position::text, 10, '0')
          FROM {counted} found
          JOIN products_category row ON row.id = found.id CROSS JOIN view
    """


def _of_attributes(table: str, which: str, chosen: str = "'{}'") -> tuple[str, str]:
    """Of the attributes whose code is `which`: values, and numbers of those that are ordered.

    The chosen ones are among the values, if any product has them.
    """
    return (
        f"""
        SELECT '{ATTRIBUTES}' || code, 'value', value, n, '', '', '', ''
          FROM (SELECT code, value, n,
                       row_number() OVER (PARTITION BY code
                           ORDER BY token <> ALL({chosen}::text[]), n DESC, value) AS place
                  FROM (SELECT token, split_part(token, '=', 1) AS code,
                               substr(token, strpos(token, '=') + 1) AS value, n
                          FROM (SELECT fact.token, count(*) AS n
                                  FROM {table}, unnest(facts) fact(token)
                                 WHERE strpos(fact.token, '=') > 0 GROUP BY 1) each) split
                 WHERE code {which}) ranked
         WHERE place <= {MOST_VALUES + 1}
        """,
        f"""
        SELECT '{ATTRIBUTES}' || code, 'numbers', {_listed("amounts")}, 0, '', '', '', ''
          FROM (SELECT each.code, each.amounts, count(*) AS n
                  FROM {table}, jsonb_each(numbers) each(code, amounts) WHERE each.code {which}
                 GROUP BY 1, 2) each GROUP BY code
        """,
    )


def _assembled(rows: Rows, chosen: Mapping[str, list[str]]) -> Facets:
    facets = Facets(0, True, "", {}, {})
    sizes: dict[str, int] = {}
    for row in rows:
        facet, kind, value, n, label, slug, parent, place = (
            (part or b"").decode() for part in row[:8]
        )
        count = int(n)
        if kind == "size":
            sizes[facet] = count
        elif kind == "type":
            facets.types[value] = count
        elif kind == "numbers":
            each = json.loads(value, parse_float=Decimal, parse_int=Decimal)
            numbers = [(amounts, int(count)) for amounts, count in each]
            facets.counted.setdefault(facet, Counted()).numbers = numbers
            facets.currency = label or facets.currency
        else:
            found = Value(value, count, label, slug or None, parent or None, place)
            facets.counted.setdefault(facet, Counted()).values.append(found)
    facets.total = min(sizes[""], MOST_CANDIDATES)
    facets.is_exact = sizes[""] <= MOST_CANDIDATES
    for facet, values in chosen.items():
        if facet.startswith(ATTRIBUTES) and values:
            _add_missing(facets.counted.setdefault(facet, Counted()), values)
    for facet, counted in facets.counted.items():
        counted.is_exact = sizes.get(facet, sizes[""]) <= MOST_CANDIDATES
        counted.has_more = len(counted.values) > MOST_VALUES
        is_chosen = set(chosen.get(facet, ())).__contains__
        counted.values.sort(key=lambda each: (not is_chosen(each.value), -each.count, each.value))
        del counted.values[MOST_VALUES:]
        counted.values.sort(key=lambda each: (-each.count, each.value))
    return facets


def _add_missing(counted: Counted, chosen: Sequence[str]) -> None:
    known = {each.value for each in counted.values}
    counted.values += [Value(value, 0) for value in chosen if value not in known]
