"""What the OpenAPI document says about prices, price lists, tax classes and costs."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from catalog_project.api.openapi import (
    IF_MATCH,
    LOCATION,
    READ,
    UNCHANGED,
    WRITE,
    answered,
    in_path,
    sent,
)
from products.api.costs import CostsInput, CostsResponse
from products.api.documentation.nouns import operations
from products.api.documentation.variants import PRICE_AS_OF, PRODUCT, VARIANT
from products.api.price_answers import VariantPriceHistoryResponse, VariantPriceResponse
from products.api.price_lists import PriceListInput, PriceListPatch, PriceListResponse
from products.api.prices import StoredPriceInput, StoredPricePatch, StoredPriceResponse
from products.api.tax_classes import TaxClassInput, TaxClassPatch, TaxClassResponse
from products.models.price_lists import BASE
from products.models.prices import MAX_QUANTITY

STAMPS = {
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
PRICE_LIST = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e21",
    "code": "wholesale",
    "name": "Wholesale",
    "currency": "USD",
    "channel": None,
    "customer_group": "resellers",
    "priority": 10,
    "valid_from": None,
    "valid_until": None,
    "is_active": True,
    **STAMPS,
}
TAX_CLASS = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e22",
    "code": "reduced",
    "name": "Reduced rate",
    "translations": {},
    **STAMPS,
}
SALE = {
    "currency": "USD",
    "min_quantity": 1,
    "valid_from": "2026-11-27T00:00:00.000000Z",
    "valid_until": "2026-12-01T00:00:00.000000Z",
    "amount": "14.90",
    "compare_at": "19.90",
}
STORED_PRICE = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e23",
    "product": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06",
    "variant": VARIANT["id"],
    "price_list": "wholesale",
    **SALE,
    "created_at": STAMPS["created_at"],
    "updated_at": STAMPS["updated_at"],
}
LISTS = operations(
    "price list",
    "price-lists",
    shapes=(PriceListInput, PriceListPatch, PriceListResponse),
    example=PRICE_LIST,
    key="code",
    change={"priority": 20},
    emptied="channel, customer group, priority and period; it is active",
    deletion="Refused (409) while the list has prices.",
)
TAX_CLASSES = operations(
    "tax class",
    "tax-classes",
    shapes=(TaxClassInput, TaxClassPatch, TaxClassResponse),
    example=TAX_CLASS,
    key="code",
    change={"name": "Reduced rate (books)"},
    emptied="nothing",
    deletion="Refused (409) while a product or a variant has it.",
)

LIST = in_path("price_list", f"The id or the code of the list; `{BASE}`: base prices.", BASE)
PART = in_path("part", "The id of the price.", str(STORED_PRICE["id"]), format="uuid")
OF_VARIANT_ONLY = OpenApiParameter(
    "variant", {"type": "string", "format": "uuid"}, description="Of this variant only."
)
VERSIONS = "The version of the product is that of its prices: `ETag` and `If-Match` speak of it."


def _stored(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"prices_{verb}",
        tags=["prices"],
        summary=summary,
        description=description,
        **more,
    )


STORED = {
    "list": _stored(
        "list",
        "List the prices of a price list",
        f"As they are stored, with those that begin later. `{BASE}` is the list of prices without "
        "one.",
        parameters=[LIST, OF_VARIANT_ONLY],
        responses={200: OpenApiResponse(StoredPriceResponse(many=True), "A page of prices.")},
        examples=[answered(STORED_PRICE)],
    ),
    "create": _stored(
        "create",
        "Add a price",
        "A tier, a price for a while, or a price in a list. Periods of one variant, list, currency "
        "and minimum quantity never overlap: 409 names the period that is there. " + VERSIONS,
        parameters=[LIST, *WRITE, LOCATION],
        request=StoredPriceInput,
        responses={201: OpenApiResponse(StoredPriceResponse, "The new price.")},
        examples=[
            sent({"variant": VARIANT["id"], **SALE}),
            answered(STORED_PRICE, status=201),
        ],
    ),
    "retrieve": _stored(
        "retrieve",
        "Read a stored price",
        VERSIONS,
        parameters=[LIST, PART, *READ],
        responses={200: OpenApiResponse(StoredPriceResponse, "The price."), 304: UNCHANGED},
        examples=[answered(STORED_PRICE)],
    ),
    "partial_update": _stored(
        "update",
        "Change a price",
        "Only the fields that are named are written. " + VERSIONS,
        parameters=[LIST, PART, *WRITE],
        request=StoredPricePatch,
        responses={200: OpenApiResponse(StoredPriceResponse, "The price as it now is.")},
        examples=[sent({"amount": "14.90"}), answered(STORED_PRICE)],
    ),
    "destroy": _stored(
        "delete",
        "Delete a price",
        "Its history stays.",
        parameters=[LIST, PART, IF_MATCH],
        responses={204: OpenApiResponse(description="It is gone.")},
    ),
}

SHOPPER = [
    OpenApiParameter(name, schema, description=description)
    for name, schema, description in (
        (
            "currency",
            {"type": "string", "pattern": "^[A-Z]{3}$"},
            "That of the channel if left out.",
        ),
        ("channel", {"type": "string"}, "The slug of a channel; the default one if left out."),
        (
            "customer_group",
            {"type": "string"},
            "The code of a group of customers. For callers with a role.",
        ),
        (
            "quantity",
            {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY, "default": 1},
            "How many are bought at once.",
        ),
    )
]
ANSWER = {
    "variant": VARIANT["id"],
    "at": "2026-11-28T12:00:00.000000Z",
    "currency": "USD",
    "quantity": 1,
    "price": {
        "amount": "14.90",
        "compare_at": "19.90",
        "min_quantity": 1,
        "price_list": None,
    },
    "lowest_30_days": "14.90",
    "prior_price": "18.90",
}
HISTORY = [{"from": "2026-11-27T00:00:00.000000Z", "until": None, "price": ANSWER["price"]}]


def _answer(operation: str, summary: str, description: str, **more: Any) -> Any:
    return {
        more.pop("verb"): extend_schema(
            operation_id=operation,
            tags=["prices"],
            summary=summary,
            description=description,
            **more,
        )
    }


OF_PRODUCT = _answer(
    "prices_of_product",
    "What a shopper pays for each variant",
    "With the lowest price of 30 days, page by page. The rule is in docs/prices.md.",
    verb="list",
    parameters=[PRODUCT, PRICE_AS_OF, *SHOPPER],
    responses={200: OpenApiResponse(VariantPriceResponse(many=True), "A page of variants.")},
    examples=[answered(ANSWER)],
)
OF_VARIANT = _answer(
    "prices_of_variant",
    "What a shopper pays for a variant, and paid before",
    "With the lowest price of 30 days and the history of 400.",
    verb="retrieve",
    parameters=[
        PRODUCT,
        in_path("variant", "The id of the variant.", VARIANT["id"], format="uuid"),
        PRICE_AS_OF,
        *SHOPPER,
    ],
    responses={200: OpenApiResponse(VariantPriceHistoryResponse, "The price and its history.")},
    examples=[answered({**ANSWER, "history": HISTORY})],
)

COSTS_EXAMPLE = {"costs": [{"currency": "USD", "amount": "8.40"}]}
COSTS_ANSWER = {
    "costs": [{"currency": "USD", "amount": "8.40", "updated_at": STAMPS["updated_at"]}]
}


def _costs(verb: str, summary: str, description: str, **more: Any) -> Any:
    return extend_schema(
        operation_id=f"costs_{verb}",
        tags=["costs"],
        summary=summary,
        description=f"{description} For managers: costs are shown nowhere else.",
        parameters=[
            PRODUCT,
            in_path("variant", "The id of the variant.", VARIANT["id"], format="uuid"),
        ],
        responses={200: OpenApiResponse(CostsResponse, "The costs.")},
        examples=[answered(COSTS_ANSWER), *more.pop("examples", ())],
        **more,
    )


COSTS = {
    "retrieve": _costs("retrieve", "Read what a variant costs the shop", "One per currency."),
    "update": _costs(
        "replace",
        "Say what a variant costs the shop",
        "All of them: a currency that is left out has none any more.",
        request=CostsInput,
        examples=[sent(COSTS_EXAMPLE)],
    ),
}
