"""What brands and categories say alike: one row, one version, the same six operations."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers

from catalog_project.api.openapi import (
    ETAG,
    IF_MATCH,
    LOCATION,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)

Shape = type[serializers.Serializer[Any]]


def operations(
    noun: str,
    plural: str,
    *,
    shapes: tuple[Shape, Shape, Shape],
    example: dict[str, Any],
    change: dict[str, Any],
    emptied: str,
    deletion: str,
    list_parameters: Any = (),
) -> dict[str, Any]:
    """`shapes` are those of create and replace, of patch, and of every answer."""
    written, patch, answer = shapes
    key = in_path("key", f"The id or the slug of the {noun}.", str(example["slug"]))
    served_only = {"id", "path", "depth", "version", "created_at", "updated_at"}
    body = {name: value for name, value in example.items() if name not in served_only}
    changed = {**example, **change, "version": int(example["version"]) + 1}
    whole = answered(example)

    def said(verb: str, summary: str, description: str, **more: Any) -> Any:
        return extend_schema(
            operation_id=f"{plural}_{verb}",
            tags=[plural],
            summary=summary,
            description=description,
            **more,
        )

    return {
        "list": said(
            "list",
            f"List {plural}",
            f"All {plural}, page by page: send `next_cursor` as `cursor` until it is null.",
            parameters=list(list_parameters),
            responses={200: OpenApiResponse(answer(many=True), f"A page of {plural}.")},
            examples=[whole],
        ),
        "create": said(
            "create",
            f"Create a {noun}",
            "Left out, the slug is made from the name.",
            parameters=[ETAG, LOCATION],
            request=written,
            responses={201: OpenApiResponse(answer, f"The new {noun}.")},
            examples=[sent(body), answered(example, status=201)],
        ),
        "retrieve": said(
            "retrieve",
            f"Read a {noun}",
            "By id or by slug.",
            parameters=[key, *READ],
            responses={200: OpenApiResponse(answer, f"The {noun}."), 304: UNCHANGED},
            examples=[whole],
        ),
        "update": said(
            "replace",
            f"Replace a {noun}",
            f"Fields that are left out are emptied ({emptied}); the slug stays as it is.",
            parameters=[key, *WRITE],
            request=written,
            responses={200: OpenApiResponse(answer, f"The {noun} as it now is.")},
            examples=[sent({**body, **change}), answered(changed)],
        ),
        "partial_update": said(
            "update",
            f"Change fields of a {noun}",
            "Only the fields that are named are written.",
            parameters=[key, *WRITE],
            request=patch,
            responses={200: OpenApiResponse(answer, f"The {noun} as it now is.")},
            examples=[sent(change), answered(changed)],
        ),
        "destroy": said(
            "delete",
            f"Delete a {noun}",
            deletion,
            parameters=[key, IF_MATCH],
            responses={204: OpenApiResponse(description="It is gone.")},
        ),
    }
