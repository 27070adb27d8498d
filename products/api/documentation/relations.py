"""What the OpenAPI document says about relations and their kinds."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, WRITE, answered, in_path, sent
from products.api.documentation.nouns import operations
from products.api.documentation.viewing import VIEWED
from products.api.relation_kinds import (
    RelationKindCreate,
    RelationKindPatch,
    RelationKindResponse,
)
from products.api.relations import RelatedListInput, RelatedListResponse

LID = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e0a"
RELATION = {
    "kind": "accessory",
    "kind_name": "Accessories",
    "product": LID,
    "variant": None,
    "quantity": 1,
}
BODY = {name: value for name, value in RELATION.items() if name != "kind_name"}
ITEMS = {"items": [{**RELATION, "product": {"id": LID, "slug": "mug-lid", "name": "Mug lid"}}]}
PRODUCT = in_path("product", "The id or the slug of the product.", "enamel-mug")
KIND = {
    "id": "0197f3c5-6f0e-7000-8000-00000000f000",
    "code": "accessory",
    "name": "Accessory",
    "translations": {},
    "is_symmetric": False,
    "is_bundle": False,
    "position": 0,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
KINDS = operations(
    "relation kind",
    "relation-kinds",
    shapes=(RelationKindCreate, RelationKindPatch, RelationKindResponse),
    example=KIND,
    key="code",
    change={"name": "Fits"},
    emptied="symmetry and position",
    deletion="Refused (409) while products have relations of the kind.",
    body={name: KIND[name] for name in ("code", "name", "is_symmetric", "is_bundle", "position")},
)


def _said(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"products_relations_{verb}",
        tags=["products"],
        summary=summary,
        description=description,
        **more,
    )


OF_PRODUCT: dict[str, Any] = {
    "retrieve": _said(
        "retrieve",
        "Read what goes with a product",
        "Only what the caller may see now: editors see drafts and archived products, too; slugs "
        "and names are those of the locale. The document of the product has the ids alone.",
        parameters=[PRODUCT, *VIEWED, *READ],
        responses={200: OpenApiResponse(RelatedListResponse, "All of them."), 304: UNCHANGED},
        examples=[answered(ITEMS)],
    ),
    "update": _said(
        "replace",
        "Replace what goes with a product",
        "All relations that start from it, in order. It is a change of the product.",
        parameters=[PRODUCT, *WRITE],
        request=RelatedListInput,
        responses={200: OpenApiResponse(RelatedListResponse, "All of them.")},
        examples=[sent({"items": [BODY]}), answered(ITEMS)],
    ),
}
