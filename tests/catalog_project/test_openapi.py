"""The OpenAPI document: its names are stable, and what it says of an operation is complete."""

import json
from typing import Any

import pytest
from django.test import Client

from catalog_project.api.schema_refusals import REFUSALS
from products.api.shapes import LEFT_AS_THEY_ARE
from tests.catalog_project.openapi import GOLDEN, document, judge, operations

NAMES = [line.split()[0] for line in GOLDEN.read_text().splitlines()]
each_operation = pytest.mark.parametrize("name", NAMES)
# Everything a written body can be refused for.
WRITE_REFUSALS = {"400", "401", "403", "406", "409", "413", "415", "422", "429", "503"}


def test_operations_keep_their_names_and_addresses() -> None:
    """Clients are generated from these names. After a change that is meant, replace the lines of
    openapi_operations.txt by those that this test prints."""
    now = sorted(str(each) for each in operations().values())
    golden = GOLDEN.read_text().splitlines()
    assert now == golden, "\n".join(["These are the operations now:", *now])


@each_operation
def test_an_operation_says_what_it_does(name: str) -> None:
    facts = operations()[name].facts
    assert facts["summary"]
    assert facts["description"].endswith(".")
    assert facts["tags"] == [name.partition("_")[0]]
    for parameter in facts.get("parameters", ()):
        assert parameter["description"]
    for answer in facts["responses"].values():
        assert "$ref" in answer or answer["description"]


@each_operation
def test_every_body_has_examples_that_keep_to_its_schema(name: str) -> None:
    for body in operations()[name].bodies():
        assert body["examples"]
        for example in body["examples"].values():
            judge(body["schema"]).validate(example["value"])


@each_operation
def test_refusals_are_the_problems_that_all_operations_share(name: str) -> None:
    responses = operations()[name].facts["responses"]
    for status, answer in responses.items():
        if int(status) >= 400:
            assert answer == {"$ref": f"#/components/responses/{REFUSALS[int(status)].name}"}
    assert {"400", "406", "503"} <= responses.keys()


def test_the_example_of_a_refusal_is_a_problem() -> None:
    for shared in document()["components"]["responses"].values():
        (content,) = shared["content"].values()
        judge(content["schema"]).validate(content["examples"]["Problem"]["value"])


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("products_create", set()),
        ("products_update", {"404", "412", "428"}),
        ("media_create", {"404", "412", "428", "507"}),
    ],
)
def test_a_write_names_each_way_to_be_refused(name: str, more: set[str]) -> None:
    responses = operations()[name].facts["responses"]
    assert {status for status in responses if int(status) >= 400} == WRITE_REFUSALS | more


def test_signing_in_needs_no_token_and_may_be_throttled() -> None:
    facts = operations()["auth_token_create"].facts
    assert facts["security"] == [{}]
    throttled = document()["components"]["responses"]["TooManyRequests"]
    assert "429" in facts["responses"]
    assert throttled["headers"]["Retry-After"]["required"] is True


def security_of(name: str) -> Any:
    return operations()[name].facts["security"]


def test_reading_needs_no_token_while_the_catalog_is_public(settings: Any) -> None:
    assert security_of("products_list") == [{"bearer": []}, {"apiKey": []}, {}]
    assert security_of("products_create") == [{"bearer": []}, {"apiKey": []}]
    assert security_of("products_publish") == [{"bearer": []}, {"apiKey": []}]


def test_reading_needs_a_token_when_the_catalog_is_not_public(settings: Any) -> None:
    settings.CATALOG_PUBLIC_READ = False
    document.cache_clear()
    operations.cache_clear()
    try:
        assert security_of("products_list") == [{"bearer": []}, {"apiKey": []}]
    finally:
        document.cache_clear()
        operations.cache_clear()


def test_input_takes_no_unknown_member_and_lists_have_a_limit() -> None:
    schemas = document()["components"]["schemas"]
    written = [name for name in schemas if name.endswith(("Input", "Patch", "Replace", "Create"))]
    assert len(written) >= 20
    for name in written:
        assert schemas[name]["additionalProperties"] is False
    assert schemas["ProductCreate"]["properties"]["variants"]["maxItems"] == 5_000
    assert schemas["VariantInput"]["properties"]["prices"]["maxItems"] == 200


def test_create_replace_and_patch_ask_for_different_members() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["ProductCreate"]["required"] == ["name"]
    assert "required" not in schemas["ProductPatch"]
    assert set(schemas["ProductReplace"]["properties"]) - LEFT_AS_THEY_ARE == set(
        schemas["ProductReplace"]["required"]
    )
    assert "status" in schemas["ProductCreate"]["properties"]
    assert "status" not in schemas["ProductPatch"]["properties"]


@pytest.mark.parametrize("amount", ["19.90", 19.9, 0, "0", "99999999999999.9999"])
def test_an_amount_may_be_sent_as_text_or_number(amount: object) -> None:
    price = {"currency": "USD", "amount": amount}
    judge({"$ref": "#/components/schemas/PriceInput"}).validate(price)


@pytest.mark.parametrize("amount", ["", "1.", "-1", "1e3", "1,5", "0.00001", -1, 1e14, None, True])
def test_an_amount_that_would_be_refused_does_not_fit_the_schema(amount: object) -> None:
    price = {"currency": "USD", "amount": amount}
    assert not judge({"$ref": "#/components/schemas/PriceInput"}).is_valid(price)


def test_a_picture_is_sent_as_json_or_as_a_form() -> None:
    body = operations()["media_create"].facts["requestBody"]
    assert list(body["content"]) == ["application/json", "multipart/form-data"]


def test_parts_of_products_are_promised_only_where_they_can_be_asked_for() -> None:
    name = "#/components/schemas/Product"
    whole = operations()["products_create"].answer(201)["content"]["application/json"]
    either = operations()["products_retrieve"].answer(200)["content"]["application/json"]
    assert whole["schema"] == {"$ref": name}
    assert either["schema"] == {"anyOf": [{"$ref": name}, {"$ref": f"{name}Part"}]}


def test_the_document_names_no_host_and_is_served_as_it_is_generated(client: Client) -> None:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content) == document()
    assert [server["url"] for server in document()["servers"]] == ["/"]
    assert document()["openapi"] == "3.1.0"
