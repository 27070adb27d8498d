"""What a document says of media."""

from products.documents.translations import text_of

RENDITIONS = """
    array_to_json(ARRAY(SELECT row_to_json(item) FROM (
        SELECT r.width, r.height, %(media_url)s || r.file AS url, r.format
          FROM products_rendition r WHERE r.source = m.file AND m.file <> '' ORDER BY r.width
    ) item))
"""

MEDIA = f"""
    array_to_json(ARRAY(SELECT row_to_json(item) FROM (
        SELECT m.id, m.kind,
               CASE WHEN m.file = '' THEN m.source_url ELSE %(media_url)s || m.file END AS url,
               nullif(m.content_type, '') AS content_type, {text_of("m", "alt")} AS alt, m.position,
               m.width, m.height,
               (SELECT row_to_json(item) FROM (SELECT m.focal_x AS x, m.focal_y AS y) item
                 WHERE m.focal_x IS NOT NULL) AS focal_point,
               {RENDITIONS} AS renditions
          FROM products_media m WHERE m.product_id = p.id ORDER BY m.position, m.id
    ) item))
"""
