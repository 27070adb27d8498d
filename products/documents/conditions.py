"""Filters of documents as SQL: each is one condition on typed columns, its value always bound.

A filter by attribute is named `attributes.<code>`, with the kind of test behind it: none for one of
some values, `.range`, `.exists` or `.absent`.
"""

from collections.abc import Collection, Mapping

from products.documents.collection_keys import collection_of, open_collection
from products.documents.external_ids import HAS_EXTERNAL_ID
from products.documents.orders import PRICE_UP
from products.documents.publication import in_any_status, visible
from products.documents.variants import HAS_GTIN, HAS_MPN, HAS_SKU, SHOWS
from products.search.filtering import found_by

ATTRIBUTES = "attributes."


# Filter -> condition; {0} is its placeholder.
CONDITIONS: Mapping[str, str] = {
    "q": found_by(visible_only=False),
    "id": "product_id = ANY({0}::uuid[])",
    "category": "category_ids && {0}::uuid[]",
    "collection": f"collection_ids @> ARRAY[{collection_of('true')}]",
    "brand": "brand_id = ANY({0}::uuid[])",
    "product_type": "product_type_id = ANY({0}::uuid[])",
    "tag": "tags @> {0}::text[]",
    "sku": HAS_SKU,
    "gtin": HAS_GTIN,
    "external_id": HAS_EXTERNAL_ID,
    "mpn": HAS_MPN,
    "availability": "availability = ANY({0}::text[])",
    "price_min": "price_max >= {0}::numeric",
    # As the index by price has it.
    "price_max": f"{PRICE_UP} <= {{0}}::numeric AND price_min IS NOT NULL",
    "status": "status = {0}::text",
    "completeness_min": "completeness >= {0}::int",
    "missing": "missing @> ARRAY[{0}::text]",
    "created_since": "created_at >= {0}::timestamptz",
    "created_before": "created_at < {0}::timestamptz",
    "updated_since": "updated_at >= {0}::timestamptz",
    "updated_before": "updated_at < {0}::timestamptz",
}
# The same for shoppers, where they see less than editors do.
FOR_SHOPPERS: Mapping[str, str] = {
    **CONDITIONS,
    **SHOWS,
    "q": found_by(visible_only=True),
    "collection": f"collection_ids @> ARRAY[{collection_of(open_collection('c'))}]",
}
# Kind of test -> condition. A range is its code, {"least", "most"}, and keys to find it by.
ATTRIBUTE_CONDITIONS: Mapping[str, str] = {
    "": "facts && {0}::text[]",
    "range": """
        number_keys && ({0}::text[])[3:] AND jsonb_path_exists(
            numbers -> ({0}::text[])[1], '$[*] ? (@ >= $least && @ <= $most)',
            ({0}::text[])[2]::jsonb)
    """,
    "exists": "facts @> ARRAY[{0}::text]",
    "absent": "NOT facts @> ARRAY[{0}::text]",
}


def scope_of(view: int, visible_only: bool) -> str:
    return visible(view) if visible_only else in_any_status(view)


def where_of(
    filters: tuple[str, ...], view: int, visible_only: bool, *, left_out: Collection[str] = ()
) -> str:
    """The conditions of these filters, whose values are $1, $2, … in their order."""
    conditions = [scope_of(view, visible_only)]
    conditions += [
        _condition(name, visible_only).format(f"${n}")
        for n, name in enumerate(filters, 1)
        if name not in left_out
    ]
    return " AND ".join(conditions)


def _condition(name: str, visible_only: bool) -> str:
    if name.startswith(ATTRIBUTES):
        return ATTRIBUTE_CONDITIONS[name[len(ATTRIBUTES) :].partition(".")[2]]
    return (FOR_SHOPPERS if visible_only else CONDITIONS)[name]
