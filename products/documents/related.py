"""Products that another one leads to, as shoppers see them now."""

from collections.abc import Sequence
from functools import lru_cache

from catalog_project.ops.statements import fetch
from products.documents.listing import body_of
from products.documents.publication import visible


def read_shown(product_ids: Sequence[str], *, fields: tuple[str, ...], view: int) -> list[bytes]:
    """The bodies of those that shoppers of the view see, in the order of the ids."""
    rows = fetch(_sql(fields, view), [list(product_ids)]) if product_ids else []
    return [row[0] or b"" for row in rows]


@lru_cache(maxsize=256)
def _sql(fields: tuple[str, ...], view: int) -> str:
    return (
        f"SELECT {body_of(fields)} FROM unnest($1::uuid[]) WITH ORDINALITY asked(id, n)"
        f" JOIN products_document ON product_id = asked.id"
        f" WHERE {visible(view)} ORDER BY asked.n"
    )
