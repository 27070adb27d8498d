"""How common each word is, counted from the entries of what shoppers see at this instant.

Set-based, in a transaction of its own: no write of a product waits for another one's words. What
nobody has counted yet is found all the same (`terms`); it weighs as much as the rarest word.
"""

from datetime import datetime

from django.db import connection

from products.search.folding import CONFIG
from products.search.scope import in_time

# Counts that moved by less than this part are near enough: they are not written anew.
NEAR_ENOUGH = 0.1
# Words that more products have get witnesses, out of the newest products.
FREQUENT = 500
SAMPLE = 5_000
WITNESSES = 3
# Of a view, the most frequent ones.
MOST_WORDS = 200_000
LONGEST_WORD = 60

_VISIBLE = f"""
    SELECT {{column}} FROM products_searchentry entry
     WHERE entry.view_id = {{view:d}} AND entry.words @@ '''~{{view:d}}p'''::tsquery
       AND {in_time(visible_only=True)}
"""
_WRITES = """
    SELECT coalesce(n_tup_ins + n_tup_upd + n_tup_del, 0)
      FROM pg_stat_user_tables WHERE relid = 'products_searchentry'::regclass
"""
_CROSSED = """
    SELECT EXISTS (
        SELECT FROM products_searchentry entry
         WHERE entry.view_id = %(view)s
           AND (entry.visible_from > %(since)s AND entry.visible_from <= now()
                OR entry.visible_until > %(since)s AND entry.visible_until <= now()))
"""
_TERMS = """
    WITH counted AS MATERIALIZED (
        SELECT ltrim(word, '=') AS lexeme,
               coalesce(max(ndoc) FILTER (WHERE word !~ '^='), 0) AS documents,
               coalesce(max(ndoc) FILTER (WHERE word ~ '^='), 0) AS titles
          FROM ts_stat(%(entries)s)
         WHERE word !~ '^~' AND length(word) <= %(longest)s
         GROUP BY 1),
    gone AS (
        DELETE FROM products_searchterm old WHERE view_id = %(view)s
           AND NOT EXISTS (SELECT FROM counted WHERE counted.lexeme = old.lexeme))
    INSERT INTO products_searchterm AS old (view_id, lexeme, documents, titles)
    SELECT %(view)s, lexeme, documents, titles FROM counted
    ON CONFLICT (view_id, lexeme) DO UPDATE
       SET (documents, titles) = (excluded.documents, excluded.titles)
     WHERE abs(excluded.documents - old.documents) > %(near)s * old.documents
        OR abs(excluded.titles - old.titles) > %(near)s * old.titles
"""
# A word leads to its first stem; a word that is stopped has none, and is not kept.
_WORDS = f"""
    WITH view AS (
        SELECT {CONFIG} AS config FROM products_channellocale pair
          JOIN products_locale locale ON locale.id = pair.locale_id WHERE pair.id = %(view)s),
    counted AS MATERIALIZED (
        SELECT word, (tsvector_to_array(to_tsvector(view.config, word)))[1] AS lexeme,
               ndoc AS documents
          FROM ts_stat(%(entries)s), view
         WHERE length(word) BETWEEN 2 AND %(longest)s
         ORDER BY ndoc DESC, word LIMIT %(most)s),
    seen AS MATERIALIZED (
        SELECT each.word, (array_agg(sample.product_id))[1:%(witnesses)s] AS ids
          FROM (SELECT entry.product_id, entry.spellings FROM products_searchentry entry
                 WHERE entry.view_id = %(view)s
                   AND entry.words @@ ('''~' || %(view)s || 'p''')::tsquery
                   AND {in_time(visible_only=True)}
                 ORDER BY entry.product_id DESC LIMIT %(sample)s) sample,
               unnest(tsvector_to_array(sample.spellings)) each(word)
         GROUP BY 1),
    kept AS MATERIALIZED (
        SELECT counted.word, counted.lexeme, counted.documents,
               CASE WHEN counted.documents > %(frequent)s THEN coalesce(seen.ids, '{{}}')
                    ELSE '{{}}' END AS witnesses
          FROM counted LEFT JOIN seen USING (word) WHERE counted.lexeme IS NOT NULL),
    gone AS (
        DELETE FROM products_searchword old WHERE view_id = %(view)s
           AND NOT EXISTS (SELECT FROM kept WHERE kept.word = old.word))
    INSERT INTO products_searchword AS old (view_id, word, lexeme, documents, witnesses)
    SELECT %(view)s, word, lexeme, documents, witnesses FROM kept
    ON CONFLICT (view_id, word) DO UPDATE
       SET (lexeme, documents, witnesses)
         = (excluded.lexeme, excluded.documents, excluded.witnesses)
     WHERE abs(excluded.documents - old.documents) > %(near)s * old.documents
        OR (old.lexeme, old.witnesses) IS DISTINCT FROM (excluded.lexeme, excluded.witnesses)
"""
_COUNTED = """
    INSERT INTO products_searchstatistics AS old (view_id, documents, counted_at, writes)
    SELECT %(view)s, (SELECT count(*) FROM (ENTRIES) shown), clock_timestamp(), %(writes)s
    ON CONFLICT (view_id) DO UPDATE
       SET (documents, counted_at, writes)
         = (excluded.documents, excluded.counted_at, excluded.writes)
"""


def writes() -> int:
    """How much PostgreSQL has written to the entries so far, about: a second late or two."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITES)
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def has_crossed(view: int, since: datetime) -> bool:
    """Whether a publication window of the view began or ended since then."""
    with connection.cursor() as cursor:
        cursor.execute(_CROSSED, {"view": view, "since": since})
        is_crossed: bool = cursor.fetchone()[0]
        return is_crossed


def count_view(view: int, *, writes: int) -> None:
    """Count in this view; `writes` says as of when. The caller's transaction."""
    values = {
        "view": view,
        "longest": LONGEST_WORD,
        "near": NEAR_ENOUGH,
        "most": MOST_WORDS,
        "sample": SAMPLE,
        "witnesses": WITNESSES,
        "frequent": FREQUENT,
        "writes": writes,
    }
    with connection.cursor() as cursor:
        for sql, column in ((_TERMS, "words"), (_WORDS, "spellings")):
            cursor.execute(sql, {**values, "entries": _visible(view, f"entry.{column}")})
        counted = _COUNTED.replace("ENTRIES", _visible(view, ""))
        cursor.execute(counted, values)


def _visible(view: int, column: str) -> str:
    return _VISIBLE.format(column=column, view=view)
