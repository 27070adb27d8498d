"""A document is never older than the truth, whoever commits last."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from products.documents import build
from products.services.brands import update_brand
from products.services.products import update_product
from products.services.rebuilding import rebuild_documents
from tests.products.factories import SYSTEM, BrandFactory, ProductFactory
from tests.products.locks import wait_for_a_blocked_session


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("work", ["brand", "rebuild"])
def test_a_document_computed_before_a_commit_never_replaces_a_newer_one(work: str) -> None:
    brand = BrandFactory.create()
    product = ProductFactory.create(brand=brand)
    jobs: dict[str, Callable[[], object]] = {
        "brand": lambda: update_brand(
            brand.pk, values={"name": "New brand"}, expected_version=None, actor=SYSTEM
        ),
        "rebuild": lambda: rebuild_documents([product.pk]),
    }

    def run() -> None:
        jobs[work]()
        connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        update_product(
            product.pk,
            values={"name": "New name"},
            expected_version=None,
            may_publish=True,
            actor=SYSTEM,
        )
        thread.start()
        wait_for_a_blocked_session()
    thread.join(10)
    assert build.drifted([product.pk]) == []
