"""What stands in the way of a product becoming what it was."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection

from products.errors import AttributesRefused
from products.models import Media
from products.services.attribute_schema import ensure_right, load_judge

MOST = 100

_GONE = " UNION ALL ".join(
    f"SELECT {place}, 'gone', '{noun}', {value}, NULL::uuid FROM {source}"  # noqa: S608 - our words
    f" WHERE {value} IS NOT NULL AND NOT EXISTS (SELECT FROM {table} WHERE {key} = {value})"
    for place, noun, value, source, table, key in (
        ("'/brand_id'", "brand", "r ->> 'brand_id'", "s", "products_brand", "id::text"),
        (
            "'/product_type_id'",
            "product type",
            "r ->> 'product_type_id'",
            "s",
            "products_producttype",
            "id::text",
        ),
        (
            "'/tax_class_id'",
            "tax class",
            "r ->> 'tax_class_id'",
            "s",
            "products_taxclass",
            "id::text",
        ),
        (
            "'/variants/' || (v ->> 'id') || '/tax_class_id'",
            "tax class",
            "v ->> 'tax_class_id'",
            "variants",
            "products_taxclass",
            "id::text",
        ),
        (
            "'/categories/' || (c.n - 1)",
            "category",
            "c.id",
            "s, jsonb_array_elements_text(r -> 'categories') WITH ORDINALITY c(id, n)",
            "products_category",
            "id::text",
        ),
        (
            "'/variants/' || (v ->> 'id') || '/prices/' || (price ->> 'id')",
            "price list",
            "price ->> 'price_list_id'",
            "variants, jsonb_array_elements(v -> 'prices') price",
            "products_pricelist",
            "id::text",
        ),
        (
            "'/relations/' || (l.n - 1) || '/kind'",
            "kind of relations",
            "l.x ->> 'kind'",
            "s, jsonb_array_elements(coalesce(r -> 'relations', '[]')) WITH ORDINALITY l(x, n)",
            "products_relationkind",
            "id::text",
        ),
        (
            "'/relations/' || (l.n - 1) || '/product'",
            "product",
            "l.x ->> 'product'",
            "s, jsonb_array_elements(coalesce(r -> 'relations', '[]')) WITH ORDINALITY l(x, n)",
            "products_product",
            "id::text",
        ),
        (
            "'/relations/' || (l.n - 1) || '/variant'",
            "variant",
            "l.x ->> 'variant'",
            "s, jsonb_array_elements(coalesce(r -> 'relations', '[]')) WITH ORDINALITY l(x, n)",
            "products_variant",
            "id::text",
        ),
        (
            "'/listings/' || (l.n - 1)",
            "channel",
            "l.x ->> 'channel_id'",
            "s, jsonb_array_elements(coalesce(r -> 'listings', '[]')) WITH ORDINALITY l(x, n)",
            "products_channel",
            "id::text",
        ),
        (
            "'/translations/' || code",
            "locale",
            "code",
            "s, jsonb_object_keys(coalesce(r -> 'translations', '{}')) code",
            "products_locale",
            "products_locale.code",
        ),
    )
)
_CLASHES = f"""
    WITH s AS (SELECT %(state)s::jsonb AS r, %(id)s::uuid AS own),
    variants AS (SELECT s.own, v FROM s, jsonb_array_elements(s.r -> 'variants') v),
    ids AS (
        SELECT own, '/external_ids/' AS place, e ->> 'system' AS system, e ->> 'id' AS value,
               false AS is_variant
          FROM s, jsonb_array_elements(coalesce(r -> 'external_ids', '[]')) e
        UNION ALL
        SELECT own, '/variants/' || (v ->> 'id') || '/external_ids/', e ->> 'system', e ->> 'id',
               true
          FROM variants, jsonb_array_elements(coalesce(v -> 'external_ids', '[]')) e),
    clash (place, what, noun, value, holder) AS (
        SELECT '/slug', 'taken', 'slug', other.slug, other.id
          FROM s JOIN products_product other
            ON other.slug = r ->> 'slug' AND other.status <> 'archived' AND other.id <> own
         WHERE r ->> 'status' <> 'archived'
        UNION ALL
        SELECT '/variants/' || (v ->> 'id') || '/sku', 'taken', 'SKU', other.sku, other.product_id
          FROM variants JOIN products_variant other
            ON other.sku = v ->> 'sku' AND NOT other.is_archived AND other.product_id <> own
         WHERE (SELECT r ->> 'status' <> 'archived' FROM s)
        UNION ALL
        SELECT ids.place || ids.system || ':' || ids.value, 'taken', 'external id',
               ids.system || ':' || ids.value, other.product_id
          FROM ids JOIN products_externalid other
            ON other.system = ids.system AND other.value = ids.value AND NOT other.is_archived
           AND (other.variant_id IS NOT NULL) = ids.is_variant AND other.product_id <> own
         WHERE (SELECT r ->> 'status' <> 'archived' FROM s)
        UNION ALL {_GONE})
    SELECT place, what, noun, value, holder FROM clash ORDER BY 1 LIMIT {MOST}
"""  # noqa: S608 - of our own words


def clashes_of(product_id: UUID, state: str) -> list[dict[str, Any]]:
    """Each place of the state that others have taken, or that refers to what is gone."""
    with connection.cursor() as cursor:
        cursor.execute(_CLASHES, {"state": state, "id": product_id})
        found = [_clash(*row) for row in cursor.fetchall()]
    facts = json.loads(state, parse_float=Decimal)
    return [*found, *_missing_files(facts), *_refused_values(facts)][:MOST]


def _clash(place: str, what: str, noun: str, value: str, holder: UUID | None) -> dict[str, Any]:
    if what == "gone":
        return {"pointer": place, "code": what, "detail": f"The {noun} {value} is gone."}
    return {
        "pointer": place,
        "code": what,
        "detail": f"Another product has the {noun} {value}.",
        "holder": str(holder),
    }


def _missing_files(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Files that nobody shows are removed; those of pictures that are there still have theirs."""
    files = {row["file"]: row["id"] for row in facts.get("media", []) if row.get("file")}
    known = set(Media.objects.filter(file__in=files).values_list("file", flat=True))
    return [
        {"pointer": f"/media/{key}/file", "code": "gone", "detail": f"The file {name} is gone."}
        for name, key in files.items()
        if name not in known and not default_storage.exists(name)
    ]


def _refused_values(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Values of attributes, judged by what their types ask for today."""
    kind = UUID(facts["product_type_id"]) if facts.get("product_type_id") else None
    named = [("", facts, False)]
    named += [(f"/variants/{each['id']}", each, True) for each in facts["variants"]]
    judge = load_judge((kind, each.get("attributes", {})) for _, each, _ in named)
    for place, each, is_variant in named:
        values = each.get("attributes", {})
        judge.clean(kind, values, is_variant=is_variant, place=f"{place}/attributes")
    try:
        ensure_right(judge)
    except AttributesRefused as refused:
        return [
            {"pointer": flaw.pointer, "code": "refused", "detail": flaw.detail}
            for flaw in refused.flaws
        ]
    return []
