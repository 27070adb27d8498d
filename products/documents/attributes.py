"""What documents print of a product's type and attributes.

Fragments of the statement in `build`: `p` is the product, `v` a variant, `view` the pair of channel
and locale, of which they need `view.channel` and `view.locales`: the locale and its fallbacks down
to the default one.

A filter by attribute reads columns of the document (see facts.py), never these texts.
"""

from functools import lru_cache

# The locale of each pair of channel and locale, then its fallbacks; the default one is last.
LOCALES = """
    ARRAY(WITH RECURSIVE chain(id, code, fallback_id, n) AS (
              SELECT id, code, fallback_id, 1 FROM products_locale WHERE id = pair.locale_id
              UNION ALL
              SELECT next.id, next.code, next.fallback_id, chain.n + 1
                FROM chain JOIN products_locale next ON next.id = chain.fallback_id
               WHERE chain.n < 10),
          used AS (SELECT code, n FROM chain
                   UNION ALL
                   SELECT code, 100 FROM products_locale WHERE is_default)
          SELECT code::text FROM used GROUP BY code ORDER BY min(n))
"""


def translated(translations: str, name: str, text: str) -> str:
    """The text in the first locale of the view that has it; the row's own is the default one."""
    return f"""
        CASE WHEN {translations} = '{{}}' THEN {text} ELSE coalesce(
            (SELECT {translations} -> wanted.code ->> '{name}'
               FROM unnest(view.locales) WITH ORDINALITY wanted(code, n)
              WHERE {translations} -> wanted.code ? '{name}' ORDER BY wanted.n LIMIT 1),
            {text}) END
    """


PRODUCT_TYPE = """
    (SELECT row_to_json(item) FROM (
        SELECT type.id, type.slug, {NAME} AS name FROM products_producttype type
         WHERE type.id = p.product_type_id) item)
""".replace("{NAME}", translated("type.translations", "name", "type.name"))

# Of an attribute per channel, the value of the view's channel; of a localizable one, that of the
# first locale that has one. NULL where there is none: it is not printed then.
VALUE_OF_VIEW = """
    CROSS JOIN LATERAL (
        SELECT CASE WHEN a.is_per_channel THEN given.value -> view.channel ELSE given.value END
    ) here(value)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN NOT a.is_localizable THEN here.value ELSE (
            SELECT here.value -> wanted.code
              FROM unnest(view.locales) WITH ORDINALITY wanted(code, n)
             WHERE here.value ? wanted.code ORDER BY wanted.n LIMIT 1) END
    ) one(value)
"""
_CHOSEN = """
    FROM products_attributeoption o
   WHERE o.attribute_id = a.id
     AND CASE a.type WHEN 'choice' THEN o.code = one.value #>> '{}' ELSE one.value ? o.code END
"""
_LABEL = translated("o.translations", "label", "o.label")


def attributes_of(values: str) -> str:
    """The attributes of this jsonb in the order of the type, as a JSON list.

    Each value stands with what a storefront shows beside it: the attribute's name and group, and
    the labels of options. The options of a multi-choice are printed in their order.
    """
    return f"""
    array_to_json(ARRAY(SELECT row_to_json(item) FROM (
        SELECT a.code, {translated("a.translations", "name", "a.name")} AS name, a.type,
               {translated("a.translations", "group", 'a."group"')} AS "group",
               CASE WHEN a.type = 'multi_choice'
                    THEN array_to_json(ARRAY(SELECT o.code {_CHOSEN} ORDER BY o.position, o.code))
                    ELSE one.value::json END AS value,
               CASE WHEN a.type IN ('choice', 'multi_choice')
                    THEN ARRAY(SELECT {_LABEL} {_CHOSEN} ORDER BY o.position, o.code) END AS labels
          FROM jsonb_each({values}) given(code, value)
          JOIN products_attribute a ON a.code = given.code
          JOIN products_producttypeattribute assigned
            ON assigned.attribute_id = a.id AND assigned.product_type_id = p.product_type_id
          {VALUE_OF_VIEW}
         WHERE one.value IS NOT NULL
         ORDER BY assigned.position, a.code) item))
    """


@lru_cache(maxsize=256)
def of_variant_row(view: int) -> str:
    """The same of a row of `products_variant`, in this view."""
    return f"""
    (SELECT {attributes_of('"products_variant"."attributes"')}::jsonb
       FROM products_product p,
            (SELECT channel.slug::text AS channel, {LOCALES} AS locales
               FROM products_channellocale pair
               JOIN products_channel channel ON channel.id = pair.channel_id
              WHERE pair.id = {view:d}) view
      WHERE p.id = "products_variant"."product_id")
    """
