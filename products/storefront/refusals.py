"""A problem document -> a page that says what went wrong, and where to go on."""

from collections.abc import Mapping
from typing import Any

from products.storefront.shop import Shop


def refusal_context(problem: Mapping[str, Any], shop: Shop, *, is_product: bool) -> dict[str, Any]:
    """No query: the database may be what is missing."""
    status, words = problem["status"], shop.words
    known = {
        401: (words["needs_login"], words["needs_login_hint"]),
        503: (words["unavailable"], words["unavailable_hint"]),
    }
    if is_product:
        known[404] = (words["not_here"], words["not_here_hint"])
    fallback = (words.english(problem["title"]), words.english(problem["detail"]))
    if status == 400:  # each flaw says what is wrong
        fallback = (words["wrong_address"], "" if "errors" in problem else fallback[1])
    heading, text = known.get(status, fallback)
    return {
        "shop": shop,
        "status": status,
        "heading": heading,
        "text": text,
        "flaws": [
            {"name": each["pointer"].lstrip("/"), "text": words.english(each["detail"])}
            for each in problem.get("errors", ())
        ],
        "request_id": problem["request_id"],
        "is_login": status == 401,
    }
