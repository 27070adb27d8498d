"""Document -> search entry, in set-based SQL: one product or 100,000 take the same statements.

`words` holds every stem with the weight of the best place that it stands in:

    A  the name    B  brand, categories, type    C  tags, options, attributes, part numbers
    D  the description

and lexemes that no text can have, since the folding leaves neither sign in any:

    ~1p   the entry is of view 1, and its product is published (~1o: it is not)
    =cup  the name, or the brand, has the stem "cup"

So one index answers each question at once: no other view's products, and no drafts, are read.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from catalog_project.ops.statements import (
    FEW,
    array_of,
    execute,
    fetch,
    fetch_planned_anew,
    numbered,
)
from products.documents.publication import BEGINNING, END
from products.search.folding import CONFIGURED_VIEWS, words_of

# Texts are cut here: a tsvector has an end, and nobody looks for the last words of a novel.
LONGEST_TEXT = 20_000
_CODES = """
    ARRAY(SELECT code::text FROM products_attribute WHERE is_searchable)
"""
# What searchable attributes say, of the product and of its printed variants: labels of options,
# texts and numbers as they are, measurements with their unit.
_FACTS = """
    (SELECT string_agg(DISTINCT coalesce(
                (SELECT string_agg(label, ' ') FROM jsonb_array_elements_text(
                     CASE jsonb_typeof(item -> 'labels') WHEN 'array' THEN item -> 'labels' END
                 ) label),
                CASE item ->> 'type' WHEN 'measurement'
                     THEN concat_ws(' ', item -> 'value' ->> 'value', item -> 'value' ->> 'unit')
                     WHEN 'boolean' THEN NULL
                     ELSE item ->> 'value' END), ' ')
       FROM (SELECT jsonb_path_query(body, '$.attributes[*]')
             UNION ALL
             SELECT jsonb_path_query(body, '$.variants[*].attributes[*]')) given(item)
      WHERE item ->> 'code' = ANY(codes))
"""
_KINDS = """
    concat_ws(' ', body -> 'brand' ->> 'name', body -> 'product_type' ->> 'name',
        (SELECT string_agg(DISTINCT name #>> '{}', ' ')
           FROM jsonb_path_query(body, '$.categories[*].path[*].name') name))
"""
_MORE = f"""
    concat_ws(' ',
        (SELECT string_agg(tag, ' ') FROM jsonb_array_elements_text(body -> 'tags') tag),
        (SELECT string_agg(label #>> '{{}}', ' ')
           FROM jsonb_path_query(body, '$.options[*].labels[*]') label),
        (SELECT string_agg(DISTINCT mpn #>> '{{}}', ' ')
           FROM jsonb_path_query(body, '$.variants[*].mpn') mpn),
        CASE WHEN codes <> '{{}}' THEN {_FACTS} END)
"""
_DESCRIPTION = r"""
    regexp_replace(body ->> 'description', '<[^<>]*>|&[a-zA-Z0-9#]{2,8};', ' ', 'g')
"""

# Each step is a subquery of the next one, and OFFSET 0 keeps it one: what a step names is
# computed once.
_DOCUMENTS = f"""
SELECT document.product_id, document.view_id, document.slug, document.status,
       document.visible_from, last.visible_until, document.body, view.config, searchable.codes
  FROM (SELECT product_id, view_id, slug, status, visible_from, body::jsonb AS body
          FROM products_document
         WHERE product_id = ANY(%(ids)s::uuid[]) AND holds_from = {BEGINNING} OFFSET 0) document
  JOIN products_document last
    ON last.product_id = document.product_id AND last.view_id = document.view_id
   AND last.holds_until = {END}
  JOIN {CONFIGURED_VIEWS} view ON view.id = document.view_id
 CROSS JOIN (SELECT {_CODES} AS codes OFFSET 0) searchable
"""
_KEPT = "product_id, view_id, slug, status, visible_from, visible_until, config"
_RAW = f"""
SELECT {_KEPT}, body ->> 'name' AS name, coalesce(body -> 'brand' ->> 'name', '') AS brand,
       left({_KINDS}, {LONGEST_TEXT}) AS kinds, left({_MORE}, {LONGEST_TEXT}) AS more,
       left({_DESCRIPTION}, {LONGEST_TEXT}) AS description
  FROM ({_DOCUMENTS} OFFSET 0) document
"""
_CLEAN = f"""
SELECT {_KEPT}, {words_of("name")} AS name, {words_of("brand")} AS brand,
       {words_of("kinds")} AS kinds, {words_of("more")} AS more,
       {words_of("description")} AS description
  FROM ({_RAW} OFFSET 0) raw
"""
_STEMS = f"""
SELECT {_KEPT}, concat_ws(' ', name, kinds, more, description) AS spelled,
       to_tsvector(config, name) AS name, to_tsvector(config, brand) AS brand,
       to_tsvector(config, kinds) AS kinds, to_tsvector(config, more) AS more,
       to_tsvector(config, description) AS description
  FROM ({_CLEAN} OFFSET 0) clean
"""
COLUMNS = ("product_id", "view_id", "slug", "visible_from", "visible_until", "words", "spellings")
COMPUTE = f"""
SELECT product_id, view_id, slug, visible_from, visible_until,
       array_to_tsvector(ARRAY['~' || view_id
               || CASE status WHEN 'published' THEN 'p' ELSE 'o' END])
           || array_to_tsvector(ARRAY(
                  SELECT '=' || lexeme FROM unnest(tsvector_to_array(name || brand)) lexeme))
           || setweight(name, 'A') || setweight(kinds, 'B')
           || setweight(more, 'C') || setweight(description, 'D'),
       strip(to_tsvector('simple', spelled))
  FROM ({_STEMS} OFFSET 0) stems
"""

_NAMES = ", ".join(COLUMNS)
_STORED = ", ".join(f"entry.{name}" for name in COLUMNS)
_NEW = ", ".join(f"excluded.{name}" for name in COLUMNS)
UPSERT = f"""
INSERT INTO products_searchentry AS entry ({_NAMES}) {COMPUTE}
ON CONFLICT (product_id, view_id) DO UPDATE SET ({_NAMES}) = ({_NEW})
WHERE ({_STORED}) IS DISTINCT FROM ({_NEW})
"""
_UPSERT_FEW = numbered(UPSERT, "ids")
DRIFT = numbered(
    f"""
WITH computed ({_NAMES}) AS ({COMPUTE})
SELECT DISTINCT coalesce(computed.product_id, entry.product_id)
  FROM computed
  FULL JOIN (SELECT * FROM products_searchentry WHERE product_id = ANY(%(ids)s::uuid[])) entry
    ON entry.product_id = computed.product_id AND entry.view_id = computed.view_id
 WHERE ({", ".join(f"computed.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({_STORED})
""",
    "ids",
)


def write_entries(product_ids: Sequence[UUID]) -> int:
    """Write what search knows of these products; their documents must be right. Answers how many
    entries were not right before."""
    if not product_ids:
        return 0
    if len(product_ids) <= FEW:
        return execute(_UPSERT_FEW, [array_of(product_ids)])
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, {"ids": array_of(product_ids)})
        count: int = cursor.rowcount
        return count


def drifted(product_ids: Sequence[UUID]) -> list[UUID]:
    """The products of which search knows something else than their documents say."""
    read = fetch if len(product_ids) <= FEW else fetch_planned_anew
    rows = read(DRIFT, [array_of(product_ids)])
    return [UUID((key or b"").decode()) for (key,) in rows]
