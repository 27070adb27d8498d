"""PATCH is a JSON Merge Patch: objects change member by member, everything else as a whole."""

from typing import Any

import pytest

from products.services.merge_patch import merge_patched
from tests.accounts.fixtures import Caller
from tests.products.factories import ProductFactory

MERGE_PATCH = "application/merge-patch+json"
# RFC 7396, appendix A: target, patch, result.
RFC = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), RFC)
def test_every_example_of_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert merge_patched(target, patch) == result


def patched(editor: Caller, path: str, body: object, **options: Any) -> Any:
    answer = editor.patch(f"/api/v1/products/{path}", body, **options)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.django_db
class TestOfTheCatalog:
    def test_metadata_changes_member_by_member(self, editor: Caller) -> None:
        product = ProductFactory.create(metadata={"erp": {"id": 7, "plant": "B"}, "old": 1})
        body = {"metadata": {"erp": {"plant": "C"}, "old": None, "new": [1, None]}}
        found = patched(editor, str(product.pk), body, content_type=MERGE_PATCH)
        assert found["metadata"] == {"erp": {"id": 7, "plant": "C"}, "new": [1, None]}
        assert found["name"] == product.name
        again = patched(editor, str(product.pk), {"metadata": {"new": None}})  # plain JSON, too
        assert again["metadata"] == {"erp": {"id": 7, "plant": "C"}}

    def test_so_do_metadata_and_options_of_a_variant(self, editor: Caller) -> None:
        options = {"Color": "Red", "Size": "M"}
        product = ProductFactory.create(
            variants=[{"options": options, "metadata": {"bin": "A", "row": 3}}]
        )
        path = f"{product.pk}/variants/{product.variants.get().pk}"
        body = {"options": {"Size": "L", "Fit": "Slim"}, "metadata": {"row": None}}
        found = patched(editor, path, body, content_type=MERGE_PATCH)
        assert found["options"] == {"Color": "Red", "Size": "L", "Fit": "Slim"}
        assert found["metadata"] == {"bin": "A"}
        found = patched(editor, path, {"options": {"Color": None, "Fit": None}})
        assert found["options"] == {"Size": "L"}

    def test_a_member_that_is_not_there_goes_without_a_word(self, editor: Caller) -> None:
        product = ProductFactory.create(metadata={"a": 1})
        found = patched(editor, str(product.pk), {"metadata": {"b": None}})
        assert (found["metadata"], found["version"]) == ({"a": 1}, 1)

    def test_what_grows_too_large_is_refused(self, editor: Caller) -> None:
        product = ProductFactory.create(metadata={"a": "x" * 10_000})
        answer = editor.patch(f"/api/v1/products/{product.pk}", {"metadata": {"b": "x" * 10_000}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/metadata")
        product.refresh_from_db()
        assert product.metadata == {"a": "x" * 10_000}

    def test_only_a_patch_is_called_one(self, editor: Caller) -> None:
        answer = editor.post("/api/v1/products", {"name": "Lamp"}, content_type=MERGE_PATCH)
        assert answer.status_code == 415

    def test_a_patch_without_a_body_is_refused(self, editor: Caller) -> None:
        product = ProductFactory.create()
        answer = editor.generic("PATCH", f"/api/v1/products/{product.pk}", "")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
        assert answer.json()["detail"] == "Send an object with what shall change."
