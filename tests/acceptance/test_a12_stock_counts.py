"""Fifty callers take from the same shelf at the same moment: it ends exactly right."""

from collections import Counter

import httpx
import pytest

from products.documents import build
from products.models import Product, StockLevel
from tests.acceptance.callers import at_once, http
from tests.products.factories import LocationFactory, ProductFactory

__all__ = ["http"]
pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 50


def test_of_fifty_who_take_one_of_thirty_thirty_get_it(http: httpx.Client) -> None:
    LocationFactory.create(code="shelf")
    ProductFactory.create(variants=[{"sku": "S", "track_inventory": True}])

    def adjust(delta: int) -> httpx.Response:
        items = [{"sku": "S", "location": "shelf", "delta": delta}]
        return http.post("/api/v1/stock/adjust", json={"items": items})

    assert adjust(30).status_code == 200
    answers = at_once(CALLERS, lambda _: adjust(-1))
    assert Counter(answer.status_code for answer in answers) == {200: 30, 409: 20}
    told = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert told == {"stock-too-low"}
    level = StockLevel.objects.get()
    assert (level.quantity, level.version) == (0, 31)
    assert build.drifted(list(Product.objects.values_list("pk", flat=True))) == []
    found = http.get("/api/v1/products?availability=out_of_stock").json()["items"]
    assert len(found) == 1


def test_one_of_fifty_gets_the_code_of_a_location(http: httpx.Client) -> None:
    def create(number: int) -> httpx.Response:
        return http.post("/api/v1/locations", json={"code": "same", "name": f"Shelf {number}"})

    answers = at_once(CALLERS, create)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CALLERS - 1}
