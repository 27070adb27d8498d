"""Products by a SKU, GTIN, part number or slug, or by the beginning of one."""

import re
from functools import lru_cache
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.documents.variants import ACTIVE
from products.search.scope import in_time

EXACT, BEGINS = 2_000, 1_000  # scores beyond any that words can have
SHORTEST_BEGINNING = 3
MOST_FOUND = 100
# Of what begins like it, as many are looked at until the visible ones are found.
_MOST_READ = 1_000
# Behind whatever begins like it, in the order of bytes.
_LAST = "\U0010ffff"
_GTIN = re.compile(r"[0-9][0-9 -]{2,18}[0-9]")


def may_be_code(text: str) -> bool:
    """One word, or several with a digit among them: no sentence is looked up as a code."""
    return " " not in text or any(letter.isdigit() for letter in text)


def find_codes(text: str, *, view: int, visible_only: bool, beginnings: bool) -> dict[UUID, int]:
    """Products by their score. One statement, or none for what cannot be a code."""
    code = " ".join(text.split()).lower()
    if not code or not may_be_code(code):
        return {}
    beginnings = beginnings and len(code) >= SHORTEST_BEGINNING
    digits = re.sub("[ -]", "", code) if _GTIN.fullmatch(code) else code
    # Shorter GTINs are stored with zeros before them.
    gtins = [digits.zfill(14)] if digits.isdigit() else []
    begun = [zeros + digits for zeros in ("", "0", "00")] if digits.isdigit() else []
    parameters: list[object] = [code, gtins]
    if beginnings:
        parameters += [code, code + _LAST, begun, [each + _LAST for each in begun]]
    rows = fetch(_codes_sql(view, visible_only, beginnings), parameters)
    return {UUID((key or b"").decode()): int(score or 0) for key, score in rows}


@lru_cache(maxsize=512)
def _codes_sql(view: int, visible_only: bool, beginnings: bool) -> str:
    active = f"AND {ACTIVE}" if visible_only else ""
    column = '(lower(v.{}) COLLATE "C")'
    sku, mpn, gtin = (column.format(name) for name in ("sku", "mpn", "gtin"))
    parts = [
        f"SELECT v.product_id, {EXACT} FROM products_variant v"
        f" WHERE ({sku} = $1 OR {mpn} = $1 OR {gtin} = ANY($2::text[])) {active}",
        f"SELECT product_id, {EXACT} FROM products_searchentry"
        f" WHERE view_id = {view:d} AND slug = $1",
    ]
    if beginnings:
        # As ranges: LIKE finds no index once the pattern is a parameter of a kept plan.
        parts += [
            f"SELECT v.product_id, {BEGINS} FROM products_variant v"
            f" WHERE {name} >= $3 AND {name} < $4 {active} LIMIT {_MOST_READ}"
            for name in (sku, mpn)
        ]
        parts += [
            f"SELECT v.product_id, {BEGINS} FROM unnest($5::text[], $6::text[]) range(low, high)"
            f" CROSS JOIN LATERAL (SELECT v.product_id FROM products_variant v"
            f" WHERE {gtin} >= range.low AND {gtin} < range.high {active} LIMIT {_MOST_READ}) v",
            f"SELECT product_id, {BEGINS} FROM products_searchentry"
            f" WHERE view_id = {view:d} AND slug ~>=~ $3 AND slug ~<~ $4 LIMIT {_MOST_READ}",
        ]
    union = " UNION ALL ".join(f"({part})" for part in parts)
    published = f"AND entry.words @@ '''~{view:d}p'''::tsquery" if visible_only else ""
    # OFFSET 0: look at the entries of what was found, one by one, not at all of the view's.
    return f"""
    SELECT found.product_id, found.score
      FROM (SELECT product_id, max(score) FROM ({union}) every(product_id, score) GROUP BY 1)
           found(product_id, score)
     CROSS JOIN LATERAL (
           SELECT FROM products_searchentry entry
            WHERE entry.product_id = found.product_id AND entry.view_id = {view:d}
              AND {in_time(visible_only=visible_only)} {published} OFFSET 0) seen
     ORDER BY 2 DESC, 1 DESC LIMIT {MOST_FOUND}
    """
