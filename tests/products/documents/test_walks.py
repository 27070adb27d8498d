"""Whoever walks a list while others write sees each product that nobody touched exactly once."""

from collections import Counter
from uuid import UUID

import orjson
import pytest

from products.documents.listing import Listing, Page, read_page
from products.documents.orders import ORDERS, Place
from products.services.products import archive_product, delete_product, update_product
from tests.products.factories import SYSTEM, ProductFactory, price

pytestmark = pytest.mark.django_db
PAGE = 3


def made(n: int) -> UUID:
    """Some have the same name or price, and some no price at all."""
    prices = [price(str(n % 4))] if n % 5 else []
    variants = [{"sku": f"W-{n}", "prices": prices}]
    product = ProductFactory.create(name=f"{'badc'[n % 4]} {n % 3}", variants=variants)
    key: UUID = product.pk
    return key


def ids(page: Page) -> list[UUID]:
    return [UUID(orjson.loads(body)["id"]) for body in page.bodies]


def test_every_untouched_product_is_seen_once() -> None:
    touched = [made(n) for n in range(6)]
    untouched = {made(n) for n in range(6, 20)}
    touched += [made(n) for n in range(20, 26)]
    seen: dict[str, Counter[UUID]] = {order: Counter() for order in ORDERS}
    places: dict[str, Place | None] = dict.fromkeys(ORDERS)
    n = 26
    while places:
        for order, place in [*places.items()]:
            page = read_page(Listing(order=order), limit=PAGE, place=place)
            seen[order].update(ids(page))
            places[order] = page.next
            if page.next is None:
                del places[order]
        n += 1
        made(n)
        if touched:
            gone, *touched = touched
            write = (delete_product, archive_product)[n % 2]
            write(gone, expected_version=None, actor=SYSTEM)
        if touched:
            values = {"name": f"{'badc'[n % 4]} moved"}
            update_product(
                touched[-1],
                values=values,  # type: ignore[arg-type]  # plain values
                expected_version=None,
                may_publish=True,
                actor=SYSTEM,
            )
    for order, counted in seen.items():
        assert {key: counted[key] for key in untouched} == dict.fromkeys(untouched, 1), order
