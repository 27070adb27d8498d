"""How drf-spectacular reads our views: one schema class, the hooks of the settings, the fields.

What is true of every operation is derived here, so that no operation can forget it: the refusals
that are possible, who may call it, objects that take no unknown member. What is said of a single
operation stands in the `documentation` of its app.
"""

from inspect import cleandoc
from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from drf_spectacular.utils import Direction
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from catalog_project.api import schema_fields  # noqa: F401  # registers its extensions
from catalog_project.api.idempotency import METHODS
from catalog_project.api.openapi import (
    IDEMPOTENCY_KEY,
    PATCH_OPERATIONS,
    PatchOperationSerializer,
    ProblemSerializer,
)
from catalog_project.api.parsers import JsonPatchParser, MergePatchParser
from catalog_project.api.pointers import pointer
from catalog_project.api.schema_refusals import REFUSALS, response_component
from catalog_project.api.serializers import StrictSerializer

MAX_32 = 2**31


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = "accounts.authentication.CatalogJWTAuthentication"
    name = "bearer"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of `POST /api/v1/auth/token`, issued and checked as "
            "RFC8725 advises: its algorithm, type, issuer, audience and times are all compared.",
        }


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "apiKey"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "A key of `POST /api/v1/api-keys`, for programs; also accepted as "
            "`Authorization: Bearer cat_live_…`. It needs the scope `<resource>:read` or "
            "`<resource>:write`.",
        }


