"""What changes by time alone follows within the minute, and once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import connection

from products.documents import build, memberships
from products.jobs import follow_the_clock
from products.models import Collection, CollectionProduct, Document, Watermark
from products.services import clock
from products.services.catalog_check import check_products
from products.services.collection_members import replace_products
from tests.products.factories import SYSTEM, CollectionFactory, ProductFactory, price

pytestmark = pytest.mark.django_db


def shown(document: Document) -> list[str]:
    return [each["slug"] for each in orjson.loads(document.body)["collections"]]


def test_a_window_that_opens_and_closes_is_printed(monkeypatch: Any) -> None:
    now = datetime.now(UTC)
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    product = ProductFactory.create()
    collection = CollectionFactory.create(
        slug="flash", status="published", publish_at=opens, unpublish_at=closes
    )
    replace_products(collection.pk, products=[product.pk], expected_version=None, actor=SYSTEM)
    assert clock.follow_windows() == 0
    for at, slugs in ((opens, ["flash"]), (closes, [])):
        monkeypatch.setattr("products.services.clock.timezone.now", lambda at=at: at)
        assert clock.follow_windows() == 1
        assert clock.follow_windows() == 0
        assert shown(Document.objects.get()) == slugs
        assert build.drifted([product.pk]) == []
    collection.refresh_from_db()
    assert collection.version == 2


def test_a_rule_looks_again_when_a_price_begins_to_hold() -> None:
    cheap = {
        "match": "all",
        "conditions": [{"field": "price", "operator": "at_most", "value": "10"}],
    }
    product = ProductFactory.create(variants=[{"prices": [price("20")]}])
    CollectionFactory.create(rule=cheap)
    clock.follow_prices()
    assert clock.follow_prices() == 0
    mark = Watermark.objects.get()
    # As if a period had begun: the document that holds now did not hold a moment ago.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products_document SET holds_from = now(), price_min = 5 WHERE product_id = %s",
            [product.pk],
        )
        cursor.execute("UPDATE products_watermark SET at = now() - interval '1 hour'")
    checks = [drift.check for drift in check_products([product.pk])]
    assert checks == ["document"]  # the job has not been there yet: no drift of memberships
    found = memberships.crossed_a_boundary(mark.at - timedelta(hours=2), datetime.now(UTC))
    assert found == [product.pk]
    assert memberships.evaluate(found) == [product.pk]
    assert CollectionProduct.objects.get().product_id == product.pk
    assert clock.follow_prices() == 1
    assert Watermark.objects.get().at > mark.at


def test_the_job_does_both() -> None:
    product = ProductFactory.create()
    collection = CollectionFactory.create(status="published")
    replace_products(collection.pk, products=[product.pk], expected_version=None, actor=SYSTEM)
    Collection.objects.update(is_shown=False)
    follow_the_clock(timestamp=0)
    assert Collection.objects.get().is_shown
    assert clock.catch_up() == {"products": 0, "collections": 0}
