"""Search entries are what the documents say: written with them, checked and mended like them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from products.models import Attribute, SearchEntry, SearchTerm, SearchWord
from products.search import entries
from products.services.attributes import update_attribute
from products.services.brands import update_brand
from products.services.rebuilding import are_documents_outdated
from products.services.search_statistics import count_words
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)
from tests.products.test_check_catalog import check, drift_after

pytestmark = pytest.mark.django_db


def words() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(words::text, ' ') FROM products_searchentry")
        return str(cursor.fetchone()[0])


def test_whatever_documents_show_is_searched_once_it_changes() -> None:
    attribute = AttributeFactory.create(code="cloth")
    brand = BrandFactory.create(name="Weaver")
    product = ProductFactory.create(
        brand=brand,
        product_type=ProductTypeFactory.create(attributes=[attribute]),
        attributes={"cloth": "Velvet"},
    )
    assert "velvet" not in words()
    update_attribute(
        Attribute.objects.get().pk,
        values={"is_searchable": True},
        expected_version=None,
        actor=SYSTEM,
    )
    assert "velvet" in words()
    update_brand(brand.pk, values={"name": "Spinner"}, expected_version=None, actor=SYSTEM)
    assert "spinner" in words()
    assert "weaver" not in words()
    assert entries.drifted([product.pk]) == []


def test_a_price_that_ends_leaves_the_entry_as_it_is() -> None:
    sale = price("9", valid_until=timezone.now() + timedelta(days=1))
    product = ProductFactory.create(variants=[{"prices": [price("12"), sale]}])
    assert product.documents.count() == 2
    assert SearchEntry.objects.count() == 1


def test_check_catalog_finds_a_wrong_entry_and_rebuild_documents_mends_it() -> None:
    product = ProductFactory.create()
    found = drift_after("UPDATE products_searchentry SET words = 'nonsense'")
    assert found == [("search-entry", f"product {product.pk}")]
    assert drift_after("DELETE FROM products_searchentry") == found
    call_command("rebuild_documents", verbosity=0)
    assert check()[0] == 0


def test_another_folding_makes_everything_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("rebuild_documents", verbosity=0)
    assert not are_documents_outdated()
    monkeypatch.setattr(entries, "COMPUTE", f"{entries.COMPUTE} ")
    assert are_documents_outdated()


def test_counting_follows_what_shoppers_see() -> None:
    for n in range(3):
        ProductFactory.create(name=f"Kettles {n}")
    draft = ProductFactory.create(name="Hush", status="draft")
    assert count_words() == 1
    term = SearchTerm.objects.get(lexeme="kettl")
    assert (term.documents, SearchWord.objects.get(word="kettles").lexeme) == (3, "kettl")
    assert not SearchWord.objects.filter(word__in=["hush", "the"]).exists()
    assert not SearchTerm.objects.filter(lexeme__regex="^[=~]").exists()
    draft.documents.all().delete()
    SearchEntry.objects.all().delete()
    assert count_words(anyway=True) == 1
    assert not SearchTerm.objects.exists()
    assert not SearchWord.objects.exists()


def test_texts_without_end_do_no_harm(django_assert_num_queries: Any) -> None:
    ProductFactory.create(name="x" * 200, description="word " * 100_000)
    assert SearchEntry.objects.count() == 1
