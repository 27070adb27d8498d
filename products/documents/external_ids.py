"""Products by what other systems call them or one of their variants: {0} is `system:id`.

Looked up in the unique index of live external ids, so it names one product, or two where a product
and another one's variant have the same id.
"""

HAS_EXTERNAL_ID = """
    product_id IN (
        SELECT known.product_id FROM products_externalid known
         WHERE known.system = split_part({0}::text, ':', 1)
           AND known.value = substr({0}::text, strpos({0}::text, ':') + 1)
           AND NOT known.is_archived)
"""
