"""The truth about products as lines of JSON, in SQL: everything that the catalog holds of each.

Fragments of one statement: `p` is the product, `v` a variant. Others are named as people name them,
by slug, code or SKU, so that a line can be understood in another catalog. Nothing in it depends on
ids that another catalog does not have; those of products and variants go along.
"""

from collections.abc import Collection

from products.documents.printing import instant, list_of, money

# What most catalogs have no rows of: asking each product for them would cost more than all the
# rest. Name -> table that may be empty.
SOMETIMES = {
    "brands": "products_brand",
    "collections": "products_collectionproduct",
    "costs": "products_cost",
    "external_ids": "products_externalid",
    "listings": "products_listing",
    "media": "products_media",
    "memberships": "products_productcategory",
    "relations": "products_relation",
    "stock": "products_stocklevel",
    "types": "products_producttype",
    "tax_classes": "products_taxclass",
    "variant_media": "products_variantmedia",
    "price_lists": "products_pricelist",
}
NOTHING = "'[]'::json"

_PRICES = list_of(f"""
    SELECT {{list}} AS price_list, price.currency, {money("price.amount")} AS amount,
           {money("price.compare_at")} AS compare_at, price.min_quantity,
           {instant("lower(price.valid)")} AS valid_from,
           {instant("upper(price.valid)")} AS valid_until
      FROM products_price price {{join}}
     WHERE price.variant_id = v.id
     ORDER BY price.currency, {{order}} price.min_quantity, price.valid
""")
_LISTED = {
    "list": "list.code",
    "join": "LEFT JOIN products_pricelist list ON list.id = price.price_list_id",
    "order": 'list.code COLLATE "C" NULLS FIRST,',
}
_UNLISTED = {"list": "NULL::text", "join": "", "order": ""}
_COSTS = list_of(f"""
    SELECT cost.currency, {money("cost.amount")} AS amount FROM products_cost cost
     WHERE cost.variant_id = v.id ORDER BY cost.currency
""")
# A level that was never recorded says nothing.
_STOCK = """
    (SELECT coalesce(json_object_agg(location.code, level.quantity
                                     ORDER BY location.code COLLATE "C"), '{}')
       FROM products_stocklevel level JOIN products_location location
         ON location.id = level.location_id
      WHERE level.variant_id = v.id AND level.version > 0)
"""


def _external_ids(owner: str) -> str:
    return list_of(f"""
        SELECT own.system, own.value AS id FROM products_externalid own
         WHERE {owner} ORDER BY own.system COLLATE "C", own.value COLLATE "C"
    """)


# Where it came from, or else where our file is found.
_URL = "CASE WHEN m.source_url <> '' THEN m.source_url ELSE %(media)s || m.file END"
_SHOWN_BY = f"""
    array_to_json(ARRAY(SELECT {_URL} FROM products_variantmedia shown
                          JOIN products_media m ON m.id = shown.media_id
                         WHERE shown.variant_id = v.id ORDER BY shown.position, shown.id))
"""
_MEDIA = list_of(f"""
    SELECT {_URL} AS url, m.kind, m.alt,
           CASE WHEN m.focal_x IS NOT NULL
                THEN json_build_object('x', m.focal_x, 'y', m.focal_y) END AS focal_point,
           m.translations
      FROM products_media m WHERE m.product_id = p.id ORDER BY m.position, m.id
""")
_CATEGORIES = list_of("""
    SELECT c.slug, array_to_json(ARRAY(
               SELECT a.name FROM unnest(c.path) WITH ORDINALITY step(id, n)
                 JOIN products_category a ON a.id = step.id ORDER BY step.n)) AS path
      FROM products_productcategory pc JOIN products_category c ON c.id = pc.category_id
     WHERE pc.product_id = p.id ORDER BY pc.position, c.id
""")
_COLLECTIONS = list_of("""
    SELECT c.slug, c.name FROM products_collectionproduct member
      JOIN products_collection c ON c.id = member.collection_id
     WHERE member.product_id = p.id AND member.source = 'manual' ORDER BY c.slug COLLATE "C"
""")
_LISTINGS = list_of(f"""
    SELECT channel.slug AS channel, l.is_listed, {instant("l.publish_at")} AS publish_at,
           {instant("l.unpublish_at")} AS unpublish_at
      FROM products_listing l JOIN products_channel channel ON channel.id = l.channel_id
     WHERE l.product_id = p.id ORDER BY channel.slug COLLATE "C"
""")
_RELATIONS = list_of("""
    SELECT kind.code AS kind, r.target_id AS product, other.slug, r.variant_id AS variant,
           chosen.sku, r.quantity
      FROM products_relation r
      JOIN products_relationkind kind ON kind.id = r.kind_id
      JOIN products_product other ON other.id = r.target_id
      LEFT JOIN products_variant chosen ON chosen.id = r.variant_id
     WHERE r.product_id = p.id ORDER BY r.position, r.id
""")
_BRAND = """
    (SELECT row_to_json(item) FROM (SELECT b.slug, b.name FROM products_brand b
      WHERE b.id = p.brand_id) item)
"""