class CatalogSchema(AutoSchema):
    """What is true of every operation of the API."""

    def get_operation(
        self,
        path: str,
        path_regex: str,
        path_prefix: str,
        method: str,
        registry: ComponentRegistry,
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        if any(each["name"] == "fields" for each in operation.get("parameters", ())):
            self._allow_parts(operation["responses"]["200"])
        if self._is_repeatable():
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        self._state_refusals(operation)
        return operation

    def _is_repeatable(self) -> bool:
        return self.method in METHODS and getattr(self.view, "is_repeatable", False)

    def get_auth(self) -> list[dict[str, Any]]:
        """Token or key; also nothing, where the permissions let an anonymous caller in."""
        return [*super().get_auth(), *([{}] if self._is_open() else [])]

    def _is_open(self) -> bool:
        request = self.view.request
        request.user, request.auth = AnonymousUser(), None
        return all(
            permission.has_permission(request, self.view)
            for permission in self.view.get_permissions()
        )

    def map_parsers(self) -> list[Any]:
        """Not the second name of a PATCH (views.py): generated clients would have two bodies of
        one shape. That of a JSON Patch is another one: see `_get_request_body`."""
        known: list[str] = super().map_parsers()
        other = (MergePatchParser.media_type, JsonPatchParser.media_type)
        return [name for name in known if name not in other]

    def _get_request_body(self, direction: Direction = "request") -> dict[str, Any] | None:
        """A PATCH without a body asks for nothing: that is refused."""
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # untyped base
        if body is not None and self.method == "PATCH":
            body["required"] = True
            if getattr(self.view, "takes_json_patch", False):
                body["content"][JsonPatchParser.media_type] = self._json_patch(body["content"])
        return body

    def _json_patch(self, merge_patch: dict[str, Any]) -> dict[str, Any]:
        """With an example that does what that of the merge patch does."""
        self.resolve_serializer(PatchOperationSerializer, "request")
        schema = self._shared(ResolvedComponent.SCHEMA, "PatchOperations", PATCH_OPERATIONS)
        (example,) = merge_patch["application/json"]["examples"].values()
        operations = [
            {"op": "replace", "path": pointer(name), "value": value}
            for name, value in example["value"].items()
        ]
        return {"schema": schema, "examples": {"Request": {"value": operations}}}

    def get_serializer_name(
        self, serializer: serializers.Serializer[Any], direction: Direction
    ) -> str:
        return super().get_serializer_name(serializer, direction).removesuffix("Response")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # untyped base
        # A parent's docstring speaks to programmers; only a shape's own is about the shape.
        schema.pop("description", None)
        if own_words := type(serializer).__doc__:
            schema["description"] = cleandoc(own_words)
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
            _limit_lists(serializer, schema["properties"])
        else:
            _drop_rules_of_input(schema["properties"])
        if isinstance(serializer, ProblemSerializer):
            schema["additionalProperties"] = True
        return schema

    def _state_refusals(self, operation: dict[str, Any]) -> None:
        """Each possible refusal once, as a reference to the answer that all operations share."""
        responses: dict[str, Any] = operation["responses"]
        named = {int(status) for status in responses if int(status) >= 400}
        self.resolve_serializer(ProblemSerializer, "response")
        for status in sorted(named | self._derived_refusals(operation)):
            responses[str(status)] = self._shared(
                ResolvedComponent.RESPONSE, REFUSALS[status].name, response_component(status)
            )
        operation["responses"] = dict(sorted(responses.items()))

    def _derived_refusals(self, operation: dict[str, Any]) -> set[int]:
        headers = {each["name"] for each in operation.get("parameters", ())}
        knows_callers = any(operation.get("security", ()))
        writes = self.method not in SAFE_METHODS
        conditions = {
            400: True,
            401: knows_callers,
            403: knows_callers,  # also reads: a key without the scope, another channel
            404: "{" in self.path,
            406: True,
            409: knows_callers and writes,
            412: "If-Match" in headers,
            413: "requestBody" in operation,
            414: any(_is_list(each) for each in operation.get("parameters", ())),
            415: "requestBody" in operation,
            422: IDEMPOTENCY_KEY["name"] in headers,
            428: "If-Match" in headers,
            429: True,
            503: True,
        }
        return {status for status, is_possible in conditions.items() if is_possible}

    def _allow_parts(self, response: dict[str, Any]) -> None:
        """With `fields`, an answer is the part of the usual one that was asked for."""
        for content in response["content"].values():
            whole = content["schema"]
            content["schema"] = {"anyOf": [whole, self._part_of(whole)]}

    def _part_of(self, ref: dict[str, str]) -> dict[str, str]:
        name = ref["$ref"].rpartition("/")[2]
        schema = dict(self.registry._components[name, ResolvedComponent.SCHEMA].schema)
        schema["properties"] = dict(schema["properties"])
        items = schema["properties"].get("items")
        if items:
            schema["properties"]["items"] = {**items, "items": self._part_of(items["items"])}
        else:
            schema.pop("required")
            schema["description"] = "The members that `fields` named."
        return self._shared(ResolvedComponent.SCHEMA, f"{name}Part", schema)

    def _shared(self, kind: str, name: str, content: dict[str, Any]) -> dict[str, str]:
        """A reference to this component, which is registered where it was not yet."""
        component = ResolvedComponent(name, kind, content, object=name)  # type: ignore[no-untyped-call]  # untyped
        self.registry.register_on_missing(component)
        return dict(component.ref)


def _is_list(parameter: dict[str, Any]) -> bool:
    """Whether a query can be as long as its caller likes."""
    return parameter["in"] == "query" and parameter["schema"].get("type") in ("array", "object")


def state_integer_widths(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Every integer says how wide it is, so that generated clients choose a type that holds it."""
    _state_widths(result)
    return result


def _state_widths(part: Any) -> None:
    if isinstance(part, dict):
        if "integer" in (part.get("type") or ()):
            part.setdefault("format", "int32" if part.get("maximum", MAX_32) < MAX_32 else "int64")
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        _state_widths(inner)


def _limit_lists(serializer: StrictSerializer, properties: dict[str, Any]) -> None:
    """A list of objects has a limit, too; drf-spectacular knows those of plain values only."""
    for name, field in serializer.fields.items():
        if isinstance(field, serializers.ListSerializer) and (
            most := getattr(field, "max_length", 0)
        ):
            properties[name]["maxItems"] = most


def _drop_rules_of_input(properties: dict[str, Any]) -> None:
    """What a model field refuses is no promise of an answer, and an answer is read only."""
    for name, schema in properties.items():
        schema.pop("readOnly", None)
        if schema.keys() == {"allOf"} and len(schema["allOf"]) == 1:
            properties[name] = schema["allOf"][0]  # the wrapper was there for what went
            continue
        if schema.get("format") != "decimal":
            schema.pop("pattern", None)
