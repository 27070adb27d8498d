"""What a product still lacks in a view: for editors, never for shoppers.

Fragments of the statement in `build`: `p` is the product, `text` its texts in the view, `spread`
its prices there. Each line of CHECKS is one thing that is there or not; the number is the part of
them that is, in whole percent, and 100 only where nothing is missing.

A text of the default locale is no translation: in another locale it is missing, although documents
show it. The same goes for required attributes that have a value per locale.
"""

from products.documents.variants import ACTIVE

# The locale of the view and its fallbacks, without the default one that ends each chain.
_OWN = "view.locales[1:greatest(cardinality(view.locales) - 1, 1)]"
_IS_TRANSLATED = (
    f"EXISTS (SELECT FROM unnest({_OWN}) code WHERE p.translations -> code ? '{{name}}')"
)


def _has(values: str) -> str:
    """Whether these values have the attribute `a`, in the view's channel and in its locale."""
    return f"""
        (SELECT CASE WHEN a.is_localizable
                     THEN EXISTS (SELECT FROM unnest({_OWN}) code WHERE here.value ? code)
                     ELSE here.value IS NOT NULL END
           FROM (SELECT CASE WHEN a.is_per_channel THEN {values} -> a.code -> view.channel
                             ELSE {values} -> a.code END) here(value))
    """


CHECKS = f"""
    SELECT 1 AS n, 'description' AS what, text.description ~ '[^[:space:]]' AS is_there
    UNION ALL
    SELECT 2, 'media', EXISTS (
        SELECT FROM products_media m WHERE m.product_id = p.id AND m.kind = 'image')
    UNION ALL
    SELECT 3, 'price', spread.lowest IS NOT NULL
    UNION ALL
    SELECT 4, 'translations.name', {_IS_TRANSLATED.format(name="name")}
     WHERE cardinality(view.locales) > 1
    UNION ALL
    SELECT 5, 'translations.description', {_IS_TRANSLATED.format(name="description")}
     WHERE cardinality(view.locales) > 1 AND p.description ~ '[^[:space:]]'
    UNION ALL
    SELECT 6, 'attributes.' || a.code,
           CASE WHEN assigned.is_variant
                THEN NOT EXISTS (SELECT FROM products_variant v
                                  WHERE v.product_id = p.id AND {ACTIVE}
                                    AND NOT {_has("v.attributes")})
                ELSE {_has("p.attributes")} END
      FROM products_producttypeattribute assigned
      JOIN products_attribute a ON a.id = assigned.attribute_id
     WHERE assigned.product_type_id = p.product_type_id AND assigned.is_required
"""
COMPLETENESS = f"""
    CROSS JOIN LATERAL (
        SELECT (100 * count(*) FILTER (WHERE is_there) / count(*))::smallint AS percent,
               coalesce(array_agg(what ORDER BY n, what) FILTER (WHERE NOT is_there), '{{}}')
                   AS missing
          FROM ({CHECKS}) checked OFFSET 0) complete
"""
