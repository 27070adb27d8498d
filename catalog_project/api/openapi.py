"""The words that every app uses to describe its operations: examples, headers, refusals."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from catalog_project.api.json_patch import LONGEST_POINTER, MOST_OPERATIONS
from catalog_project.api.problems import PROBLEM_JSON


class FlawSerializer(serializers.Serializer[Any]):
    """One refused place of the input."""

    pointer = serializers.CharField(
        allow_blank=True, help_text="RFC 6901 pointer to the part of the input."
    )
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="A sentence for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `type` leads to the explanation of `code`; some codes add members of their own."""

    type = serializers.CharField(help_text="The address of the explanation (a URI reference).")
    title = serializers.CharField(help_text="The same for every problem of this code.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong this time, and how to mend it.")
    code = serializers.CharField(help_text="Stable; for programs.")
    request_id = serializers.CharField(help_text="Quote it when you report the problem.")
    errors = FlawSerializer(many=True, required=False)  # type: ignore[assignment]  # a field


class PatchOperationSerializer(serializers.Serializer[Any]):
    """One operation of a JSON Patch."""

    op = serializers.ChoiceField(choices=["add", "remove", "replace", "move", "copy", "test"])
    path = serializers.CharField(
        max_length=LONGEST_POINTER, help_text="RFC 6901 pointer into what a PUT would send."
    )
    from_ = serializers.CharField(
        max_length=LONGEST_POINTER, required=False, help_text="Of move and copy."
    )
    value = serializers.JSONField(required=False, help_text="Of add, replace and test.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name.rstrip("_"): each for name, each in fields.items()}


def problems(*statuses: int) -> dict[tuple[int, str], type[ProblemSerializer]]:
    """Refusals of an operation beyond those that the schema derives (see schema.py)."""
    return {(status, PROBLEM_JSON): ProblemSerializer for status in statuses}


def sent(value: object, name: str = "Request", *, media_type: str | None = None) -> OpenApiExample:
    """An example of a request body."""
    return OpenApiExample(name, value=value, request_only=True, media_type=media_type)


def answered(value: object, name: str = "Answer", *, status: int = 200) -> OpenApiExample:
    """An example of a response body."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])


def in_path(name: str, description: str, example: str, **schema: Any) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "string", **schema},
        OpenApiParameter.PATH,
        required=True,
        description=description,
        examples=[OpenApiExample("Example", value=example)],
    )


IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` you read. When somebody has changed it since: 412, and nothing is "
    "written. Without it, the last writer wins, or 428 where CATALOG_REQUIRE_IF_MATCH is on.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` you have. When it still holds: 304 without a body.",
)
PATCH_OPERATIONS: dict[str, Any] = {
    "type": "array",
    "maxItems": MOST_OPERATIONS,
    "items": {"$ref": "#/components/schemas/PatchOperation"},
    "description": "RFC 6902. All operations are done, or none: a `test` that fails is a 409.",
}
ONLY_IF_NEW = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    enum=["*"],
    description="Create it, and change nothing: 412 where it is there already (RFC 9110).",
)
# In the words of the document itself: every write gets it, none has to name it.
IDEMPOTENCY_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    "description": "A key of your own making, such as a UUID. Sent again with the same key within "
    "24 hours, the write is done once and answered as it was, with `Idempotency-Replayed: true`.",
}
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 201, 304],
    required=True,
    description="A strong entity tag: send it as `If-Match` or `If-None-Match`.",
)
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    response=[201],
    required=True,
    description="The address of what was made.",
)
UNCHANGED = OpenApiResponse(description="What the caller has still holds.")
MOVED = OpenApiResponse(
    description="The slug is an old one: `Location` has the address with the new one.",
)
MOVED_TO = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    response=[301],
    required=True,
    description="The same address with the slug of today.",
)
READ = [IF_NONE_MATCH, ETAG]
WRITE = [IF_MATCH, ETAG]
