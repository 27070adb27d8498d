"""How the strict fields look in the schema: as narrow as a pattern can say it."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

SERIALIZERS = "catalog_project.api.serializers"


class TextExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = f"{SERIALIZERS}.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema = {"type": "string"}
        if not self.target.allow_blank:
            schema["pattern"] = r"\S"
        return schema


class MoneyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = f"{SERIALIZERS}.Money"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        places = self.target.decimal_places
        whole = self.target.max_digits - places
        return {
            "type": ["string", "number"],
            "pattern": rf"^0*[0-9]{{1,{whole}}}(\.[0-9]{{1,{places}}})?$",
            "maxLength": 1 + self.target.max_digits,
            "minimum": 0,
            "exclusiveMaximum": 10**whole,
            "examples": ["19.90"],
        }


class ServedMoneyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = f"{SERIALIZERS}.ServedMoney"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        places = self.target.decimal_places
        whole = self.target.max_digits - places
        return {
            "type": "string",
            "format": "decimal",
            "pattern": rf"^[0-9]{{1,{whole}}}\.[0-9]{{2,{places}}}$",
        }


class InstantExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = f"{SERIALIZERS}.Instant"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "examples": ["2026-03-01T09:00:00Z"]}


class FileExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped base
    """A file that is sent; no response of ours has one."""

    target_class = "rest_framework.fields.FileField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
        }
