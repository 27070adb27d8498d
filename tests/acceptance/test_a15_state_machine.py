"""Whatever is done to it in whichever order, the catalog is what a dict would be.

Two workers answer. After each step the detail is compared, now and then the list page by page, and
at the end the feed: every change once, in the order of its versions.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)

from catalog_project.models import uuid7
from products.models import Change
from tests.acceptance.callers import http
from tests.acceptance.catalog_model import Answer, Catalog, ModelProduct, Refused
from tests.acceptance.server import wait_until

__all__ = ["http"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.quiet]
PRODUCTS = "/api/v1/products"
NAMES = st.sampled_from(["Chair", "Lamp", "Table"])
FEW = st.sampled_from(["a", "b", "c"])
AMOUNTS = st.sampled_from(["1.00", "2.50", "19.90"])
HELD = st.sampled_from(["none", "current", "stale"])


class CatalogMachine(RuleBasedStateMachine):
    client: httpx.Client
    keys = Bundle("keys")

    @initialize()
    def begin(self) -> None:
        self.mark = uuid4().hex[:8]  # the names of this example are nobody else's
        self.model = Catalog()
        made = self.client.post("/api/v1/brands", json={"name": f"Brand {self.mark}"})
        self.brand = made.json()["id"]
        self.cursor = self.client.get("/api/v1/changes?limit=1").json()["next_cursor"]
        self.ids: dict[tuple[str, str], str] = {}  # product, SKU -> variant

    # --- what is done ---------------------------------------------------------

    @rule(target=keys, name=NAMES, slug=FEW, sku=FEW, amount=AMOUNTS, is_repeated=st.booleans())
    def create(self, name: str, slug: str, sku: str, amount: str, is_repeated: bool) -> str:
        body = {
            "name": name,
            "slug": self.own(slug),
            "brand": self.brand,
            "variants": [{"sku": self.own(sku), "prices": [{"currency": "USD", "amount": amount}]}],
        }
        headers = {"Idempotency-Key": uuid4().hex}
        answer = self.client.post(PRODUCTS, json=body, headers=headers)
        key = answer.json()["id"] if answer.status_code == 201 else str(uuid7())
        product = ModelProduct(self.own(slug), name, skus={self.own(sku): amount})
        self.agree(answer, self.model.create(key, product), key)
        if is_repeated and answer.status_code == 201:
            again = self.client.post(PRODUCTS, json=body, headers=headers)
            assert (again.status_code, again.content) == (201, answer.content)
            assert again.headers["Idempotency-Replayed"] == "true"
        return key

    @rule(target=keys, name=NAMES, slug=FEW)
    def create_under_an_id(self, name: str, slug: str) -> str:
        key = str(uuid7())
        self.put(key, ModelProduct(self.own(slug), name), {"If-None-Match": "*"})
        return key

    @rule(key=keys, name=NAMES)
    def create_again(self, key: str, name: str) -> None:
        self.put(key, ModelProduct(self.own("again"), name), {"If-None-Match": "*"})

    @rule(key=keys, name=NAMES, tags=st.lists(FEW, max_size=2, unique=True), held=HELD)
    def patch(self, key: str, name: str, tags: list[str], held: str) -> None:
        def change(product: ModelProduct) -> None:
            product.name, product.tags = name, tags

        self.write("PATCH", key, change, {"name": name, "tags": tags}, held=held)

    @rule(key=keys, slug=FEW)
    def rename(self, key: str, slug: str) -> None:
        def change(product: ModelProduct) -> None:
            product.slug = self.own(slug)

        self.write("PATCH", key, change, {"slug": self.own(slug)})

    @rule(key=keys, tag=FEW, held=HELD)
    def append(self, key: str, tag: str, held: str) -> None:
        def change(product: ModelProduct) -> None:
            product.tags = list(dict.fromkeys([*product.tags, tag]))

        body = [{"op": "add", "path": "/tags/-", "value": tag}]
        self.write("PATCH", key, change, body, held=held, media_type="application/json-patch+json")

    @rule(key=keys, name=NAMES, held=HELD)
    def replace(self, key: str, name: str, held: str) -> None:
        """It names no variant, so there is none any more."""

        def change(product: ModelProduct) -> None:
            product.name, product.tags, product.skus = name, [], {}

        self.write("PUT", key, change, self.whole(name), held=held)

    @rule(key=keys, sku=FEW, amount=AMOUNTS)
    def add_variant(self, key: str, sku: str, amount: str) -> None:
        wanted, there = self.own(sku), self.model.products.get(key)
        if there is not None and there.status == "archived":
            return  # where SKUs may repeat: a dict of them could not say so

        def change(product: ModelProduct) -> None:
            if wanted in product.skus:
                raise Refused((409, "sku-taken"))
            product.skus[wanted] = amount

        body = {
            "sku": wanted,
            "options": {"Kind": sku},
            "prices": [{"currency": "USD", "amount": amount}],
        }
        self.write("POST", key, change, body, path="/variants", done=201)

    @rule(key=keys, sku=FEW, amount=AMOUNTS)
    def set_price(self, key: str, sku: str, amount: str) -> None:
        wanted = self.own(sku)

        def change(product: ModelProduct) -> None:
            if wanted not in product.skus:
                raise Refused((404, "not-found"))
            product.skus[wanted] = amount

        body = {"prices": [{"currency": "USD", "amount": amount}]}
        self.write("PATCH", key, change, body, path=f"/variants/{self.variant(key, wanted)}")

    @rule(key=keys, sku=FEW)
    def delete_variant(self, key: str, sku: str) -> None:
        wanted = self.own(sku)

        def change(product: ModelProduct) -> None:
            if product.skus.pop(wanted, None) is None:
                raise Refused((404, "not-found"))

        path = f"/variants/{self.variant(key, wanted)}"
        self.write("DELETE", key, change, None, path=path, done=204)

    @rule(key=keys, move=st.sampled_from(["publish", "unpublish", "archive"]), held=HELD)
    def move(self, key: str, move: str, held: str) -> None:
        def change(product: ModelProduct) -> None:
            if product.status == "archived" and move != "archive":
                raise Refused((409, "wrong-status"))
            product.status = {"publish": "published", "unpublish": "draft"}.get(move, "archived")

        self.write("POST", key, change, None, path=f"/{move}", held=held)

    @rule(key=keys)
    def restore(self, key: str) -> None:
        answer = self.client.post(f"{PRODUCTS}/{key}/restore", json={})
        self.agree(answer, self.model.restore(key), key)

    @rule(key=consumes(keys), held=HELD)
    def delete(self, key: str, held: str) -> None:
        expected, headers = self.held(key, held)
        answer = self.client.delete(f"{PRODUCTS}/{key}", headers=headers)
        self.agree(answer, self.model.delete(key, expected=expected), key)

    @rule(changed=st.lists(st.tuples(keys, NAMES), max_size=3), gone=st.lists(keys, max_size=1))
    def bulk(self, changed: list[tuple[str, str]], gone: list[str]) -> None:
        names = {key: name for key, name in changed if key not in gone}
        if not (names or gone):
            return
        items: list[dict[str, Any]] = [
            {"operation": "update", "id": key, "product": {"name": name, "tags": ["bulk"]}}
            for key, name in names.items()
        ]
        items += [{"operation": "delete", "id": key} for key in gone]
        answer = self.client.post(f"{PRODUCTS}/bulk", json={"items": items})

        def renamed(name: str) -> Callable[[ModelProduct], None]:
            def change(product: ModelProduct) -> None:
                product.name, product.tags = name, ["bulk"]

            return change

        writes: dict[str, Any] = dict.fromkeys(gone)  # deletions come first
        writes |= {key: renamed(name) for key, name in names.items()}
        self.agree(answer, self.model.bulk(writes), *writes)

    # --- what is compared -----------------------------------------------------

    @rule(limit=st.integers(1, 3), status=st.sampled_from(["", "draft", "published", "archived"]))
    def list_page_by_page(self, limit: int, status: str) -> None:
        query = f"brand={self.brand}&limit={limit}&total=true" + (
            f"&status={status}" * bool(status)
        )
        found, cursor = [], ""
        while cursor is not None:
            page = self.client.get(f"{PRODUCTS}?{query}{cursor and f'&cursor={cursor}'}").json()
            found += page["items"]
            cursor = page["next_cursor"]
        wanted = {
            key: product.seen()
            for key, product in self.model.products.items()
            if status in ("", product.status)
        }
        assert len(found) == len(wanted)
        assert {each["id"]: shown(each) for each in found} == wanted
        assert page["total"] == {"value": len(wanted), "exact": True}

    def teardown(self) -> None:
        """The feed says each change once, those of one product in their order."""
        if not hasattr(self, "brand"):
            return
        self.list_page_by_page(limit=3, status="")
        known = {key for key, _ in self.model.log}
        told: list[tuple[str, int]] = []

        def read_on() -> bool:
            page = self.client.get(
                "/api/v1/changes",
                params={"types": "product", "limit": 1000, "after": self.cursor},
            ).json()
            self.cursor = page["next_cursor"]
            told.extend((e["id"], e["version"]) for e in page["items"] if e["id"] in known)
            return len(told) >= len(self.model.log)

        wait_until(read_on)
        assert sorted(told) == sorted(self.model.log)
        assert [each for key in known for each in told if each[0] == key] == [
            each for key in known for each in self.model.log if each[0] == key
        ]
        assert Change.objects.filter(aggregate_id__in=known).count() == len(told)

    # --- how ------------------------------------------------------------------

    def own(self, text: str) -> str:
        return f"{text}-{self.mark}"

    def whole(self, name: str) -> dict[str, Any]:
        return {
            "name": name, "description": "", "publish_at": None, "unpublish_at": None,
            "brand": self.brand, "product_type": None, "tax_class": None, "attributes": {},
            "categories": [], "tags": [], "option_names": [], "variants": [], "media": [],
            "metadata": {}, "seo": {},
        }  # fmt: skip

    def put(self, key: str, product: ModelProduct, headers: dict[str, str]) -> None:
        body = {**self.whole(product.name), "slug": product.slug}
        answer = self.client.put(f"{PRODUCTS}/{key}", json=body, headers=headers)
        self.agree(answer, self.model.create(key, product), key)

    def variant(self, key: str, sku: str) -> str:
        """Its id; of one that is not there, any."""
        page = self.client.get(f"{PRODUCTS}/{key}/variants?limit=100").json()
        there = {each["sku"]: each["id"] for each in page.get("items", ())}
        return str(there.get(sku, uuid7()))

    def held(self, key: str, held: str) -> tuple[int | None, dict[str, str]]:
        """The version that the caller names, and how."""
        product = self.model.products.get(key)
        if held == "none" or product is None:
            return None, {}
        version = product.version + (held == "stale")
        return version, {"If-Match": f'"{version}"'}

    def write(
        self,
        method: str,
        key: str,
        change: Callable[[ModelProduct], None],
        body: object,
        *,
        path: str = "",
        held: str = "none",
        media_type: str = "application/json",
        done: int = 200,
    ) -> None:
        expected, headers = self.held(key, held)
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.client.request(
            method,
            f"{PRODUCTS}/{key}{path}",
            content=content,
            headers={**headers, "Content-Type": media_type},
        )
        status, code = self.model.change(key, change, expected=expected)
        self.agree(answer, (done if status == 200 else status, code), key)

    def agree(self, answer: httpx.Response, wanted: Answer, *keys: str) -> None:
        code = answer.json()["code"] if answer.status_code >= 400 else ""
        assert (answer.status_code, code) == wanted, answer.text
        for key in keys:
            found = self.client.get(f"{PRODUCTS}/{key}")
            product = self.model.products.get(key)
            assert found.status_code == (404 if product is None else 200)
            assert product is None or shown(found.json()) == product.seen()


def shown(document: dict[str, Any]) -> dict[str, Any]:
    names = ("slug", "name", "status", "tags", "version")
    amounts = {each["sku"]: each["prices"][0]["amount"] for each in document["variants"]}
    return {**{name: document[name] for name in names}, "skus": amounts}


@pytest.mark.parametrize(
    ("examples", "steps"),
    [(5, 20), pytest.param(200, 50, marks=pytest.mark.soak)],
    ids=["short", "long"],
)
def test_the_catalog_is_what_a_dict_would_be(http: httpx.Client, examples: int, steps: int) -> None:
    machine = type("Machine", (CatalogMachine,), {"client": http})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
