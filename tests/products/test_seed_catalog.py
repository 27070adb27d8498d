"""seed_catalog: the same catalog every time, through the same services as any other."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from products.documents import build
from products.models import Brand, Category, Change, Document, Media, Product, Variant
from products.transfer.seeding.goods import NAMES, invent
from tests.products.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def seed(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_catalog", *arguments, stdout=out)
    return out.getvalue()


def contents() -> list[tuple[Any, ...]]:
    """Everything that a seed decides, without ids and instants."""
    return [
        (
            product.slug,
            product.name,
            product.description,
            product.status,
            product.brand and product.brand.slug,
            [category.slug for category in product.categories.all()],
            product.tags,
            product.metadata,
            [
                (
                    v.sku,
                    v.gtin,
                    v.options,
                    v.metadata,
                    [(p.amount, p.compare_at) for p in v.prices.all()],
                )
                for v in product.variants.all()
            ],
            [(m.file.name, m.alt) for m in product.media.all()],
        )
        for product in Product.objects.order_by("slug").prefetch_related(
            "brand", "categories", "variants__prices", "media"
        )
    ]


def test_a_seed_always_gives_the_same_catalog() -> None:
    seed("--products", "30", "--seed", "7")
    first = contents()
    Product.objects.all().delete()
    Brand.objects.all().delete()
    Category.objects.filter(children=None).delete()
    Category.objects.filter(children=None).delete()
    Category.objects.all().delete()
    seed("--products", "30", "--seed", "7")
    assert len(first) == 30
    assert contents() == first


def test_a_smaller_catalog_is_the_start_of_a_larger_one() -> None:
    assert [invent(n, seed=3, currency="EUR") for n in range(5)] == [
        invent(n, seed=3, currency="EUR") for n in range(5)
    ]
    assert invent(4, seed=3, currency="EUR") != invent(4, seed=4, currency="EUR")


def test_no_two_products_of_a_seed_share_a_slug() -> None:
    sample = [*range(0, NAMES, 37), *range(NAMES, 2 * NAMES, 37)]
    slugs = [invent(number, seed=1, currency="USD").slug for number in sample]
    assert [slug for slug, count in Counter(slugs).items() if count > 1] == []


def test_every_product_is_versioned_recorded_and_documented() -> None:
    seed("--products", "25")
    products = set(Product.objects.values_list("pk", flat=True))
    created = Change.objects.filter(event="product.created", version=1, source="command")
    assert set(created.values_list("aggregate_id", flat=True)) == products
    assert set(Document.objects.values_list("product_id", flat=True)) == products
    assert build.drifted(list(products)) == []


def test_most_products_are_published_and_every_picture_is_on_disk() -> None:
    seed("--products", "100")
    statuses = Counter(Product.objects.values_list("status", flat=True))
    assert statuses["published"] > 80
    assert set(statuses) == {"published", "draft", "archived"}
    names = set(Media.objects.values_list("file", flat=True))
    assert 20 < len(names) <= 75
    assert all(default_storage.exists(name) for name in names)
    archived = Variant.objects.filter(is_archived=True).values_list("product__status", flat=True)
    assert set(archived) == {"archived"}


def test_a_catalog_with_products_is_left_alone() -> None:
    seed("--products", "3")
    with pytest.raises(CommandError, match="--add"):
        seed("--products", "3")
    assert Product.objects.count() == 3


def test_add_goes_on_with_the_next_numbers_whatever_the_seed() -> None:
    seed("--products", "3", "--seed", "1")
    seed("--products", "3", "--seed", "1", "--add")
    said = seed("--products", "2", "--seed", "2", "--add")
    assert said.startswith("Made 2 products with seed 2")
    skus = Variant.objects.values_list("sku", flat=True)
    assert {int(sku.split("-")[1]) for sku in skus if sku} == set(range(8))


def test_added_products_may_be_named_like_the_shops_own() -> None:
    ProductFactory.create(slug=invent(1, seed=1, currency="USD").slug)
    seed("--products", "1", "--add")
    assert Product.objects.count() == 2


def test_amounts_have_the_decimals_of_the_currency() -> None:
    def exponents(currency: str) -> set[int]:
        return {
            int(price["amount"].as_tuple().exponent)
            for number in range(20)
            for variant in invent(number, seed=1, currency=currency).variants
            for price in variant["prices"]
        }

    assert exponents("JPY") == {0}
    assert exponents("EUR") == {-2}


@pytest.mark.parametrize("count", ["0", "-1", "x", "1e3", "10000001"])
def test_a_number_of_products_out_of_range_is_refused(count: str) -> None:
    with pytest.raises(CommandError, match=r"a number from 1 to 10,000,000"):
        seed("--products", count)
    assert not Product.objects.exists()
