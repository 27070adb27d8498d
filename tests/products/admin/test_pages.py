"""Every page opens, with a number of queries that does not grow with the catalog."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from products.models import Brand, Category, Change, Product
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.products import create_products, update_product
from products.services.variants import update_variant
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, url, with_query

pytestmark = pytest.mark.django_db

# The user: what any page costs somebody who has signed in. Sessions are in Redis.
WHO = 1


def queries_of(
    browser: Client, address: str, assert_num_queries: Callable[..., Any], count: int
) -> Any:
    browser.get(address)  # the first look compiles templates and loads content types
    with assert_num_queries(count) as seen:
        response = browser.get(address)
    assert isinstance(seen, CaptureQueriesContext)
    assert response.status_code == 200
    return response


def context_of(response: Any) -> dict[str, Any]:
    context: dict[str, Any] = response.context_data
    return context


def more_products(count: int = 12) -> None:
    brand = create_brand(values={"name": "Many"}, actor=SYSTEM)
    category = create_category(values={"name": "Many"}, actor=SYSTEM)
    create_products(
        [
            {
                "name": f"Thing {n}",
                "brand": brand.pk,
                "categories": [category.pk],
                "variants": [{"sku": f"T-{n}", "options": {}}],
                "media": [{"url": f"https://images.example.com/{n}.jpg"}],
            }
            for n in range(count)
        ],
        actor=SYSTEM,
    )


def test_the_list_of_products(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    more_products()
    page = queries_of(publisher_browser, url("product"), django_assert_num_queries, WHO + 2)
    text = page.content.decode()
    assert "Oxford Shirt" in text
    assert "49.90 USD" in text
    assert 'loading="lazy"' in text
    assert "https://images.example.com/3.jpg" in text


def test_a_filtered_list_of_products(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    more_products()
    shirts = Category.objects.get(name="Shirts")
    address = with_query(
        url("product"),
        category=str(shirts.pk),
        brand__id__exact=str(product.brand_id),
        status__exact="draft",
        visible="no",
        q="oxf OX-M",
    )
    # The two select boxes each ask twice for what they have chosen: to check and to name it.
    page = queries_of(publisher_browser, address, django_assert_num_queries, WHO + 6)
    assert "Clothes &gt; Shirts" in page.content.decode()


def test_the_page_of_a_product(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    few = queries_of(publisher_browser, change_url(product), django_assert_num_queries, WHO + 18)
    assert "4006381333931" in few.content.decode()
    many: Any = {
        "variants": [{"sku": f"V{n}", "options": {"Size": str(n)}} for n in range(25)],
        "media": [{"url": f"https://images.example.com/{n}.jpg"} for n in range(25)],
    }
    update_product(product.pk, values=many, expected_version=None, may_publish=False, actor=SYSTEM)
    queries_of(publisher_browser, change_url(product), django_assert_num_queries, WHO + 18)


@pytest.mark.parametrize(
    ("noun", "queries"), [("product", 5), ("brand", 1), ("category", 1)], ids=str
)
def test_the_page_of_something_new(
    noun: str,
    queries: int,
    publisher_browser: Client,
    product: Product,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    queries_of(publisher_browser, url(noun, "add"), django_assert_num_queries, WHO + queries)


def test_the_list_of_categories_is_a_tree(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    clothes = Category.objects.get(name="Clothes")
    create_category(values={"name": "Art"}, actor=SYSTEM)
    create_category(values={"name": "Belts", "parent": clothes.pk}, actor=SYSTEM)
    page = queries_of(publisher_browser, url("category"), django_assert_num_queries, WHO + 2)
    rows = page.context_data["cl"].result_list
    names = [(category.depth, category.name, category.product_count) for category in rows]
    assert names == [(1, "Art", 0), (1, "Clothes", 1), (2, "Belts", 0), (2, "Shirts", 1)]


def test_the_list_of_brands(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    more_products()
    page = queries_of(publisher_browser, url("brand"), django_assert_num_queries, WHO + 2)
    counts = {brand.name: brand.product_count for brand in page.context_data["cl"].result_list}
    assert counts == {"Northwind": 1, "Many": 12}


def test_the_pages_of_a_brand_and_a_category(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    brand, shirts = Brand.objects.get(), Category.objects.get(name="Shirts")
    address = url("brand", brand.pk, "change")
    queries_of(publisher_browser, address, django_assert_num_queries, WHO + 2)
    address = url("category", shirts.pk, "change")
    page = queries_of(publisher_browser, address, django_assert_num_queries, WHO + 3)
    assert "Clothes</option>" in page.content.decode()


def test_the_change_log_is_read_only(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    more_products()
    page = queries_of(publisher_browser, url("change"), django_assert_num_queries, WHO + 2)
    assert "Oxford Shirt" in page.content.decode()
    change = Change.objects.latest("sequence")
    detail = publisher_browser.get(url("change", change.pk, "change"))
    assert detail.status_code == 200
    assert "Save" not in detail.content.decode()
    assert [word for word in ("When", "Who") if word not in page.content.decode()] == []
    assert "Actor label" not in page.content.decode() + detail.content.decode()
    assert publisher_browser.get(url("change", "add")).status_code == 403
    assert publisher_browser.post(url("change", change.pk, "delete")).status_code == 403


def test_changes_look_the_same_wherever_they_are_shown(
    publisher_browser: Client, product: Product
) -> None:
    Change.objects.update(at=datetime(2026, 11, 20, 17, 46, 59, tzinfo=UTC))
    change = Change.objects.latest("sequence")
    pages = ("change",), ("change", change.pk, "change"), ("product", product.pk, "history")
    for address in ("/admin/", *(url(*parts) for parts in pages)):
        shown = publisher_browser.get(address).content.decode()
        assert "2026-11-20 17:46 UTC" in shown, address
        assert "product updated" in shown, address
        assert ">product.updated<" not in shown, address


def test_the_history_of_a_product_says_what_was_changed(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    values: Any = {"name": "Oxford Shirt II", "brand": None, "tags": [], "metadata": {}}
    update_product(
        product.pk, values=values, expected_version=None, may_publish=False, actor=SYSTEM
    )
    address = url("product", product.pk, "history")
    # The product, the number of changes, one page of them, and the one before that page.
    page = queries_of(publisher_browser, address, django_assert_num_queries, WHO + 4)
    newest, upload, created = page.context_data["rows"]
    assert newest[0].event == "product.updated"
    assert newest[1] == [
        f"brand: {product.brand_id} → empty",
        "metadata changed",
        "name: Oxford Shirt → Oxford Shirt II",
        "tags: 2 → 0",
    ]
    assert upload[1] == ["media: 0 → 1"]
    assert created[1] == []


def test_the_history_names_the_variants_that_were_changed(
    publisher_browser: Client, product: Product
) -> None:
    medium = product.variants.get(sku="OX-M")
    values: Any = {"mpn": "M-1", "status": "discontinued"}
    update_variant(product.pk, medium.pk, values=values, expected_version=None, actor=SYSTEM)
    address = url("product", product.pk, "history")
    newest = context_of(publisher_browser.get(address))["rows"][0]
    assert newest[1] == ["variants: OX-M (mpn, status)"]


def test_a_long_history_has_pages(publisher_browser: Client, product: Product) -> None:
    for n in range(25):
        update_product(
            product.pk,
            values={"name": f"Shirt {n}"},
            expected_version=None,
            may_publish=False,
            actor=SYSTEM,
        )
    address = with_query(url("product", product.pk, "history"), p="2")
    rows = context_of(publisher_browser.get(address))["rows"]
    assert [change.version for change, *_ in rows] == [7, 6, 5, 4, 3, 2, 1]
    address = with_query(url("product", product.pk, "history"), p="1")
    rows = context_of(publisher_browser.get(address))["rows"]
    assert rows[-1][1] == ["name: Shirt 4 → Shirt 5"]


def test_the_start_page_counts(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    more_products()
    page = queries_of(publisher_browser, "/admin/", django_assert_num_queries, WHO + 5)
    counts = {card.label: card.number for card in page.context_data["counts"]}
    assert counts == {
        "Draft products": 13,
        "Published products": 0,
        "Archived products": 0,
        "Variants": 14,
        "Brands": 2,
        "Categories": 3,
    }
    assert "/docs" in page.content.decode()


def test_the_page_that_asks_before_deleting(
    publisher_browser: Client, product: Product, django_assert_num_queries: Callable[..., Any]
) -> None:
    address = url("product", product.pk, "delete")
    page = queries_of(publisher_browser, address, django_assert_num_queries, WHO + 1)
    assert "Oxford Shirt" in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"category": "nonsense"},
        {"brand__id__exact": "nonsense"},
        {"status__exact": "nonsense"},
        {"o": "99999999999999999999"},
        {"p": "99999"},
        {"p": "²"},
        {"all": ""},
        {"nonsense": "1"},
        {"visible": "perhaps"},
        {"q": "%_\\'\" " * 50},
        {"q": "x\0y"},
    ],
)
def test_a_strange_address_never_fails(
    query: dict[str, str], publisher_browser: Client, product: Product
) -> None:
    response = publisher_browser.get(with_query(url("product"), **query), follow=True)
    assert response.status_code in {200, 400}


@pytest.mark.parametrize("page", ["²", "-1", "0", "99999999999", "x"])
def test_a_strange_page_of_variants_is_the_first(
    page: str, publisher_browser: Client, product: Product
) -> None:
    address = with_query(change_url(product), **{"variants-page": page})
    assert "OX-M" in publisher_browser.get(address).content.decode()


def test_a_product_that_is_gone_sends_back(publisher_browser: Client, product: Product) -> None:
    missing = url("product", Brand.objects.get().pk, "change")
    assert publisher_browser.get(missing).status_code == 302
    history = url("product", Brand.objects.get().pk, "history")
    assert publisher_browser.get(history).status_code == 404


def test_categories_are_chosen_by_their_path(publisher_browser: Client, product: Product) -> None:
    answer = publisher_browser.get(with_query(url("category", "choices"), term="shi")).json()
    assert [item["text"] for item in answer["results"]] == ["Clothes > Shirts"]
    assert answer["pagination"] == {"more": False}


def test_more_categories_come_page_by_page(publisher_browser: Client) -> None:
    for n in range(25):
        create_category(values={"name": f"C{n:02}"}, actor=SYSTEM)
    first = publisher_browser.get(url("category", "choices")).json()
    second = publisher_browser.get(with_query(url("category", "choices"), page="2")).json()
    assert (len(first["results"]), first["pagination"]["more"]) == (20, True)
    assert [item["text"] for item in second["results"]] == ["C20", "C21", "C22", "C23", "C24"]
