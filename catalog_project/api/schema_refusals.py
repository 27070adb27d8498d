"""The answers that refuse, one per status: every operation refers to them."""

from dataclasses import dataclass, field
from typing import Any

from catalog_project.api import problem_types as types
from catalog_project.api.problem_types import ProblemType
from catalog_project.api.problems import DOCS_PATH, PROBLEM_JSON

RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before the request is worth repeating.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }
}
RATE_LIMIT = {
    **RETRY_AFTER,
    "RateLimit-Policy": {
        "description": 'The limit that applies to this caller: `"user";q=600;w=60`.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'What is left of it, and for how many seconds: `"user";r=0;t=41`.',
        "schema": {"type": "string"},
    },
}
CHALLENGE = {
    "WWW-Authenticate": {
        "description": "How to sign in (RFC 6750).",
        "required": True,
        "schema": {"type": "string"},
    }
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A shared response: its component's name, an example of its problem, its headers."""

    name: str
    example: ProblemType
    members: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)


STALE = ProblemType(
    412,
    "stale-version",
    "Somebody changed it since you read it",
    "The `If-Match` header names an older version.",
    "",
)
UNCONDITIONAL = ProblemType(
    428,
    "precondition-required",
    "The write does not say which version it is about",
    "`CATALOG_REQUIRE_IF_MATCH` is on, and there is no `If-Match` header.",
    "",
)
NO_ROOM = ProblemType(
    507,
    "storage-failed",
    "The file could not be stored: the disk is full or not writable",
    "The service has no room for the file. Nothing was changed.",
    "",
)
FORGOTTEN = ProblemType(
    410,
    "changes-forgotten",
    "The feed does not go back that far",
    "The changes after this cursor are forgotten: start over with the export.",
    "",
)
REUSED = ProblemType(
    422,
    "idempotency-key-reused",
    "Another request had this Idempotency-Key",
    "Method, address, If-Match or body differ from the request that had this key first.",
    "",
)
FLAW = {
    "pointer": "/name",
    "code": "unknown-field",
    "detail": 'Unknown field. Did you mean "name"?',
}

REFUSALS = {
    400: Refusal("BadRequest", types.VALIDATION_FAILED, {"errors": [{**FLAW, "pointer": "/nmae"}]}),
    401: Refusal("Unauthorized", types.NOT_AUTHENTICATED, headers=CHALLENGE),
    403: Refusal("Forbidden", types.PERMISSION_DENIED),
    404: Refusal("NotFound", types.NOT_FOUND),
    406: Refusal("NotAcceptable", types.NOT_ACCEPTABLE),
    409: Refusal("Conflict", types.CONFLICT),
    410: Refusal("Gone", FORGOTTEN),
    412: Refusal(
        "PreconditionFailed",
        STALE,
        {
            "current_version": 4,
            "current_etag": '"4"',
            "changed": ["name"],
            "changes": [
                {
                    "version": 4,
                    "event": "product.updated",
                    "at": "2026-03-01T09:30:00Z",
                    "by": "ada",
                }
            ],
        },
    ),
    413: Refusal("ContentTooLarge", types.CONTENT_TOO_LARGE, {"limit": 2_097_152}),
    414: Refusal("AddressTooLong", types.ADDRESS_TOO_LONG),
    415: Refusal("UnsupportedMediaType", types.UNSUPPORTED_MEDIA_TYPE),
    422: Refusal("UnprocessableContent", REUSED),
    428: Refusal("PreconditionRequired", UNCONDITIONAL),
    429: Refusal("TooManyRequests", types.TOO_MANY_REQUESTS, headers=RATE_LIMIT),
    503: Refusal("ServiceUnavailable", types.DATABASE_UNAVAILABLE, headers=RETRY_AFTER),
    507: Refusal("InsufficientStorage", NO_ROOM),
}


def response_component(status: int) -> dict[str, Any]:
    refusal = REFUSALS[status]
    kind = refusal.example
    example = {
        "type": f"https://catalog.example{DOCS_PATH}#{kind.code}",
        "title": kind.title,
        "status": status,
        "detail": kind.meaning,
        "code": kind.code,
        "request_id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12",
        **refusal.members,
    }
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {"Problem": {"value": example}},
    }
    made: dict[str, Any] = {"description": f"{kind.title}.", "content": {PROBLEM_JSON: content}}
    if refusal.headers:
        made["headers"] = refusal.headers
    return made
