"""Every operation, called for real: each answer is one that the OpenAPI document promises."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.links import Purpose, link_token
from catalog_project.api.pagination import encode_cursor
from products.jobs import make_export, make_feed
from products.transfer.importing.jobs import run_import
from tests.accounts.factories import PASSWORD
from tests.catalog_project.openapi import ensure_documented, operations
from tests.products.pictures import picture

pytestmark = pytest.mark.django_db
API = "/api/v1"


class Judged:
    """Calls the API, judges each answer and remembers what was called."""

    def __init__(self, caller: Any) -> None:
        self.caller = caller
        self.called: set[str] = set()

    def __call__(
        self, method: str, path: str, body: Any = None, *, status: int, **extra: Any
    ) -> Any:
        extra.setdefault("format", "json")
        answer = getattr(self.caller, method)(f"{API}{path}", body, **extra)
        assert answer.status_code == status, answer.content
        self.called.add(ensure_documented(method, f"{API}{path}", answer).id)
        return answer


@pytest.fixture
def call(manager: Any, settings: Any, tmp_path: Any) -> Judged:
    settings.MEDIA_ROOT = settings.IMPORTS_ROOT = tmp_path
    settings.EXPORTS_ROOT = tmp_path / "exports"
    settings.MAIL_ENABLED, settings.PUBLIC_URL = True, "https://catalog.example"
    return Judged(manager)


def whole_product(brand: str, category: str, kind: str) -> dict[str, Any]:
    return {
        "name": "Чашка",
        "description": "Steel under enamel.",
        "publish_at": "2026-01-01T00:00:00+02:00",
        "unpublish_at": None,
        "brand": brand,
        "product_type": kind,
        "tax_class": "books",
        "attributes": {"glaze": ["matt", "clear"], "height": {"value": "9.5", "unit": "cm"}},
        "categories": [category],
        "tags": ["gift"],
        "option_names": ["Color"],
        "variants": [
            {
                "sku": "MUG",
                "gtin": "4006381333931",
                "options": {"Color": "Blue"},
                "attributes": {"fired_at": "2026-01-01T00:00:00Z"},
                "prices": [
                    {"currency": "USD", "amount": "19.9", "compare_at": 25},
                    {"currency": "EUR", "amount": "0.0625"},
                ],
                "metadata": {"kiln": [1, None, {"hot": True}]},
            }
        ],
        "media": [{"url": "https://images.example/mug.jpg", "alt": "A mug"}],
        "metadata": {"nested": {"list": [1.5, "two"]}},
        "seo": {"title": "Mug", "description": ""},
    }


def call_nouns(call: Judged, plural: str, change: dict[str, Any]) -> str:
    """All six operations; answers the id of a row that stays."""
    made = call("post", f"/{plural}", {"name": "Ремесло"}, status=201)
    place = f"/{plural}/{made.json()['slug']}"
    call("get", f"/{plural}", status=200)
    call("get", place, status=200)
    call("get", place, status=304, HTTP_IF_NONE_MATCH=made["ETag"])
    call("put", place, {"name": "Craft", **change}, status=200)
    call("patch", place, change, status=200)
    call("patch", place, change, status=412, HTTP_IF_MATCH='"1"')
    call("delete", place, status=204)
    return str(call("post", f"/{plural}", {"name": "Kept", **change}, status=201).json()["id"])


def call_channels(call: Judged) -> None:
    german = {"code": "de", "name": "German", "fallback": "en"}
    call("post", "/locales", german, status=201)
    call("get", "/locales", status=200)
    call("get", "/locales/de", status=200)
    call("put", "/locales/de", {"code": "de", "name": "Deutsch"}, status=200)
    call("patch", "/locales/de", {"fallback": "en"}, status=200)
    call_nouns(call, "channels", {"locales": ["en", "de"]})
    call("get", "/products?channel=kept", status=200, HTTP_ACCEPT_LANGUAGE="de")
    call("get", "/products?channel=none", status=400)
    call("delete", "/locales/de", status=409)
    call("delete", "/channels/kept", status=204)
    call("delete", "/locales/de", status=204)


def call_tree(call: Judged, category: str) -> None:
    child = call("post", "/categories", {"name": "Below", "parent": category}, status=201).json()
    for query in ("?counts=true", "?tree=kept&depth=2", f"?parent={category}"):
        call("get", f"/categories{query}", status=200)
    place = f"/categories/{child['id']}"
    call("get", f"{place}?counts=true", status=200)
    call("get", f"{place}/ancestors", status=200)
    call("get", f"/categories/{category}/subtree?levels=2&counts=true", status=200)
    call("get", f"/categories/{category}/subtree?levels=13", status=400)
    call("post", f"{place}/move", {"before": category}, status=200)
    call("post", f"{place}/move", {"before": child["id"]}, status=400)
    call("post", f"/categories/{category}/move", {"parent": category}, status=409)


def call_collections(call: Judged) -> None:
    call_nouns(call, "collections", {"position": 3})
    products = [call("post", "/products", {"name": name}, status=201).json() for name in "AB"]
    one, two = (product["id"] for product in products)
    place = "/collections/kept/products"
    call("put", place, {"products": [one]}, status=200)
    call("post", place, {"products": [two], "before": one}, status=200)
    call("post", place, {"products": [two], "before": two}, status=400)
    call("put", place, {"products": []}, status=412, HTTP_IF_MATCH='"1"')
    page = call("get", f"{place}?limit=1&fields=id,collections", status=200).json()
    assert [item["id"] for item in page["items"]] == [two]
    call("get", f"{place}?cursor={page['next_cursor']}&limit=1", status=200)
    call("get", "/products?collection=kept", status=200)
    call("get", "/collections/kept/translations", status=200)
    call("delete", f"{place}/{one}", status=204)
    call("delete", f"{place}/{one}", status=404)
    condition = {"field": "tag", "operator": "is", "value": ["gift"]}
    rule = {"match": "all", "conditions": [condition]}
    call("post", "/collections/rule/preview", {"rule": rule}, status=200)
    call("post", "/collections/rule/preview", {"rule": {}}, status=400)
    made = call("post", "/collections", {"name": "Gifts", "rule": rule}, status=201).json()
    call("patch", f"/collections/{made['id']}", {"status": "published"}, status=200)
    call("put", f"/collections/{made['id']}/products", {"products": []}, status=409)


def call_variants(call: Judged, product: str) -> None:
    made = call("post", f"{product}/variants", {"options": {"Color": "Red"}}, status=201).json()
    place = f"{product}/variants/{made['id']}"
    batch = {"variants": [{"options": {"Color": "Teal"}}, {"options": {"Color": "Ochre"}}]}
    call("post", f"{product}/variants/batch", batch, status=201)
    call("get", f"{product}/variants", status=200)
    call("get", place, status=200)
    call("put", place, {"options": {"Color": "Red"}}, status=200)
    call("patch", place, {"prices": [{"currency": "JPY", "amount": "1500"}]}, status=200)
    call("patch", place, {"prices": [{"currency": "???", "amount": ""}]}, status=400)
    call("delete", place, status=204)
    call("get", place, status=404)


def call_media(call: Judged, product: str) -> None:
    call("post", f"{product}/media", {"url": "https://images.example/a.png"}, status=201)
    file = SimpleUploadedFile("mug.png", picture(), "image/png")
    form = {"file": file, "alt": "A mug", "position": "1"}
    made = call("post", f"{product}/media", form, status=201, format="multipart").json()
    place = f"{product}/media/{made['id']}"
    call("get", f"{product}/media", status=200)
    call("get", place, status=200)
    call("put", place, {"alt": "Blue"}, status=200)
    call("patch", place, {"alt": "Blue mug"}, status=200)
    call("delete", place, status=204)
    refused = SimpleUploadedFile("mug.png", b"no picture", "image/png")
    call("post", f"{product}/media", {"file": refused}, status=400, format="multipart")


def call_types(call: Judged) -> str:
    """Attributes and types; answers the id of a type that stays."""
    options = [{"code": "matt", "label": "Matt"}, {"code": "clear", "label": "Clear"}]
    glaze = {"code": "glaze", "name": "Glaze", "type": "multi_choice", "options": options}
    made = call("post", "/attributes", glaze, status=201)
    place = f"/attributes/{made.json()['code']}"
    call("get", "/attributes", status=200)
    call("get", place, status=200)
    call("put", place, {**glaze, "group": "Make"}, status=200)
    call("patch", place, {"is_filterable": True}, status=200)
    call("patch", place, {"rules": {"min": 1}}, status=400)
    height = {"code": "height", "name": "H", "type": "measurement", "dimension": "length"}
    call("post", "/attributes", height, status=201)
    call("post", "/attributes", {"code": "fired_at", "name": "F", "type": "datetime"}, status=201)
    call("post", "/attributes", {"code": "gone", "name": "Gone", "type": "json"}, status=201)
    call("delete", "/attributes/gone", status=204)
    assigned: list[Any] = [{"code": "glaze", "is_required": True}, {"code": "height"}]
    values = {"name": "Cups", "attributes": [*assigned, {"code": "fired_at", "is_variant": True}]}
    kind = call("post", "/product-types", values, status=201).json()
    call("get", "/product-types", status=200)
    call("get", f"/product-types/{kind['slug']}", status=200)
    call("put", f"/product-types/{kind['id']}", values, status=200)
    call("patch", f"/product-types/{kind['id']}", {"name": "Mugs"}, status=200)
    other = call("post", "/product-types", {"name": "Other"}, status=201).json()
    call("delete", f"/product-types/{other['id']}", status=204)
    return str(kind["id"])


def call_facets(call: Judged) -> None:
    found = call("get", "/products/facets", status=200)
    facets = found.json()["facets"]
    assert {"category", "product_type"} <= {each["name"] for each in facets}
    assert any(each["name"].startswith("attributes.") for each in facets)
    call("get", "/products/facets", status=304, HTTP_IF_NONE_MATCH=found["ETag"])
    call("get", "/products/facets?facets=none&limit=5&attributes.none=1", status=400)


def call_search(call: Judged) -> None:
    call("post", "/products", {"name": "Sieve"}, status=201)
    found = call("get", "/search?q=sieves", status=200)
    assert len(found.json()["items"]) == 1
    call("get", "/search?q=sieves", status=304, HTTP_IF_NONE_MATCH=found["ETag"])
    call("get", "/search?q=&limit=0", status=400)
    found = call("get", "/suggest?q=sieve", status=200)
    assert found.json()["products"][0]["name"] == "Sieve"
    call("get", "/suggest?q=sieve", status=304, HTTP_IF_NONE_MATCH=found["ETag"])


def call_stock(call: Judged, product: str) -> None:
    values = {"code": "berlin-1", "name": "Berlin"}
    made = call("post", "/locations", values, status=201)
    call("post", "/locations", values, status=409)
    call("get", "/locations", status=200)
    call("get", "/locations/berlin-1", status=200)
    call("get", "/locations/berlin-1", status=304, HTTP_IF_NONE_MATCH=made["ETag"])
    call("put", "/locations/berlin-1", values, status=200)
    call("patch", "/locations/berlin-1", {"name": "B"}, status=200)
    call("post", "/locations", {"code": "gone", "name": "Gone"}, status=201)
    call("delete", "/locations/gone", status=204)
    variant = call("get", f"{product}/variants", status=200).json()["items"][0]["id"]
    item = {"variant": variant, "location": "berlin-1"}
    call("post", "/stock/adjust", {"items": [{**item, "delta": 3}]}, status=200)
    call("post", "/stock/adjust", {"items": [{**item, "delta": -4}]}, status=409)
    call("post", "/stock/set", {"items": [{**item, "quantity": 7}]}, status=200)
    moved = {**item, "quantity": 7, "expected_quantity": 9}
    call("post", "/stock/set", {"items": [moved]}, status=409)
    call("post", "/stock/set", {"items": []}, status=400)
    call("get", f"/stock?variant={variant}&location=berlin-1", status=200)
    call("get", "/stock?product=none", status=400)
    call("delete", "/locations/berlin-1", status=409)


def call_values(call: Judged, product: str, kind: str) -> None:
    variant = call("get", f"{product}/variants", status=200).json()["items"][0]["id"]
    call("get", f"{product}/attributes", status=200)
    call("patch", f"{product}/attributes", {"attributes": {"glaze": ["matt"]}}, status=200)
    call("get", f"{product}/translations", status=200)
    call("get", f"{product}/channels", status=200)
    call("get", f"{product}/completeness", status=200)
    listing = {"channel": "default", "publish_at": "2026-01-01T00:00:00Z"}
    call("put", f"{product}/channels", {"channels": [listing]}, status=200)
    call("get", f"{product}/variants/{variant}/attributes", status=200)
    fired = {"attributes": {"fired_at": "2026-01-02T00:00:00Z"}}
    call("patch", f"{product}/variants/{variant}/attributes", fired, status=200)
    call("patch", product, {"attributes": {"height": {"value": "1", "unit": "kg"}}}, status=400)
    call("patch", product, {"product_type": None}, status=409)
    call("delete", "/attributes/glaze", status=409)
    call("delete", f"/product-types/{kind}", status=409)


def call_lists(call: Judged) -> None:
    """Price lists and tax classes; some stay."""
    for plural, body, change in (
        ("price-lists", {"code": "gone", "name": "Gone", "currency": "USD"}, {"priority": 3}),
        ("tax-classes", {"code": "gone", "name": "Gone"}, {"name": "Went"}),
    ):
        place = f"/{plural}/gone"
        call("post", f"/{plural}", body, status=201)
        call("post", f"/{plural}", body, status=409)
        call("get", f"/{plural}", status=200)
        call("get", place, status=200)
        call("put", place, body, status=200)
        call("patch", place, change, status=200)
        call("delete", place, status=204)
    call("post", "/tax-classes", {"code": "books", "name": "Books"}, status=201)
    sale = {"code": "sale", "name": "Sale", "currency": "USD", "valid_from": "2026-01-01T00:00:00Z"}
    call("post", "/price-lists", sale, status=201)


def call_prices(call: Judged, product: str) -> None:
    variant = call("get", f"{product}/variants", status=200).json()["items"][0]["id"]
    period = {"valid_from": "2026-01-01T00:00:00Z", "valid_until": None}
    body = {"variant": variant, "currency": "USD", "amount": "9.5", "min_quantity": 2, **period}
    for price_list in ("base", "sale"):
        made = call("post", f"/price-lists/{price_list}/prices", body, status=201).json()
        call("post", f"/price-lists/{price_list}/prices", body, status=409)
        place = f"/price-lists/{price_list}/prices/{made['id']}"
        call("get", place, status=200)
        call("patch", place, {"amount": "9"}, status=200)
        call("get", f"/price-lists/{price_list}/prices?variant={variant}", status=200)
    shown = call("get", product, status=200).json()["variants"][0]["prices"]
    assert [len(each) for each in shown] == [3, 3, 7]
    call("get", f"{product}?price_as_of=2026-01-01T00:00:00Z", status=200)
    call("get", "/products?price_as_of=2026-01-01T00:00:00Z", status=200)
    call("get", f"{product}/variants/{variant}?price_as_of=2026-01-01T00:00:00Z", status=200)
    call("get", f"{product}/prices?quantity=2&customer_group=resellers", status=200)
    call("get", f"{product}/variants/{variant}/prices", status=200)
    call("get", f"{product}/variants/{variant}/prices?quantity=none", status=400)
    costs = {"costs": [{"currency": "USD", "amount": "8"}]}
    call("put", f"{product}/variants/{variant}/costs", costs, status=200)
    call("get", f"{product}/variants/{variant}/costs", status=200)
    call("delete", place, status=204)


def call_life(call: Judged, product: str) -> None:
    call("patch", product, {"external_ids": [{"system": "erp", "id": "4711"}]}, status=200)
    call("get", f"{product}/external-ids", status=200)
    call("get", "/products?external_id=erp:4711", status=200)
    slug = call("get", product, status=200).json()["slug"]
    call("patch", product, {"slug": "renamed"}, status=200)
    call("get", f"/products/{slug}", status=301)
    copied = {"name": "Another", "sku_suffix": "-2", "media": False}
    call("post", f"{product}/duplicate", copied, status=201)
    call("post", f"{product}/duplicate", copied, status=409)


def call_search_rules(call: Judged, product: str) -> None:
    for plural, body, change in (
        ("synonyms", {"locale": "en", "phrases": ["mug", "cup"]}, {"means": ["beaker"]}),
        (
            "curations",
            {"locale": "en", "query": "Cup", "pinned": [product]},
            {"pinned": [], "excluded": [product]},
        ),
    ):
        place = f"/{plural}/{call('post', f'/{plural}', body, status=201).json()['id']}"
        call("post", f"/{plural}", {**body, "locale": "xx"}, status=400)
        call("get", f"/{plural}", status=200)
        call("get", place, status=200)
        call("put", place, body, status=200)
        call("get", "/search?q=cup&highlight=true", status=200)
        call("patch", place, change, status=200)
        call("delete", place, status=204)


def call_relations(call: Judged, product: str) -> None:
    kind = {"code": "spare-part", "name": "Spare part"}
    call("post", "/relation-kinds", kind, status=201)
    call("get", "/relation-kinds", status=200)
    call("get", "/relation-kinds/spare-part", status=200)
    call("put", "/relation-kinds/spare-part", {"name": "Part", "position": 9}, status=200)
    call("patch", "/relation-kinds/spare-part", {"is_symmetric": True}, status=200)
    lid = call("post", "/products", {"name": "Lid", "status": "published"}, status=201).json()
    items = [{"kind": "spare-part", "product": lid["id"]}]
    call("put", f"{product}/relations", {"items": items}, status=200)
    call("get", f"{product}/relations", status=200)
    call("get", product, status=200)
    call("delete", "/relation-kinds/spare-part", status=409)
    call("put", f"{product}/relations", {"items": []}, status=200)
    call("delete", "/relation-kinds/spare-part", status=204)


def call_products(call: Judged, brand: str, category: str, kind: str) -> None:
    body = whole_product(brand, category, kind)
    made = call("post", "/products", body, status=201).json()
    call("post", "/products", body, status=409)
    product = f"/products/{made['id']}"
    call("get", "/products", status=200)
    call("get", "/products?fields=slug,price_range&total=true&limit=1", status=200)
    call("get", "/products?colour=red", status=400)
    call("get", product, status=200)
    call("get", f"{product}?fields=name", status=200)
    call("put", product, body, status=200)
    call("patch", product, {"brand": None, "media": []}, status=200)
    call_values(call, product, kind)
    call_prices(call, product)
    call_variants(call, product)
    call_stock(call, product)
    call_media(call, product)
    call_life(call, product)
    call_relations(call, product)
    call_search_rules(call, made["id"])
    for action in ("publish", "unpublish", "archive", "restore"):
        call("post", f"{product}/{action}", status=200)
    call("post", f"{product}/restore", status=409)
    call("delete", product, status=204)
    call("get", product, status=404)


def call_auth(call: Judged, user: Any) -> None:
    credentials = {"username": user.username, "password": PASSWORD}
    call("get", "/auth/me", status=200)
    call("post", "/auth/logout-all", status=204)
    call.caller.credentials()
    call("get", "/auth/me", status=401)
    pair = call("post", "/auth/token", credentials, status=200).json()
    call("post", "/auth/token", {**credentials, "password": "wrong"}, status=401)
    call("post", "/auth/token/verify", {"token": pair["access"]}, status=200)
    pair = call("post", "/auth/token/refresh", {"refresh": pair["refresh"]}, status=200).json()
    call("post", "/auth/logout", {"refresh": pair["refresh"]}, status=204)


def call_people(call: Judged, user: Any) -> None:
    asked = {"username": "grace", "email": "grace@example.com", "roles": ["editor"]}
    call("post", "/auth/invitations", asked, status=201)
    call("post", "/auth/invitations", asked, status=409)
    call("post", "/auth/invitations", {**asked, "roles": ["admin"]}, status=403)
    call("post", "/auth/password-reset", {"email": user.email}, status=202)
    link = {"token": link_token(user, Purpose.RESET), "password": PASSWORD}
    call("post", "/auth/password-reset/confirm", {**link, "password": "weak"}, status=400)
    call("post", "/auth/password-reset/confirm", {**link, "token": "reset:x"}, status=400)
    change = {"current_password": PASSWORD, "password": PASSWORD}
    call("post", "/auth/password", {**change, "current_password": "wrong"}, status=400)
    call("post", "/auth/password", change, status=204)


def call_keys(call: Judged) -> None:
    asked = {"name": "import", "scopes": ["products:read"], "networks": ["127.0.0.0/8"]}
    made = call("post", "/api-keys", asked, status=201).json()
    call("post", "/api-keys", {**asked, "scopes": ["x:read"]}, status=400)
    one = f"/api-keys/{made['id']}"
    call("get", "/api-keys", status=200)
    call("get", one, status=200)
    call("patch", one, {"rate": "600/min"}, status=403)  # an admin's
    call("post", f"{one}/rotate", {"overlap_seconds": 60}, status=201)
    call("post", f"{one}/rotate", {}, status=409)
    call("delete", one, status=204)


def call_bulk(call: Judged) -> None:
    made = {"operation": "create", "product": {"name": "In bulk", "slug": "in-bulk"}}
    stale = {"operation": "archive", "slug": "in-bulk", "if_match": '"9"'}
    call("post", "/products/bulk", {"items": [made]}, status=200)
    call("post", "/products/bulk", {"items": [stale]}, status=412)
    call("post", "/products/bulk?policy=per_item", {"items": [made, stale]}, status=207)
    price = {"operation": "set", "sku": "NONE", "currency": "EUR", "amount": "1"}
    call("post", "/prices/bulk?policy=per_item", {"items": [price]}, status=207)
    count = {"operation": "set", "sku": "NONE", "location": "none", "quantity": 1}
    call("post", "/stock/bulk", {"items": [count]}, status=404)
    call("post", "/stock/bulk?policy=per_item", {"items": [count]}, status=207)


def call_changes(call: Judged) -> None:
    page = call("get", "/changes?limit=1", status=200).json()
    call("get", f"/changes?after={page['next_cursor']}&types=brand,product", status=200)
    call("get", "/changes?after=eHg=", status=400)
    far = encode_cursor("changes", [2**50, 1])
    call("get", f"/changes?after={far}", status=410)
    call("get", "/changes/export?types=brand", status=200)
    call("get", "/products/export?status=draft", status=200)
    call_histories(call)
    call_exports(call)


def call_exports(call: Judged) -> None:
    call("get", "/exports/products?format=ndjson&status=draft", status=200)
    call("get", "/exports/products?format=pdf", status=400)
    made = call("post", "/exports", {"format": "ndjson"}, status=202).json()["id"]
    call("get", "/exports", status=200)
    call("get", f"/exports/{made}/file", status=404)
    make_export(made)
    call("get", f"/exports/{made}", status=200)
    call("get", f"/exports/{made}/file", status=200)
    call("delete", f"/exports/{made}", status=204)
    new = {"name": "Google", "format": "google-xml", "address": "google"}
    feed = call("post", "/feeds", new, status=201).json()["id"]
    call("post", "/feeds", new, status=409)
    call("get", "/feeds/google/lacks", status=404)
    make_feed(feed)
    for place in ("/feeds", "/feeds/google", f"/feeds/{feed}/lacks"):
        call("get", place, status=200)
    call("put", "/feeds/google", {**new, "name": "Ours"}, status=200)
    call("patch", "/feeds/google", {"minutes": 30}, status=200)
    call("delete", "/feeds/google", status=204)


def call_histories(call: Judged) -> None:
    for plural in ("brands", "categories", "collections", "attributes", "product-types"):
        row = call("get", f"/{plural}?limit=1", status=200).json()["items"][0]["id"]
        call("get", f"/{plural}/{row}/history", status=200)
        call("get", f"/{plural}/{row}/history/1?compare_with=1", status=200)
        call("post", f"/{plural}/{row}/history/1/revert", status=200)
        call("post", f"/{plural}/{row}/history/99/revert", status=404)
    call("get", "/price-lists/sale/history/1", status=200)
    call("post", "/price-lists/sale/history/1/revert", status=200)
    call("get", "/price-lists/base/history", status=404)  # the base prices are in no list
    made = call("post", "/products", {"name": "Past"}, status=201)
    place = f"/products/{made.json()['id']}"
    asked = call("patch", place, {"name": "Present"}, status=200)["X-Request-ID"]
    page = call("get", f"{place}/history?limit=1", status=200).json()
    call("get", f"{place}/history?cursor={page['next_cursor']}", status=200)
    call("get", f"{place}/history/1", status=200)
    call("post", f"{place}/history/9/revert", status=404)
    call("post", "/changes/undo", {"request_id": asked}, status=200)
    call("post", "/changes/undo", {"request_id": asked}, status=409)
    call("post", f"{place}/history/2/revert", status=200)
    call("delete", place, status=204)


def call_imports(call: Judged) -> None:
    text = "Handle,Title,Variant Price\nstool,Stool,9\nbench,Bench,none\n"

    def form(content: str) -> dict[str, Any]:
        return {"file": SimpleUploadedFile("shop.csv", content.encode()), "format": "shopify"}

    call("post", "/imports", {**form(text), "colour": "red"}, status=400, format="multipart")
    call("post", "/imports", {"url": "http://127.0.0.1/"}, status=400)
    made = call("post", "/imports", form(text), status=201, format="multipart").json()
    place = f"/imports/{made['id']}"
    call("get", f"{place}/refused", status=404)
    run_import(made["id"])
    tag = call("get", place, status=200, HTTP_PREFER="wait=1")["ETag"]
    call("get", place, status=304, HTTP_IF_NONE_MATCH=tag)
    call("get", f"{place}/plan", status=200)
    call("get", f"{place}/remarks", status=200)
    call("get", f"{place}/refused", status=200)
    call("post", f"{place}/start", status=200)
    call("get", f"{place}/plan", status=409)
    call("post", f"{place}/cancel", status=200)
    call("post", f"{place}/cancel", status=409)
    call("get", "/imports", status=200)


def test_every_operation_answers_as_the_document_says(call: Judged, manager: Any) -> None:
    brand = call_nouns(call, "brands", {"description": "By hand."})
    category = call_nouns(call, "categories", {"position": 3})
    call_lists(call)
    call_tree(call, category)
    call_collections(call)
    call_channels(call)
    for place in (f"/brands/{brand}", f"/categories/{category}"):
        call("get", f"{place}/translations", status=200)
    call_products(call, brand, category, call_types(call))
    call_bulk(call)
    call_search(call)
    call_facets(call)
    call_changes(call)
    call_imports(call)
    call_keys(call)
    call_people(call, manager.user)
    call_auth(call, manager.user)
    assert call.called == operations().keys()


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"HTTP_ACCEPT": "text/html"}, {"name": "A"}, 406),
        ({"content_type": "text/plain"}, "name", 415),
        ({"content_type": "application/json"}, "{", 400),
        ({"content_type": "application/json"}, '"' + "x" * (2 * 1024**2) + '"', 413),
    ],
)
def test_refusals_are_documented_problems(
    call: Judged, headers: dict[str, str], body: Any, status: int
) -> None:
    extra = {"format": None if "content_type" in headers else "json", **headers}
    call("post", "/brands", body, status=status, **extra)


def test_who_may_not_is_told_so_in_a_documented_problem(viewer: Any, anonymous: Any) -> None:
    Judged(viewer)("post", "/brands", {"name": "A"}, status=403)
    Judged(anonymous)("post", "/brands", {"name": "A"}, status=401)
