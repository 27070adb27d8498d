"""What documents print of a product's active variants: a summary, and the first of them.

Fragments of the statement in `build`: `p` is the product, `v` a variant. A document never prints
more than `SHOWN` variants, so that its size and the cost of writing it are bounded; the rest is
read from the table, behind the cursor that the document names.
"""

from collections.abc import Mapping

from products.documents.attributes import attributes_of
from products.documents.tax_classes import tax_class_of

SHOWN = 100
# Before the RFC 6901 pointer of an option, or of one of its values, in the translations of a
# product: options/Color, options/Color/Red.
OPTION_TEXTS = "options/"
# Shoppers see no others, and nothing of them counts.
ACTIVE = "v.status = 'active'"

WEIGHT = """
    (SELECT row_to_json(item) FROM (
        SELECT trim_scale(v.weight)::text AS value, v.weight_unit AS unit) item
      WHERE v.weight_unit <> '')
"""
DIMENSIONS = """
    (SELECT row_to_json(item) FROM (
        SELECT trim_scale(v.length)::text AS length, trim_scale(v.width)::text AS width,
               trim_scale(v.height)::text AS height, v.size_unit AS unit) item
      WHERE v.size_unit <> '')
"""


def _step(text: str) -> str:
    return f"replace(replace({text}, '~', '~0'), '/', '~1')"


# Of the product's media, the ids of those that show the variant, in its own order.
SHOWN_BY = """
    array_to_json(ARRAY(SELECT shown.media_id FROM products_variantmedia shown
                         WHERE shown.variant_id = v.id ORDER BY shown.position, shown.id))
"""

# jsonb forgets the order of keys, so the options are written in the product's order.
OPTIONS = """
    (SELECT ('{' || coalesce(string_agg(
                to_json(o.name)::text || ':' || (v.options -> o.name)::text, ',' ORDER BY o.n
            ), '') || '}')::json
       FROM unnest(p.option_names) WITH ORDINALITY o(name, n) WHERE v.options ? o.name)
"""

# What shoppers choose from: each option with the values that its variants have, in the order in
# which they first appear. Nothing in it depends on the view.
SUMMARIES = f"""
    SELECT p.id AS product_id,
           (SELECT count(*) FROM products_variant v
             WHERE v.product_id = p.id AND {ACTIVE}) AS variant_count,
           array_to_json(ARRAY(SELECT row_to_json(item) FROM (
               SELECT o.name, coalesce(found.values, '{{}}') AS values
                 FROM unnest(p.option_names) WITH ORDINALITY o(name, n)
                 LEFT JOIN (
                     SELECT name, array_agg(value ORDER BY first, value COLLATE "C") AS values
                       FROM (SELECT pair.key AS name, pair.value, min(v.position) AS first
                               FROM products_variant v, jsonb_each_text(v.options) pair
                              WHERE v.product_id = p.id AND {ACTIVE} GROUP BY 1, 2) used
                      GROUP BY name) found ON found.name = o.name
                ORDER BY o.n) item)) AS options
      FROM products_product p
     WHERE p.id = ANY(%(ids)s)
"""

# The same as shoppers read it: a label for each name and value, in the first locale of the view
# that has one. The words of a product are looked through once, however many values there are.
LABELLED_OPTIONS = f"""
    (WITH words AS MATERIALIZED (
        SELECT DISTINCT ON (pair.key) pair.key, pair.value
          FROM unnest(view.locales) WITH ORDINALITY wanted(code, n),
               jsonb_each_text(p.translations -> wanted.code) pair
         WHERE starts_with(pair.key, '{OPTION_TEXTS}')
         ORDER BY pair.key, wanted.n)
     SELECT array_to_json(ARRAY(SELECT row_to_json(item) FROM (
         SELECT o.name, coalesce(word.value, o.name) AS label, o.values,
                array_to_json(ARRAY(
                    SELECT coalesce(word.value, given.value)
                      FROM json_array_elements_text(o.values) WITH ORDINALITY given(value, n)
                      LEFT JOIN words word ON word.key = o.key || '/' || {_step("given.value")}
                     ORDER BY given.n)) AS labels
           FROM (SELECT each.value ->> 'name' AS name, each.value -> 'values' AS values, each.n,
                        '{OPTION_TEXTS}' || {_step("each.value ->> 'name'")} AS key
                   FROM json_array_elements(summary.options) WITH ORDINALITY each(value, n)) o
           LEFT JOIN words word ON word.key = o.key
          ORDER BY o.n) item)))
"""

# The link to the page behind the printed variants. Its cursor is the one of the list of variants:
# base64url of the key that the list is sorted by (see catalog_project.api.pagination).
MORE = f"""
    (SELECT '/api/v1/products/' || p.id || '/variants?cursor=' || translate(
                encode(convert_to('["position/id",' || last.position || ',"' || last.id || '"]',
                                  'UTF8'), 'base64'), E'+/\\n', '-_')
       FROM (SELECT v.position, v.id FROM products_variant v
              WHERE v.product_id = p.id AND {ACTIVE}
              ORDER BY v.position, v.id OFFSET {SHOWN - 1} LIMIT 1) last
      WHERE summary.variant_count > {SHOWN})
"""


def first_variants(prices: str, availability: str, *, rows: str = f"LIMIT {SHOWN}") -> str:
    """The first variants of the product, or other rows of them; the fragments print what others
    know of one."""
    return f"""
    array_to_json(ARRAY(SELECT row_to_json(item) FROM (
        SELECT v.id, v.sku, v.gtin, v.mpn, v.status, {OPTIONS} AS options,
               {attributes_of("v.attributes")} AS attributes,
               {prices} AS prices, {tax_class_of("v")} AS tax_class,
               {availability} AS availability, v.track_inventory,
               v.backorder_policy, v.backorder_limit,
               {WEIGHT} AS weight, {DIMENSIONS} AS dimensions,
               {SHOWN_BY} AS media, v.metadata, v.position
          FROM products_variant v WHERE v.product_id = p.id AND {ACTIVE}
         ORDER BY v.position, v.id {rows}) item))
    """


# Filters of products by what one of their variants has. The array is made once, from an index of
# the variants; the documents are then found by the ids of their products.
_OWNERS = "ARRAY(SELECT v.product_id FROM products_variant v WHERE v.{name} = {0}::text{only})"


def _has(name: str, only: str = "") -> str:
    return f"product_id = ANY({_OWNERS.replace('{name}', name).replace('{only}', only)})"


HAS_SKU, HAS_GTIN, HAS_MPN = _has("sku"), _has("gtin"), _has("mpn")
# Shoppers do not find a product by a variant that they may not see.
SHOWS: Mapping[str, str] = {name: _has(name, f" AND {ACTIVE}") for name in ("sku", "gtin", "mpn")}
