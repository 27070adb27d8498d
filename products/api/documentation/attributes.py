"""What the OpenAPI document says about attributes, and about values as they were written."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import READ, UNCHANGED, WRITE, answered, in_path, sent
from products.api.attribute_values import ValuesPatch, ValuesResponse
from products.api.attributes import AttributeInput, AttributePatch, AttributeResponse
from products.api.documentation.nouns import operations
from products.api.documentation.variants import PRODUCT, VARIANT

ACCEPT_LOSS = OpenApiParameter(
    "accept_loss",
    {"type": "boolean", "default": False},
    description="Where products have values that the change takes away, the answer is 409 with "
    "their number and some examples in `losses`. Send it again with `true` to lose them.",
)
ATTRIBUTE: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e07",
    "code": "material",
    "name": "Material",
    "type": "choice",
    "dimension": "",
    "is_filterable": True,
    "is_searchable": True,
    "is_localizable": False,
    "is_per_channel": False,
    "rules": {},
    "group": "Make",
    "position": 0,
    "translations": {"de": {"name": "Werkstoff"}},
    "options": [
        {"code": "enamel", "label": "Enamel", "translations": {"de": {"label": "Emaille"}}},
        {"code": "steel", "label": "Steel", "translations": {}},
    ],
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
SHOWN = {
    "code": "material",
    "name": "Material",
    "type": "choice",
    "group": "Make",
    "value": "enamel",
    "labels": ["Enamel"],
}
OPERATIONS = operations(
    "attribute",
    "attributes",
    shapes=(AttributeInput, AttributePatch, AttributeResponse),
    example=ATTRIBUTE,
    key="code",
    change={"name": "Made of"},
    emptied="the flags, rules, group, translations and options",
    deletion="Refused (409) while a type has it or a product has a value, unless `accept_loss`; "
    "and while a rule of a collection asks for it.",
    consent=(ACCEPT_LOSS,),
    delete_consent=(ACCEPT_LOSS,),
)


VALUES = {
    "product_type": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e08",
    "attributes": {"material": "enamel"},
}


def _values(operation: str, summary: str, *parameters: OpenApiParameter) -> Any:
    return extend_schema(
        operation_id=operation,
        tags=["values"],
        summary=summary,
        description="As they were written, with every locale and channel; a product and its "
        "document show those of one locale and one channel. Who is limited to channels gets the "
        "values of those.",
        parameters=[PRODUCT, *parameters, *READ],
        responses={200: OpenApiResponse(ValuesResponse, "The values."), 304: UNCHANGED},
        examples=[answered(VALUES)],
    )


def _change(operation: str, summary: str, *parameters: OpenApiParameter) -> Any:
    return extend_schema(
        operation_id=operation,
        tags=["values"],
        summary=summary,
        description="The values that are named, and of a value per channel the channels that are "
        "named; null takes one away. A caller who is limited to channels changes values of those "
        "alone. Needs the role editor.",
        parameters=[PRODUCT, *parameters, *WRITE],
        request=ValuesPatch,
        responses={200: OpenApiResponse(ValuesResponse, "The values as they now are.")},
        examples=[sent({"attributes": {"material": "enamel"}}), answered(VALUES)],
    )


OF_PRODUCT = {
    "retrieve": _values("values_of_product", "Read all attribute values of a product"),
    "partial_update": _change("values_of_product_update", "Change attribute values of a product"),
}
ONE = in_path("variant", "The id of the variant.", VARIANT["id"], format="uuid")
OF_VARIANT = {
    "retrieve": _values("values_of_variant", "Read all attribute values of a variant", ONE),
    "partial_update": _change(
        "values_of_variant_update", "Change attribute values of a variant", ONE
    ),
}