def _tax_class(row: str) -> str:
    return f"(SELECT tax.code FROM products_taxclass tax WHERE tax.id = {row}.tax_class_id)"


def line(present: Collection[str], *, with_costs: bool, categories: Collection[str] = ()) -> str:
    """The statement for the products with `%(ids)s`, in the order of their ids: id and line.

    `present` are those of SOMETIMES that have rows, `categories` the codes of attributes that
    refer to categories. `%(media)s` is what the addresses of our files begin with.
    """

    def some(name: str, fragment: str, nothing: str = NOTHING) -> str:
        return fragment if name in present else nothing

    lists = "price_lists" in present
    prices = _PRICES.format(**(_LISTED if lists else _UNLISTED))
    costs = f"{some('costs', _COSTS)} AS costs," if with_costs else ""
    own = _external_ids("own.product_id = p.id AND own.variant_id IS NULL")
    variants = list_of(f"""
        SELECT v.id, v.sku, v.gtin, v.mpn, v.status, v.options,
               {_attributes("v", categories)} AS attributes, {prices} AS prices, {costs}
               {some("tax_classes", _tax_class("v"), "NULL::text")} AS tax_class,
               {some("stock", _STOCK, "'{}'::json")} AS stock, v.track_inventory,
               v.backorder_policy, v.backorder_limit,
               {_WEIGHT} AS weight, {_DIMENSIONS} AS dimensions,
               {some("external_ids", _external_ids("own.variant_id = v.id"))} AS external_ids,
               {some("variant_media", _SHOWN_BY)} AS media, v.metadata
          FROM products_variant v WHERE v.product_id = p.id ORDER BY v.position, v.id
    """)
    return f"""
        SELECT p.id, (SELECT row_to_json(item)::text FROM (SELECT
            p.id, p.slug, p.name, p.description, p.status,
            {instant("p.publish_at")} AS publish_at, {instant("p.unpublish_at")} AS unpublish_at,
            {some("brands", _BRAND, "NULL::json")} AS brand,
            {some("types", _TYPE, "NULL::text")} AS product_type,
            {_attributes("p", categories)} AS attributes,
            {some("memberships", _CATEGORIES)} AS categories,
            {some("collections", _COLLECTIONS)} AS collections, to_json(p.tags) AS tags,
            {some("tax_classes", _tax_class("p"), "NULL::text")} AS tax_class,
            to_json(p.option_names) AS option_names,
            p.seo_title, p.seo_description, p.translations,
            {some("external_ids", own)} AS external_ids,
            {some("listings", _LISTINGS)} AS listings,
            {some("relations", _RELATIONS)} AS relations,
            {some("media", _MEDIA)} AS media, {variants} AS variants, p.metadata) item)
          FROM products_product p WHERE p.id = ANY(%(ids)s::uuid[]) ORDER BY p.id
    """


_TYPE = "(SELECT type.slug FROM products_producttype type WHERE type.id = p.product_type_id)"
_WEIGHT = """
    CASE WHEN v.weight_unit <> '' THEN json_build_object(
        'value', trim_scale(v.weight)::text, 'unit', v.weight_unit) END
"""
_DIMENSIONS = """
    CASE WHEN v.size_unit <> '' THEN json_build_object(
        'length', trim_scale(v.length)::text, 'width', trim_scale(v.width)::text,
        'height', trim_scale(v.height)::text, 'unit', v.size_unit) END
"""


def _attributes(row: str, categories: Collection[str]) -> str:
    """As they are stored, but for references to categories: slugs, where others have ids."""
    if not categories:
        return f"{row}.attributes"
    return f"""
        {row}.attributes || coalesce((
            SELECT jsonb_object_agg(given.key, c.slug)
              FROM jsonb_each_text({row}.attributes) given
              JOIN products_category c ON c.id::text = given.value
             WHERE given.key = ANY(%(categories)s)), '{{}}')
    """


# The wanted products in their order: id, and how many variants each has.
CHOSEN = """
    SELECT p.id, (SELECT count(*) FROM products_variant v WHERE v.product_id = p.id)
      FROM products_product p WHERE {condition} ORDER BY p.id
"""
