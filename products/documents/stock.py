"""Whether a variant, and a product, can be bought. Documents never print how many there are.

Fragments of the statement in `build`: `p` is the product, `v` a variant.
"""

from products.documents.variants import ACTIVE

AVAILABILITIES = ("in_stock", "backorder", "out_of_stock")

# What is not tracked can always be bought. Only locations that are active count.
AVAILABILITY = """
    CASE WHEN NOT v.track_inventory THEN 'in_stock' ELSE (
        SELECT CASE WHEN here.total > 0 THEN 'in_stock'
                    WHEN v.backorder_policy = 'allow'
                      OR v.backorder_policy = 'limit' AND here.total > -v.backorder_limit
                    THEN 'backorder' ELSE 'out_of_stock' END
          FROM (SELECT coalesce(sum(level.quantity), 0) AS total
                  FROM products_stocklevel level
                  JOIN products_location place
                    ON place.id = level.location_id AND place.is_active
                 WHERE level.variant_id = v.id) here) END
"""


def _some(availability: str) -> str:
    return f"""
        EXISTS (SELECT FROM products_variant v
                 WHERE v.product_id = p.id AND {ACTIVE} AND {AVAILABILITY} = '{availability}')
    """


# A product is as available as the best of its variants; the search ends at the first of those.
PRODUCT_AVAILABILITY = f"""
    CASE WHEN {_some("in_stock")} THEN 'in_stock'
         WHEN {_some("backorder")} THEN 'backorder' ELSE 'out_of_stock' END
"""

# The same of a row of `products_variant`, for querysets.
OF_VARIANT = f"""
    (SELECT {AVAILABILITY} FROM products_variant v WHERE v.id = "products_variant"."id")
"""
