"""The grid of products: what is in it, how it is narrowed, ordered and paged."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog_project.environment import Rate
from catalog_project.ops.policies import STOREFRONT
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.products import create_products
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)
from tests.products.storefront.pages import html_of, link_named, names, text_of

pytestmark = pytest.mark.django_db


def named(name: str, amount: str = "19.90", **values: Any) -> Any:
    variants = [{"sku": name.lower(), "prices": [price(amount), price(amount, "EUR")]}]
    return ProductFactory.create(name=name, **{"variants": variants, **values})


@pytest.fixture
def shop(db: None) -> dict[str, Any]:
    home = CategoryFactory.create(name="Home")
    chairs = CategoryFactory.create(name="Chairs", parent=home)
    empty = CategoryFactory.create(name="Nothing in it")
    brand = BrandFactory.create(name="Northwind")
    media = [{"url": "https://pictures.example/oak.png", "alt": "An oak chair"}]
    named("Oak chair", "149.00", brand=brand, categories=[chairs], media=media)
    named("Mug", "1249.50", categories=[home])
    named("Socks", "5.00", variants=[{"sku": "s1", "track_inventory": True}])
    named("Draft", status="draft")
    named("Archived", status="archived")
    named("Tomorrow", publish_at="2199-01-01T00:00:00Z")
    return {"home": home, "chairs": chairs, "brand": brand, "empty": empty}


def test_shoppers_find_what_is_published_and_nothing_else(client: Client, shop: Any) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert names(answer) == ["Socks", "Mug", "Oak chair"]
    assert "3 products" in text_of(answer)
    for hidden in ("Draft", "Archived", "Tomorrow", "Nothing in it"):
        assert hidden not in html_of(answer)


def test_a_card_says_what_a_shopper_wants_to_know(client: Client, shop: Any) -> None:
    html = html_of(client.get("/"))
    picture = html[html.index("https://pictures.example/oak.png") :].partition(">")[0]
    assert 'width="640" height="640" alt="An oak chair"' in picture
    said = text_of(client.get("/"))
    assert "Northwind Oak chair $149.00" in said
    assert "Mug $1,249.50" in said
    assert "Socks Price on request Out of stock" in said


def test_filters_orders_and_categories_are_those_of_the_api(client: Client, shop: Any) -> None:
    asked = {
        (): ["Socks", "Mug", "Oak chair"],
        (("category", shop["home"].pk),): ["Mug", "Oak chair"],
        (("category", shop["chairs"].pk),): ["Oak chair"],
        (("brand", shop["brand"].pk),): ["Oak chair"],
        (("availability", "out_of_stock"),): ["Socks"],
        (("price_min", "100"), ("ordering", "-price")): ["Mug", "Oak chair"],
        (("price_max", "149,00"), ("price_min", "")): ["Oak chair"],  # as forms send it
        (("ordering", "name"),): ["Mug", "Oak chair", "Socks"],
        (("utm_source", "mail"),): ["Socks", "Mug", "Oak chair"],  # nobody's business
    }
    for parameters, expected in asked.items():
        assert names(client.get(f"/?{urlencode(parameters)}")) == expected, parameters


def test_categories_lead_down_and_up_with_counts(client: Client, shop: Any) -> None:
    top = client.get("/?availability=in_stock")
    assert "Home 2" in text_of(top)
    below = client.get(link_named(top, "Home"))
    assert names(below) == ["Mug", "Oak chair"]
    assert "Chairs 1" in text_of(below)
    deepest = client.get(link_named(below, "Chairs"))
    assert names(deepest) == ["Oak chair"]
    assert names(client.get(link_named(deepest, "Home"))) == ["Mug", "Oak chair"]
    assert "availability=in_stock" in link_named(deepest, "All products")
    assert "<title>Chairs \N{EN DASH} Catalog</title>" in html_of(deepest)


def test_a_filter_is_taken_away_by_a_link(client: Client, shop: Any) -> None:
    answer = client.get("/?price_min=100&availability=in_stock&ordering=name")
    assert link_named(answer, "Remove filter: In stock") == "/?ordering=name&price_min=100"
    assert link_named(answer, "Remove all filters") == "/"


@pytest.mark.parametrize("query", ["ordering=name", "q=vase"])
def test_pages_lead_forth_and_back(client: Client, query: str) -> None:
    items: Any = [{"name": f"P{n:02}", "status": "published", "tags": ["vase"]} for n in range(30)]
    if query.startswith("q"):
        items.reverse()  # of equals, search shows the newest first
    create_products(items, actor=SYSTEM)
    first = client.get(f"/?{query}")
    assert "30 products" in text_of(first)
    second = client.get(link_named(first, "Next"))
    assert names(first) + names(second) == [f"P{n:02}" for n in range(30)]
    assert names(client.get(link_named(second, "Previous"))) == names(first)
    assert html_of(first).count('rel="next"') == html_of(second).count('rel="prev"') == 2
    assert 'rel="next"' not in html_of(second)
    assert 'name="robots" content="noindex' in html_of(second)


def test_words_are_looked_for_and_corrected(client: Client, shop: Any) -> None:
    answer = client.get("/?q=oak+chair")
    assert names(answer) == ["Oak chair"]
    assert 'value="oak chair"' in html_of(answer)
    assert "Chairs" not in text_of(answer)
    assert "Home 1" in text_of(answer)  # the menu counts what was found
    below = client.get(link_named(answer, "Home"))
    assert (names(below), "q=oak+chair" in link_named(below, "Chairs")) == (["Oak chair"], True)
    assert names(client.get("/?q=mug&price_max=5")) == []
    assert link_named(client.get("/?q=mug&price_max=5"), "Remove filter") == "/?q=mug"
    nothing = client.get("/?q=qqqzzz")
    assert "Nothing fits" in text_of(nothing)
    assert link_named(nothing, "All products") == "/"


def test_results_show_the_words_and_hide_their_markup(client: Client) -> None:
    ProductFactory.create(
        name="Mugs & <b>more</b>", description="<p>For tea &amp; a mug&lt;script&gt;.</p>"
    )
    page = html_of(client.get("/?q=mug"))
    assert "<bdi><mark>Mugs</mark> &amp; &lt;b&gt;more&lt;/b&gt;</bdi>" in page
    assert "<bdi>For tea &amp; a <mark>mug</mark>&lt;script&gt;.</bdi>" in page
    assert "<mark>" not in html_of(client.get("/"))


def test_an_empty_catalog_says_so(client: Client) -> None:
    assert "There are no products yet" in text_of(client.get("/"))


def test_facets_narrow_the_list_and_are_taken_away(client: Client, shop: Any) -> None:
    wood = AttributeFactory.create(
        code="wood", type="choice", options=["oak", "ash"], is_filterable=True
    )
    deep = AttributeFactory.create(
        code="deep", name="Depth", type="measurement", dimension="length", is_filterable=True
    )
    kind = ProductTypeFactory.create(attributes=[wood, deep])
    for name, code, depth in (
        ("Table", "oak", "40"),
        ("Bench", "ash", "90"),
        ("Bed", "oak", "200"),
    ):
        values = {"wood": code, "deep": {"value": depth, "unit": "cm"}}
        ProductFactory.create(name=name, product_type=kind, attributes=values)
    ProductFactory.create(name="Hidden", status="draft", brand=BrandFactory.create(name="Secret"))
    top = client.get("/")
    assert "Brand Northwind 1" not in text_of(top)  # one brand is no choice
    assert "Wood OAK 2 ASH 1" in text_of(top)
    assert "Secret" not in html_of(top)
    oak = client.get(link_named(top, "OAK"))
    assert names(oak) == ["Bed", "Table"]
    assert "Wood OAK 2 ASH 1" in text_of(oak)  # what else could be chosen
    both = client.get(link_named(oak, "ASH"))
    assert sorted(names(both)) == ["Bed", "Bench", "Table"]
    assert names(client.get(link_named(both, "Remove filter: Wood: OAK"))) == ["Bench"]
    low = client.get(link_named(oak, "0.4 m"))
    assert names(low) == ["Table"]
    assert link_named(low, "Remove filter: Depth ≥ 0.4 m") == (
        "/?attributes.deep.max=0.6+m&attributes.wood=oak"
    )
    assert names(client.get(link_named(low, "0.4 m \N{EN DASH}"))) == ["Bed", "Table"]
    assert client.get("/?attributes.nothing=1").status_code == 400


def test_it_costs_five_queries_however_much_there_is(client: Client) -> None:
    counts = []
    wood = AttributeFactory.create(code="wood", is_filterable=True)
    kind = ProductTypeFactory.create(attributes=[wood])
    for number in (1, 20):
        categories = CategoryFactory.create_batch(number)
        for n, category in enumerate(categories):
            values = {"wood": f"{number}/{n}"}
            ProductFactory.create(categories=[category], product_type=kind, attributes=values)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        counts.append(len(seen))
    assert counts == [5, 5]


def test_it_is_kept_as_the_anonymous_reads_of_the_api_are(client: Client, shop: Any) -> None:
    answer = client.get("/")
    api = client.get("/api/v1/products")
    for name in ("Cache-Control", "Vary", "Content-Language", "Catalog-Channel"):
        assert answer[name] == api[name], name
    assert answer["Content-Security-Policy"] == STOREFRONT
    assert "unsafe" not in STOREFRONT
    assert not answer.cookies
    again = client.get("/", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    named("New")
    assert client.get("/", headers={"if-none-match": answer["ETag"]}).status_code == 200
    assert client.head("/").status_code == 200
    refused = client.post("/")
    assert (refused.status_code, refused["Content-Type"]) == (405, "text/html; charset=utf-8")


def test_a_wrong_address_says_what_is_wrong(client: Client) -> None:
    answer = client.get("/?price_min=cheap&ordering=<b>")
    said = text_of(answer)
    assert answer.status_code == 400
    assert "price_min Send the amount" in said
    assert "ordering There are" in said
    assert client.get("/?cursor=bad").status_code == 400
    assert client.get("/?channel=nowhere").status_code == 400


def test_a_channel_and_a_locale_are_chosen_and_kept(client: Client, shop: Any) -> None:
    for code in ("de", "ar"):
        create_locale(values={"code": code, "name": code}, actor=SYSTEM)
    create_channel(
        values={"slug": "eu", "name": "EU", "currency": "EUR", "locales": ["en", "de", "ar"]},
        actor=SYSTEM,
    )
    german = client.get("/?channel=eu&locale=de")
    assert '<html lang="de" dir="ltr">' in html_of(german)
    assert "1.249,50\xa0€" in html_of(german)
    assert "3 Produkte" in text_of(german)
    assert link_named(german, "Mug") == "/products/mug?channel=eu&locale=de"
    assert link_named(german, "ar") == "/?channel=eu&locale=ar"
    assert '<input type="hidden" name="locale" value="de">' in html_of(german)
    arabic = html_of(client.get("/?channel=eu&locale=ar"))
    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<span lang="en" dir="ltr">Categories</span>' in arabic
    negotiated = client.get("/?channel=eu", headers={"accept-language": "de"})
    assert (negotiated["Content-Language"], "Accept-Language" in negotiated["Vary"]) == ("de", True)


def test_a_catalog_that_is_not_public_shows_nothing(
    client: Client, shop: Any, settings: Any
) -> None:
    settings.CATALOG_PUBLIC_READ = False
    for address in ("/", "/products/mug", "/?q=mug"):
        answer = client.get(address)
        assert (answer.status_code, "WWW-Authenticate" in answer) == (401, True)
        assert "This catalog is not public" in text_of(answer)
        assert "Mug" not in html_of(answer)


def test_who_asks_too_often_gets_a_page(client: Client, settings: Any, shop: Any) -> None:
    settings.THROTTLE_ANONYMOUS = Rate.parse("1/h")
    client.get("/", REMOTE_ADDR="203.0.113.77")
    answer = client.get("/", REMOTE_ADDR="203.0.113.77")
    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    assert answer["Content-Type"].startswith("text/html")


def test_it_can_be_switched_off(client: Client, settings: Any, shop: Any) -> None:
    settings.CATALOG_STOREFRONT = False
    assert "This is the product catalog service" in html_of(client.get("/"))
    assert client.get("/products/mug").status_code == 404
    assert "Mug" not in html_of(client.get("/products/mug"))
