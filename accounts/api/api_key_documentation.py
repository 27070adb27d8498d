"""What the OpenAPI document says about API keys, apart from the code that runs."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from accounts.api.api_key_shapes import (
    ApiKeyPatch,
    ApiKeyRequest,
    ApiKeyResponse,
    NewApiKeyResponse,
    RotationRequest,
)
from catalog_project.api.openapi import LOCATION, answered, in_path, problems, sent

TAGS = ["auth"]
ID = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e12"
KEY = in_path("key", "The id of the key.", ID, format="uuid")
SHOWN = {
    "id": ID,
    "owner": "ada",
    "name": "Nightly import",
    "role": "editor",
    "scopes": ["products:read", "products:write"],
    "networks": ["192.0.2.0/24"],
    "channels": [],
    "rate": "",
    "expires_at": "2027-03-01T09:00:00.000000Z",
    "revoked_at": None,
    "last_used_at": "2026-03-02T01:30:00.000000Z",
    "successor": None,
    "created_at": "2026-03-01T09:00:00.000000Z",
}
NEW = {**SHOWN, "last_used_at": None, "key": "cat_live_0197f3c56f0e7c3a9b1d2f4f6a8c0e12_…"}
ASKED = {
    "name": "Nightly import",
    "role": "editor",
    "scopes": ["products:read", "products:write"],
    "networks": ["192.0.2.0/24"],
    "expires_at": "2027-03-01T09:00:00Z",
}

LIST: dict[str, Any] = {
    "operation_id": "auth_keys_list",
    "summary": "List API keys",
    "tags": TAGS,
    "responses": {
        200: OpenApiResponse(ApiKeyResponse(many=True), "A page of keys."),
        **problems(403),
    },
    "examples": [answered(SHOWN)],
}
RETRIEVE: dict[str, Any] = {
    "operation_id": "auth_keys_retrieve",
    "summary": "Read an API key",
    "tags": TAGS,
    "parameters": [KEY],
    "responses": {200: OpenApiResponse(ApiKeyResponse, "The key."), **problems(403)},
    "examples": [answered(SHOWN)],
}
CREATE: dict[str, Any] = {
    "operation_id": "auth_keys_create",
    "summary": "Make an API key",
    "tags": TAGS,
    "parameters": [LOCATION],
    "request": ApiKeyRequest,
    "responses": {201: OpenApiResponse(NewApiKeyResponse, "The key, this once.")},
    "examples": [sent(ASKED), answered(NEW, status=201)],
}
SET_RATE: dict[str, Any] = {
    "operation_id": "auth_keys_update",
    "summary": "Set the rate of an API key",
    "tags": TAGS,
    "parameters": [KEY],
    "request": ApiKeyPatch,
    "responses": {200: OpenApiResponse(ApiKeyResponse, "The key."), **problems(403)},
    "examples": [sent({"rate": "1200/min"}), answered({**SHOWN, "rate": "1200/min"})],
}
ROTATE: dict[str, Any] = {
    "operation_id": "auth_keys_rotate",
    "summary": "Replace an API key",
    "tags": TAGS,
    "parameters": [KEY, LOCATION],
    "request": RotationRequest,
    "responses": {201: OpenApiResponse(NewApiKeyResponse, "The successor, this once.")},
    "examples": [sent({"overlap_seconds": 3600}), answered(NEW, status=201)],
}
REVOKE: dict[str, Any] = {
    "operation_id": "auth_keys_delete",
    "summary": "Revoke an API key",
    "tags": TAGS,
    "parameters": [KEY],
    "responses": {204: OpenApiResponse(description="It is refused from now on.")},
}
