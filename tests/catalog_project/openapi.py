"""The OpenAPI document as tests need it: its operations, and a judge of real answers."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # no stubs are locked

GOLDEN = Path(__file__).with_name("openapi_operations.txt")


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.id} {self.method.upper()} {self.path}"

    def bodies(self) -> Iterator[Mapping[str, Any]]:
        """The media type objects of the request and of every answer that is no refusal."""
        yield from self.facts.get("requestBody", {}).get("content", {}).values()
        for status, answer in self.facts["responses"].items():
            if int(status) < 400:
                yield from answer.get("content", {}).values()

    def answer(self, status: int) -> Mapping[str, Any]:
        """What is promised for this status; a failure when the status is not documented."""
        found: dict[str, Any] = self.facts["responses"][str(status)]
        if "$ref" in found:
            name = found["$ref"].rpartition("/")[2]
            return dict(document()["components"]["responses"][name])
        return found


@cache
def document() -> Mapping[str, Any]:
    """The document, as it is served."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped
    return dict(json.loads(OpenApiJsonRenderer().render(schema)))


@cache
def operations() -> Mapping[str, Operation]:
    found = [
        Operation(facts["operationId"], method, path, facts)
        for path, methods in document()["paths"].items()
        for method, facts in methods.items()
    ]
    return {each.id: each for each in found}


def operation_of(method: str, path: str) -> Operation:
    """The operation that a request to this path is."""
    where = path.partition("?")[0]
    fitting = [
        each
        for each in operations().values()
        if each.method == method.lower()
        and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each.path)), where)
    ]
    return min(fitting, key=lambda each: each.path.count("{"))


def judge(schema: Mapping[str, Any]) -> Draft202012Validator:
    """A validator that also refuses every member that the schema does not name."""
    rules = {**schema, "components": _closed_components()}
    return Draft202012Validator(rules, format_checker=FormatChecker())


def ensure_documented(method: str, path: str, response: Any) -> Operation:
    """Fail unless the answer is one that the document promises, down to the last member."""
    operation = operation_of(method, path)
    promised = operation.answer(response.status_code)
    for name, header in promised.get("headers", {}).items():
        assert not header.get("required") or name in response.headers, f"{operation} without {name}"
    if not response.content:
        assert "content" not in promised, f"{operation} without a body"
        return operation
    content = promised["content"][response.headers["Content-Type"]]
    is_lines = response.headers["Content-Type"] in ("application/x-ndjson", "text/csv")
    body = response.content.decode() if is_lines else json.loads(response.content)
    judge(content["schema"]).validate(body)
    return operation


@cache
def _closed_components() -> Any:
    components = copy.deepcopy(document()["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return components
