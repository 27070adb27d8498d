"""What brands and categories say alike: one row, one version, the same six operations."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers

from catalog_project.api.openapi import (
    ETAG,
    IF_MATCH,
    LOCATION,
    MOVED,
    MOVED_TO,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)
from products.api.documentation.viewing import VIEWED

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
    key: str = "slug",
    body: dict[str, Any] | None = None,
    listed: Shape | None = None,
    replaced: Shape | None = None,
    consent: Any = (),
    delete_consent: Any = (),
    redirects: bool = False,
    is_viewed: bool = False,
    read_parameters: Any = (),
) -> dict[str, Any]:
    """`shapes` are those of create and replace, of patch, and of every answer.

    `key` names a row besides its id, if anything does; `body`, `listed` are for nouns whose input,
    or rows of lists, are no part of the whole, `replaced` for those whose PUT asks for more;
    `consent` are parameters of writes; `is_viewed`: read in a channel and a locale; `redirects`:
    old slugs answer 301.
    """
    written, patch, answer = shapes
    named = f"The id or the {key} of the {noun}." if key else f"The id of the {noun}."
    place = in_path("key", named, str(example[key or "id"]))
    name = plural.rpartition("-")[2]
    read_only = set(written.served_only)  # type: ignore[attr-defined]  # of a StrictSerializer
    body = body or {each: value for each, value in example.items() if each not in read_only}
    changed = {**example, **change, "version": int(example["version"]) + 1}
    whole = answered(example)
    shown = (listed or answer)().fields
    in_list = answered({each: value for each, value in example.items() if each in shown})

    def said(verb: str, summary: str, description: str, **more: Any) -> Any:
        return extend_schema(
            operation_id=f"{name}_{verb}",
            tags=[name],
            summary=summary,
            description=description,
            **more,
        )

    return {
        "list": said(
            "list",
            f"List {plural}",
            f"All {plural}, page by page: send `next_cursor` as `cursor` until it is null.",
            parameters=[*list_parameters, *(VIEWED if is_viewed else ())],
            responses={200: OpenApiResponse((listed or answer)(many=True), f"A page of {plural}.")},
            examples=[in_list],
        ),
        "create": said(
            "create",
            f"Create a {noun}",
            "Left out, the slug is made from the name." if key == "slug" else "Its code stays.",
            parameters=[ETAG, LOCATION],
            request=written,
            responses={201: OpenApiResponse(answer, f"The new {noun}.")},
            examples=[sent(body), answered(example, status=201)],
        ),
        "retrieve": said(
            "retrieve",
            f"Read a {noun}",
            f"By id or by {key}.",
            parameters=[
                place,
                *read_parameters,
                *(VIEWED if is_viewed else ()),
                *READ,
                *([MOVED_TO] if redirects else []),
            ],
            responses={
                200: OpenApiResponse(answer, f"The {noun}."),
                **({301: MOVED} if redirects else {}),
                304: UNCHANGED,
            },
            examples=[whole],
        ),
        "update": said(
            "replace",
            f"Replace a {noun}",
            f"Fields that are left out are emptied ({emptied}); the {key} stays as it is.",
            parameters=[place, *consent, *WRITE],
            request=replaced or written,
            responses={200: OpenApiResponse(answer, f"The {noun} as it now is.")},
            examples=[sent({**body, **change}), answered(changed)],
        ),
        "partial_update": said(
            "update",
            f"Change fields of a {noun}",
            "Only the fields that are named are written.",
            parameters=[place, *consent, *WRITE],
            request=patch,
            responses={200: OpenApiResponse(answer, f"The {noun} as it now is.")},
            examples=[sent(change), answered(changed)],
        ),
        "destroy": said(
            "delete",
            f"Delete a {noun}",
            deletion,
            parameters=[place, *delete_consent, IF_MATCH],
            responses={204: OpenApiResponse(description="It is gone.")},
        ),
    }
