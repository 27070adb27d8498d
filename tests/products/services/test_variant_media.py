"""Some of its product's media show a variant, in its own order; one picture may show many."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from products.changes.parts import WHOLE
from products.errors import UnknownReference
from products.models import Change, Media, Product, Variant, VariantMedia
from products.services.catalog_check import check_products
from products.services.media import delete_media
from products.services.products import create_products, delete_product, update_product
from products.services.variant_batches import create_variants
from products.services.variants import delete_variant, update_variant
from tests.products.factories import SYSTEM, ProductFactory
from tests.products.transfer.records import record, write

pytestmark = pytest.mark.django_db
ANYHOW: Any = {"expected_version": None, "actor": SYSTEM}


def url(n: int) -> str:
    return f"https://images.example/{n}.jpg"


def shirt(variants: int = 2, **named: list[int]) -> Product:
    """With three pictures; `v0=[2, 0]` are those that show its first variant, by URL."""
    return ProductFactory.create(
        media=[{"url": url(n)} for n in range(3)],
        variants=[
            {"options": {"N": str(n)}, "media": [url(each) for each in named.get(f"v{n}", [])]}
            for n in range(variants)
        ],
    )


def shown(product: Product) -> dict[str, list[int]]:
    """Option -> the numbers of the pictures, in their order."""
    return {
        variant.options["N"]: [
            int(row.media.source_url[-5]) for row in variant.shown_by.order_by("position")
        ]
        for variant in product.variants.order_by("position")
    }


def ids(product: Product) -> list[UUID]:
    return list(product.media.values_list("pk", flat=True))


def ensure_whole() -> None:
    assert list(check_products(list(Product.objects.values_list("pk", flat=True)))) == []


def test_one_picture_shows_several_variants_and_one_variant_has_several() -> None:
    product = shirt(v0=[2, 0], v1=[2])
    assert shown(product) == {"0": [2, 0], "1": [2]}
    first, second = product.variants.order_by("position")
    keys = ids(product)
    # By id and by URL alike, and each once.
    named: Any = [keys[1], url(2), keys[2]]
    update_variant(product.pk, second.pk, values={"media": named}, **ANYHOW)
    assert shown(product) == {"0": [2, 0], "1": [1, 2]}
    last = Change.objects.filter(aggregate_id=product.pk).latest("version")
    assert [each["media"] for each in last.snapshot["variants"]] == [
        [str(keys[2]), str(keys[0])],
        [str(keys[1]), str(keys[2])],
    ]
    update_variant(product.pk, second.pk, values={"media": [keys[1], keys[2]]}, **ANYHOW)
    assert Change.objects.filter(aggregate_id=product.pk).latest("version") == last  # nothing new
    update_variant(product.pk, first.pk, values={"media": []}, **ANYHOW)
    create_variants(
        product.pk, items=[{"options": {"N": "9"}, "media": [keys[0], url(1)]}], **ANYHOW
    )
    assert shown(product) == {"0": [], "1": [1, 2], "9": [0, 1]}
    ensure_whole()


def test_the_whole_list_names_pictures_that_come_with_it() -> None:
    product = shirt(v0=[0], v1=[1])
    first, second = product.variants.order_by("position")
    values: Any = {
        "media": [{"url": url(7)}, {"url": url(1)}],
        "variants": [{"id": first.pk, "media": [url(7), url(1)]}, {"id": second.pk}],
    }
    update_product(product.pk, values=values, may_publish=True, **ANYHOW)
    assert shown(product) == {"0": [7, 1], "1": [1]}
    ensure_whole()


@pytest.mark.parametrize("name", [url(9), "nonsense", None])
def test_what_is_no_picture_of_the_product_shows_none_of_its_variants(name: str | None) -> None:
    product, other = shirt(v0=[0]), shirt()
    variant = product.variants.order_by("position")[1]
    foreign = name or ids(other)[0]
    before = Change.objects.count()
    calls: dict[str, Any] = {
        "/media/1": lambda: update_variant(
            product.pk, variant.pk, values={"media": [url(0), foreign]}, **ANYHOW
        ),
        "/variants/0/media/0": lambda: create_variants(
            product.pk, items=[{"options": {"N": "9"}, "media": [foreign]}], **ANYHOW
        ),
        "/variants/1/media/0": lambda: create_products(
            [{"name": "New", "variants": [{}, {"options": {"N": "1"}, "media": [foreign]}]}],
            actor=SYSTEM,
        ),
    }
    for pointer, call in calls.items():
        with pytest.raises(UnknownReference) as refused:
            call()
        assert refused.value.pointer == pointer
    assert shown(product) == {"0": [0], "1": []}
    assert Change.objects.count() == before


def test_the_database_knows_which_picture_is_whose() -> None:
    product, other = shirt(), shirt()
    variant, media = product.variants.all()[0], other.media.all()[0]
    for owner in (product, other):
        with pytest.raises(IntegrityError), transaction.atomic():
            VariantMedia.objects.create(variant=variant, media=media, product=owner)


def test_what_goes_takes_its_links_along_and_nothing_else() -> None:
    product = shirt(3, v0=[0, 1], v1=[1], v2=[2])
    delete_media(product.pk, ids(product)[1], **ANYHOW)
    assert shown(product) == {"0": [0], "1": [], "2": [2]}
    update_product(product.pk, values={"media": [{"url": url(0)}]}, may_publish=True, **ANYHOW)
    assert shown(product) == {"0": [0], "1": [], "2": []}
    delete_variant(product.pk, product.variants.order_by("position")[0].pk, **ANYHOW)
    assert Media.objects.count() == 1
    ensure_whole()
    delete_product(product.pk, **ANYHOW)
    assert not VariantMedia.objects.exists()


def test_the_parts_of_a_large_product_s_log_hold_the_variants_that_lost_a_picture() -> None:
    product = shirt(WHOLE + 20, v5=[0, 1], v110=[1], v7=[2])
    delete_media(product.pk, ids(product)[1], **ANYHOW)
    last = Change.objects.filter(aggregate_id=product.pk).latest("version")
    assert [each["options"]["N"] for each in last.snapshot["variants"]] == ["5", "110"]
    update_product(product.pk, values={"media": [{"url": url(0)}]}, may_publish=True, **ANYHOW)
    last = Change.objects.filter(aggregate_id=product.pk).latest("version")
    assert [each["options"]["N"] for each in last.snapshot["variants"]] == ["7"]
    ensure_whole()


def test_an_import_adds_the_picture_of_a_variant_in_front_and_keeps_the_others() -> None:
    product = shirt(v0=[0], v1=[1])
    item: Any = {
        "slug": product.slug,
        "media": [{"url": url(2)}],
        "variants": [
            {"options": {"N": "0"}, "media": [url(2)]},
            {"options": {"N": "8"}, "media": [url(2), url(0)]},
        ],
    }
    for status in ("changed", "unchanged"):
        (outcome,) = write(record(item)).values()
        assert outcome.done == status
        assert shown(product) == {"0": [2, 0], "1": [1], "8": [2, 0]}
    ensure_whole()
    item["variants"][0]["media"] = [url(5)]
    (outcome,) = write(record(item)).values()
    assert outcome.error is not None
    assert outcome.error.pointer == "/variants/0/media/0"


def test_one_variant_or_fifty_take_the_same_statements() -> None:
    counts = set()
    for many in (1, 50):
        product = shirt(v0=[0])
        items: Any = [{"options": {"N": str(9 + n)}, "media": [url(1)]} for n in range(many)]
        with CaptureQueriesContext(connection) as queries:
            create_variants(product.pk, items=items, **ANYHOW)
        rows = [
            {"id": key, "media": [url(2), url(0)]}
            for key in Variant.objects.filter(product=product).values_list("pk", flat=True)
        ]
        with CaptureQueriesContext(connection) as more:
            update_product(product.pk, values={"variants": rows}, may_publish=True, **ANYHOW)  # type: ignore[typeddict-item]  # plain values
        counts.add((len(queries), len(more)))
    assert len(counts) == 1, counts
