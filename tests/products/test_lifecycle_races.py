"""A slug has one meaning, whoever is first."""

import threading

import pytest
from django.db import connection, transaction

from products.errors import RestoreClashes
from products.models import Product, SlugRedirect
from products.services.catalog_check import check_shared
from products.services.products import (
    archive_product,
    create_product,
    restore_product,
    update_product,
)
from tests.products.factories import SYSTEM, ProductFactory
from tests.products.locks import wait_for_a_blocked_session


@pytest.mark.django_db(transaction=True)
def test_a_slug_that_is_given_up_and_taken_at_once_leads_to_its_new_owner() -> None:
    product = ProductFactory.create(slug="one")

    def take() -> None:
        create_product(values={"name": "New", "slug": "one"}, actor=SYSTEM)
        connection.close()

    thread = threading.Thread(target=take)
    with transaction.atomic():
        update_product(
            product.pk,
            values={"slug": "two"},
            expected_version=None,
            may_publish=True,
            actor=SYSTEM,
        )
        thread.start()
        wait_for_a_blocked_session()
    thread.join(10)
    assert set(Product.objects.values_list("slug", flat=True)) == {"one", "two"}
    assert not SlugRedirect.objects.exists()
    assert list(check_shared()) == []


@pytest.mark.django_db(transaction=True)
def test_a_restore_that_meets_a_new_owner_of_its_slug_and_sku_names_both() -> None:
    archived = ProductFactory.create(slug="one", variants=[{"sku": "A"}])
    archive_product(archived.pk, expected_version=None, actor=SYSTEM)
    refusals: list[RestoreClashes] = []

    def restore() -> None:
        try:
            restore_product(archived.pk, expected_version=None, actor=SYSTEM)
        except RestoreClashes as refusal:
            refusals.append(refusal)
        connection.close()

    thread = threading.Thread(target=restore)
    with transaction.atomic():
        create_product(
            values={"name": "New", "slug": "one", "variants": [{"sku": "A"}]}, actor=SYSTEM
        )
        thread.start()
        wait_for_a_blocked_session()
    thread.join(10)
    fields = [clash["field"] for refusal in refusals for clash in refusal.clashes]
    assert fields == ["slug", "sku"]
    archived.refresh_from_db()
    assert archived.status == "archived"
