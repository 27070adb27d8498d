"""One row of everything, found again through the API itself: a new route needs no line here.

A test that meets a collection without a row fails and says so; `furnish` is where it is made.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from django.db import connection

from products.jobs import make_export, make_feed
from products.models import ImportJob
from products.services.collection_members import replace_products
from products.transfer.importing.handing_in import hand_in
from products.transfer.importing.jobs import plan_import, run_import
from products.transfer.importing.policies import Policy, Reading
from tests.accounts.factories import SYSTEM
from tests.accounts.fixtures import Caller
from tests.catalog_project.openapi import Operation, document, operations
from tests.products.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    CurationFactory,
    ExportFactory,
    FeedFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    SynonymFactory,
    price,
)

# What is written because somebody asked, not because something was changed.
LOGS = {"accounts_loginfailures", "django_session", "procrastinate_workers"}
SAFE = frozenset({"get", "head", "options"})
# Addresses that answer nobody who does not say what is looked for.
NEEDED = {
    **dict.fromkeys(("/api/v1/search", "/api/v1/suggest"), "?q=lamp"),
    "/api/v1/exports/products": "?format=ndjson",
}


def furnish(**values: Any) -> Any:
    """A product with one of everything that products have, and a row of each other noun."""
    attribute = AttributeFactory.create()
    kind = ProductTypeFactory.create(attributes=[attribute])
    listed = price("8", price_list=PriceListFactory.create().code)
    product = ProductFactory.create(
        **{
            "variants": [{"prices": [price("9"), listed]}],
            "brand": BrandFactory.create(),
            "categories": [CategoryFactory.create()],
            "product_type": kind,
            "media": [{"url": "https://images.example/lamp.png"}],
            **values,
        }
    )
    collection = CollectionFactory.create(status="published")
    replace_products(collection.pk, products=[product.pk], expected_version=None, actor=SYSTEM)
    bring_file()
    make_export(str(ExportFactory.create().pk))
    make_feed(str(FeedFactory.create().pk))
    CurationFactory.create(pinned=[product])
    SynonymFactory.create()
    return product


SHOP = b"Handle,Title,Body (HTML),Variant Price\nstool,Stool,,9\nbench,Bench,,nine\n"


def bring_file(content: bytes = SHOP) -> ImportJob:
    """An import that waits with a plan: as it is here, of one new product and a refused one."""
    job = hand_in(
        BytesIO(content),
        file_name="shop.csv",
        reading=Reading(currency="EUR"),
        policy=Policy(),
        begin=plan_import,
        actor=SYSTEM,
    )
    run_import(job.pk)
    return job


class Addresses:
    """The address of an operation, with the names of rows that this caller may see."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.known: dict[str, str] = {}

    def settle(self) -> "Addresses":
        """Have a row in every collection now, so that none is made between two dumps."""
        for each in operations().values():
            self.of(each.path)
        return self

    def of(self, path: str) -> str:
        """`/api/v1/brands/{key}` with the id of a brand, and so on, from left to right."""
        while found := re.search(r"\{\w+\}", path):
            collection = path[: found.start()].rstrip("/")
            path = f"{collection}/{self._first(collection)}{path[found.end() :]}"
        return path + NEEDED.get(path, "")

    def _first(self, collection: str) -> str:
        if collection not in self.known:
            answer = self.caller.get(collection)
            assert answer.status_code == 200, f"{collection} answers {answer.status_code}"
            items = answer.json()["items"] or [self._made(collection)]
            self.known[collection] = str(items[0].get("id") or items[0]["version"])
        return self.known[collection]

    def _made(self, collection: str) -> Any:
        """A row out of the documented example of its creation."""
        for each in operations().values():
            if each.method == "post" and re.sub(r"\{\w+\}", "[^/]+", each.path) == collection:
                made = self.caller.post(collection, example_of(each), format="json")
                if made.status_code == 201:
                    return made.json()
        raise AssertionError(f"{collection} has no row: make one in {__name__}.furnish")


def writes(known: Mapping[str, Operation]) -> list[Operation]:
    return [each for each in known.values() if each.method not in SAFE]


def example_of(operation: Operation, media_type: str = "application/json") -> dict[str, Any]:
    """The documented example of a body; empty for an operation that takes none."""
    body = operation.facts.get("requestBody", {}).get("content", {}).get(media_type)
    if body is None:
        return {}
    return dict(next(iter(body["examples"].values()))["value"])


def schema_of(operation: Operation, media_type: str = "application/json") -> dict[str, Any]:
    content = operation.facts.get("requestBody", {}).get("content", {})
    return resolved(content.get(media_type, {}).get("schema", {"type": "object"}))


def resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, and behind the wrapper of a nullable one."""
    for wrapper in ("allOf", "anyOf", "oneOf"):
        if wrapper in schema:
            return resolved(schema[wrapper][0])
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return dict(schema)


def objects_in(schema: Mapping[str, Any], steps: tuple[str, ...] = ()) -> Iterator[Any]:
    """Every place in a body where an object with named members stands, with its schema.

    `("variants", "0", "prices", "0")` is the price of a variant.
    """
    schema = resolved(schema)
    if "properties" in schema or not steps:
        yield steps, schema
    for name, member in schema.get("properties", {}).items():
        inner, path = resolved(member), (*steps, name)
        if "items" in inner:
            inner, path = resolved(inner["items"]), (*path, "0")
        if "properties" in inner:
            yield from objects_in(inner, path)


def dump() -> dict[str, str]:
    """A fingerprint of every row of each table: equal where nothing at all was written."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - LOGS)
        rows = " UNION ALL ".join(
            f"SELECT '{table}', coalesce(string_agg(t::text, '|' ORDER BY t::text), '')"
            f' FROM "{table}" AS t'
            for table in tables
        )
        cursor.execute(rows)
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in cursor.fetchall()}
