"""What documents print of relations: ids, so that the name of a target is its own affair.

Fragments of the statement in `build`: `p` is the product, `view` the pair of channel and locale.
A target that is not published is left
out; a publication window does not count here, because a document is the same at any instant.
"""

from products.documents.attributes import LOCALES
from products.documents.translations import text_of

KIND_NAME = text_of("kind", "name")
# Those of the product, and of symmetric kinds those that others have to it.
_ITEMS = f"""
    SELECT kind.code AS kind, {KIND_NAME} AS kind_name,
           r.target_id AS product, r.variant_id AS variant, r.quantity,
           kind.position AS of_kind, r.position, r.id
      FROM products_relation r JOIN products_relationkind kind ON kind.id = r.kind_id
     WHERE r.product_id = p.id
    UNION ALL
    SELECT kind.code, {KIND_NAME}, r.product_id, NULL, 1, kind.position, 2147483647, r.id
      FROM products_relation r JOIN products_relationkind kind ON kind.id = r.kind_id
     WHERE r.target_id = p.id AND kind.is_symmetric AND NOT EXISTS (
           SELECT FROM products_relation own
            WHERE own.product_id = p.id AND own.kind_id = r.kind_id
              AND own.target_id = r.product_id)
"""
RELATIONS = f"""
    array_to_json(ARRAY(
        SELECT row_to_json(item) FROM (
            SELECT item.kind, item.kind_name, item.product, item.variant, item.quantity
              FROM ({_ITEMS}) item
              JOIN products_product other
                ON other.id = item.product AND other.status = 'published'
             ORDER BY item.of_kind, item.kind, item.position, item.id) item))
"""

# The same for whoever asks for the relations alone: those whose targets the caller sees now, with
# what a link to each needs.
LISTED = f"""
    SELECT item.kind, item.kind_name, seen.product_id::text, seen.slug, seen.body::json ->> 'name',
           item.variant::text, item.quantity
      FROM (SELECT %(product)s::uuid AS id) p,
           (SELECT {LOCALES} AS locales FROM products_channellocale pair
             WHERE pair.id = %(view)s) view,
           LATERAL ({_ITEMS}) item
      JOIN products_document seen ON seen.product_id = item.product AND {{seen}}
     ORDER BY item.of_kind, item.kind, item.position, item.id
"""
