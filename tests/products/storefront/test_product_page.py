"""The page of a product, and what search engines read of it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from products.models import Product
from products.services.products import update_product
from products.services.relation_kinds import create_relation_kind
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)
from tests.products.storefront.pages import data_of, html_of, link_named, names, text_of

pytestmark = pytest.mark.django_db
SCRIPT = "</script><script>alert(1)</script>"


def change(product: Product, **changes: Any) -> None:
    values: Any = changes
    update_product(product.pk, values=values, expected_version=None, may_publish=True, actor=SYSTEM)


@pytest.fixture
def chair(db: None) -> Product:
    home = CategoryFactory.create(name="Home")
    chairs = CategoryFactory.create(name="Chairs", parent=home)
    wood = AttributeFactory.create(code="wood", type="choice", options=["oak"], group="Make")
    seat = AttributeFactory.create(code="seat", type="measurement", dimension="length")
    story = AttributeFactory.create(code="story", type="long_text")
    kind = ProductTypeFactory.create(attributes=[story, wood, seat])
    chair: Product = ProductFactory.create(
        name="Oak chair",
        slug="oak-chair",
        description="Solid.\n\nOiled & <b>safe</b>.",
        brand=BrandFactory.create(name="Northwind"),
        categories=[chairs],
        product_type=kind,
        attributes={
            "wood": "oak",
            "seat": {"value": "1045.5", "unit": "mm"},
            "story": "<p>Made <b>by hand</b></p>",
        },
        option_names=["Colour"],
        variants=[
            {
                "sku": f"OAK-{colour}",
                "mpn": "M1",
                "options": {"Colour": colour},
                "prices": [price(amount, compare_at="179.00"), price("1.00", "EUR")],
            }
            for colour, amount in (("Red", "149.00"), ("Blue", "159.50"))
        ],
        media=[
            {"url": "https://pictures.example/1.png", "alt": "Front"},
            {"url": "https://pictures.example/2.png", "alt": "Back"},
        ],
    )
    return chair


def test_the_structured_data_is_exact(client: Client, chair: Product) -> None:
    here = "http://testserver/products/oak-chair"
    category = chair.categories.get()
    product, crumbs = data_of(client.get("/products/oak-chair"))
    offer = {
        "@type": "Offer",
        "url": here,
        "mpn": "M1",
        "priceCurrency": "USD",
        "availability": "https://schema.org/InStock",
    }
    assert product == {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": here,
        "url": here,
        "name": "Oak chair",
        "description": "Solid.\n\nOiled & <b>safe</b>.",
        "image": ["https://pictures.example/1.png", "https://pictures.example/2.png"],
        "brand": {"@type": "Brand", "name": "Northwind"},
        "category": "Home > Chairs",
        "offers": [
            {**offer, "sku": "OAK-Red", "name": "Red", "price": "149.00"},
            {**offer, "sku": "OAK-Blue", "name": "Blue", "price": "159.50"},
        ],
    }
    assert crumbs["@type"] == "BreadcrumbList"
    assert [(step["position"], step["name"]) for step in crumbs["itemListElement"]] == [
        (1, "Catalog"),
        (2, "Home"),
        (3, "Chairs"),
        (4, "Oak chair"),
    ]
    steps = [step["item"] for step in crumbs["itemListElement"]]
    assert steps == [
        "http://testserver/",
        f"http://testserver/?category={category.parent_id}",
        f"http://testserver/?category={category.pk}",
        here,
    ]


def test_a_product_with_one_variant_has_its_codes_and_one_offer(client: Client) -> None:
    ProductFactory.create(
        slug="mug",
        variants=[
            {"sku": "MUG", "gtin": "4006381333931", "track_inventory": True, "prices": [price("9")]}
        ],
    )
    product, _ = data_of(client.get("/products/mug"))
    assert (product["sku"], product["gtin"]) == ("MUG", "04006381333931")
    assert product["offers"] == [
        {
            "@type": "Offer",
            "url": "http://testserver/products/mug",
            "price": "9.00",
            "priceCurrency": "USD",
            "availability": "https://schema.org/OutOfStock",
        }
    ]


def test_people_read_all_of_it(client: Client, chair: Product) -> None:
    answer = client.get("/products/oak-chair")
    said, html = text_of(answer), html_of(answer)
    assert "Northwind Oak chair from $149.00 In stock" in said
    assert "Blue $179.00 $159.50 In stock OAK-Blue" in said
    assert "Wood OAK" in said
    assert "Seat 1,045.5\xa0mm" in html.replace("<dt><bdi>", "").replace(
        "</bdi></dt><dd><bdi>", " "
    )
    assert "<p>Made <b>by hand</b></p>" in html
    assert "<p>Oiled &amp; &lt;b&gt;safe&lt;/b&gt;.</p>" in html
    assert link_named(answer, "Northwind") == f"/?brand={chair.brand_id}"
    assert link_named(answer, "This page as JSON") == "/api/v1/products/oak-chair"
    assert '<link rel="canonical" href="http://testserver/products/oak-chair">' in html


def test_no_name_gets_out_of_its_place(client: Client) -> None:
    brand = BrandFactory.create(name=SCRIPT)
    category = CategoryFactory.create(name=SCRIPT)
    text = AttributeFactory.create(code="text", name=SCRIPT, group=SCRIPT[:40])
    ProductFactory.create(
        name=SCRIPT,
        slug="hostile",
        description=f"{SCRIPT}\u2028",
        brand=brand,
        categories=[category],
        product_type=ProductTypeFactory.create(attributes=[text]),
        attributes={"text": SCRIPT},
        option_names=["</td>"],
        variants=[{"sku": f'"><i>{v}', "options": {"</td>": v}} for v in ("<s>", "'\"")],
        media=[{"url": "https://pictures.example/1.png", "alt": '"><script>'}],
    )
    answer = client.get("/products/hostile")
    pages = [answer, client.get("/"), client.get(f"/?category={category.pk}&tag={SCRIPT}")]
    pages += [client.get("/", {"q": SCRIPT}), client.get("/", {"ordering": SCRIPT})]
    for each in pages:
        assert "<script>" not in html_of(each)
        assert html_of(each).count("</script>") == html_of(each).count("<script ")
        assert "<i>" not in html_of(each)
    assert data_of(answer)[0]["name"] == SCRIPT
    assert data_of(answer)[0]["description"] == f"{SCRIPT}\u2028"


def test_hidden_products_have_no_page_and_are_nobodys_relation(
    client: Client, chair: Product
) -> None:
    create_relation_kind(values={"code": "with", "name": "Goes with it"}, actor=SYSTEM)
    shown = ProductFactory.create(name="Shown")
    later = ProductFactory.create(name="Later", slug="later", publish_at="2199-01-01T00:00:00Z")
    gone = ProductFactory.create(name="Gone", slug="gone")
    related = [{"kind": "with", "product": each.pk} for each in (later, shown, gone)]
    change(chair, relations=related)
    change(gone, status="archived")
    answer = client.get("/products/oak-chair")
    assert names(answer) == ["Shown"]
    assert "Goes with it" in text_of(answer)
    ProductFactory.create(slug="draft", status="draft")
    for slug in ("later", "gone", "draft", "nothing", later.pk):
        refused = client.get(f"/products/{slug}")
        assert refused.status_code == 404, slug
        assert "There is no such product" in text_of(refused)
        assert "Later" not in html_of(refused)


def test_old_slugs_and_ids_lead_to_the_page(client: Client, chair: Product) -> None:
    change(chair, slug="oak-chair-2")
    for key in ("oak-chair", str(chair.pk)):
        answer = client.get(f"/products/{key}?locale=en")
        assert answer.status_code == 301, key
        assert answer["Location"] == "http://testserver/products/oak-chair-2?locale=en"


def test_many_variants_have_pages_of_their_own(client: Client) -> None:
    ProductFactory.create(
        slug="shelf",
        option_names=["Width"],
        variants=[
            {"sku": f"S{n:03}", "options": {"Width": f"{n} cm"}, "prices": [price("10")]}
            for n in range(150)
        ],
    )
    first = client.get("/products/shelf")
    assert "100 of 150 variants" in text_of(first)
    second = client.get(link_named(first, "More variants"))
    assert "S099" in text_of(first)
    assert "S099" not in text_of(second)
    assert "149 cm $10.00 In stock S149" in text_of(second)
    assert link_named(second, "First variants") == "/products/shelf#variants"
    assert client.get("/products/shelf?variants=bad").status_code == 400


def test_it_costs_as_many_queries_for_much_as_for_little(client: Client, chair: Product) -> None:
    create_relation_kind(values={"code": "with", "name": "With"}, actor=SYSTEM)
    counts = []
    for number in (0, 1, 12):
        others = ProductFactory.create_batch(number)
        change(chair, relations=[{"kind": "with", "product": each.pk} for each in others])
        with CaptureQueriesContext(connection) as seen:
            assert len(names(client.get("/products/oak-chair"))) == number
        counts.append(len(seen))
    assert counts == [1, 2, 2]


def test_it_is_not_sent_again_to_who_has_it(client: Client, chair: Product) -> None:
    tag = client.get("/products/oak-chair")["ETag"]
    headers = {"if-none-match": tag}
    assert client.get("/products/oak-chair", headers=headers).status_code == 304
    change(chair, name="Oak chair II")
    assert client.get("/products/oak-chair", headers=headers).status_code == 200
