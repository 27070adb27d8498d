"""A list asks the database as often for fifty rows as for one. Lists with a test of their own for
that, in the module of their noun, are named here; a new list is missing until somebody does."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey, User
from products.models import (
    Brand,
    CuratedProduct,
    Curation,
    Export,
    Feed,
    ImportJob,
    Locale,
    Location,
    Media,
    Price,
    PriceList,
    Product,
    RelationKind,
    Synonym,
    TaxClass,
    Variant,
    VariantMedia,
)
from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Caller
from tests.catalog_project.openapi import GOLDEN
from tests.products.factories import FeedFactory, PriceListFactory, ProductFactory

pytestmark = pytest.mark.django_db
IN_THEIR_MODULES = {
    "attributes_list",
    "categories_list",
    "changes_list",
    "channels_list",
    "collections_list",
    "collections_list_products",
    "locales_list",
    "products_list",
    "stock_list",
    "types_list",
    "variants_list",
}


class World:
    """One product with a variant; `grow` makes more rows of everything that is listed here."""

    def __init__(self) -> None:
        self.owner: User = UserFactory.create(admin=True)
        self.sale = PriceListFactory.create(code="sale")
        self.product: Product = ProductFactory.create()
        self.variant: Variant = self.product.variants.get()
        self.lists = {
            "auth_keys_list": "/api-keys",
            "brands_list": "/brands",
            "classes_list": "/tax-classes",
            "curations_list": "/curations",
            "exports_list": "/exports",
            "feeds_list": "/feeds",
            "imports_list": "/imports",
            "kinds_list": "/relation-kinds",
            "lists_list": "/price-lists",
            "locations_list": "/locations",
            "media_list": f"/products/{self.product.pk}/media",
            "prices_list": "/price-lists/sale/prices",
            "synonyms_list": "/synonyms",
        }

    def grow(self, names: range) -> None:
        keys: Any = {"owner": self.owner, "role": "admin", "scopes": ["products:read"]}
        ApiKey.objects.bulk_create(ApiKey(name=f"k{n}", **keys) for n in names)
        nouns: Any = (TaxClass, RelationKind, Location)
        for noun in nouns:
            noun.objects.bulk_create(noun(code=f"n{n}", name="N") for n in names)
        Brand.objects.bulk_create(Brand(slug=f"n{n}", name="N") for n in names)
        PriceList.objects.bulk_create(
            PriceList(code=f"n{n}", name="N", currency="USD") for n in names
        )
        facts: Any = {"variant": self.variant, "price_list": self.sale, "currency": "USD"}
        Price.objects.bulk_create(Price(min_quantity=2 + n, amount=1, **facts) for n in names)
        rules: Any = {"locale": Locale.objects.get()}
        Synonym.objects.bulk_create(Synonym(phrases=["a", f"b{n}"], **rules) for n in names)
        curations = [Curation(query=f"q{n}", words=f"q{n}", **rules) for n in names]
        Curation.objects.bulk_create(curations)
        CuratedProduct.objects.bulk_create(
            CuratedProduct(curation=row, product=self.product) for row in curations
        )
        Export.objects.bulk_create(Export(format="csv") for _ in names)
        Feed.objects.bulk_create(FeedFactory.build(address=f"n{n}") for n in names)
        evidence = {"certainty": 100, "reason": "It was named."}
        brought: Any = {"format": "shopify", "file_name": "shop.csv", "evidence": evidence}
        ImportJob.objects.bulk_create(ImportJob(request_id=f"r{n}", **brought) for n in names)
        media = [Media(product=self.product, source_url=f"https://a.example/{n}") for n in names]
        Media.objects.bulk_create(media)
        VariantMedia.objects.bulk_create(
            VariantMedia(variant=self.variant, media=row, product=self.product) for row in media
        )

    def costs(self) -> dict[str, tuple[int, int]]:
        """Of each list: how many rows it answered, in how many statements."""
        caller, found = Caller(self.owner), {}
        for name, path in self.lists.items():
            with CaptureQueriesContext(connection) as queries:
                answer = caller.get(f"/api/v1{path}?limit=100")
            assert answer.status_code == 200, (name, answer.content)
            found[name] = len(answer.json()["items"]), len(queries)
        return found


def test_every_list_is_tested_for_what_it_costs() -> None:
    reads = [line.split()[0] for line in GOLDEN.read_text().splitlines() if " GET " in line]
    lists = {name for name in reads if name.endswith(("_list", "_list_products"))}
    world = World()
    assert lists - IN_THEIR_MODULES - world.lists.keys() == set()


def test_fifty_rows_take_as_many_statements_as_one() -> None:
    world = World()
    world.grow(range(1))
    world.costs()  # what is remembered from the first request on
    few = world.costs()
    world.grow(range(1, 50))
    many = world.costs()
    for name, (rows, statements) in many.items():
        assert rows >= 50, name
        assert (name, statements) == (name, few[name][1])
