"""What staff write of words, as search reads it: the same folding and stems as of queries."""

from collections.abc import Sequence
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.search.curations import compared
from products.search.folding import CONFIG, words_of

_FOLDED = f"""
    SELECT {compared("clean.text")} FROM unnest($1::text[]) WITH ORDINALITY given(text, n)
     CROSS JOIN LATERAL (SELECT {words_of("given.text")} AS text OFFSET 0) clean ORDER BY given.n
"""
_STEMLESS = f"""
    SELECT given.n - 1
      FROM (SELECT {CONFIG} AS config FROM products_locale locale WHERE id = $2::uuid) locale
     CROSS JOIN unnest($1::text[]) WITH ORDINALITY given(words, n)
     WHERE to_tsvector(locale.config, given.words) = ''
     ORDER BY 1
"""


def folded(texts: Sequence[str]) -> list[str]:
    """The words of each text, with one blank between them. One statement."""
    rows = fetch(_FOLDED, [list(texts)]) if texts else []
    return [(words or b"").decode() for (words,) in rows]


def without_stems(words: Sequence[str], locale: UUID) -> list[int]:
    """The indexes of those that the language leaves out. One statement."""
    rows = fetch(_STEMLESS, [list(words), locale]) if words else []
    return [int(n or 0) for (n,) in rows]
