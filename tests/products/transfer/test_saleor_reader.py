"""Saleor's fixtures: objects of many models, in any order."""

import json
from decimal import Decimal
from typing import Any

import pytest

from products.transfer.readers.editorjs import html_of
from products.transfer.records import FileRefused
from tests.products.transfer.reading import PICTURES, attributes, read


def row(model: str, key: Any, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": key, "fields": fields}


def text(words: str) -> dict[str, Any]:
    return {"blocks": [{"type": "paragraph", "data": {"text": words}}]}


SHOP = [
    row("warehouse.stock", 1, warehouse="w", product_variant=11, quantity=5),
    row("product.productvariant", 11, product=1, sku="T-S", name="S", sort_order=0, weight="1.5:kg",
        track_inventory=True, metadata={"a": 1}),
    row("product.productvariant", 12, product=1, sku="T-M", name="M", sort_order=1, weight=None,
        track_inventory=False, metadata={}),
    row("product.product", 1, name="Tee", slug="tee", description=text("A <b>tee</b>"), category=2,
        product_type=3, weight="0.2:kg", seo_title="T", seo_description="", metadata={"x": "y"},
        private_metadata={"cost": 3}),
    row("product.producttype", 3, name="Top", slug="top", kind="normal", is_shipping_required=True,
        weight="0.0:g"),
    row("product.category", 1, name="Apparel", slug="apparel", parent=None, description=None, lft=1,
        tree_id=1),
    row("product.category", 2, name="Tops", slug="tops", parent=1, description=text("All tops"),
        lft=2, tree_id=1),
    row("channel.channel", 1, name="US", slug="us", currency_code="USD"),
    row("channel.channel", 2, name="Shop", slug="shop", currency_code="USD"),
    row("channel.channel", 3, name="PL", slug="pl", currency_code="PLN"),
    row("product.productchannellisting", 1, product=1, channel=1, is_published=True,
        visible_in_listings=True, published_at="2026-01-01T00:00:00Z"),
    row("product.productchannellisting", 2, product=1, channel=3, is_published=True,
        visible_in_listings=False, published_at=None),
    *(
        row("product.productvariantchannellisting", n, variant=variant, channel=channel,
            currency=currency, price_amount=amount, cost_price_amount=cost)
        for n, (variant, channel, currency, amount, cost) in enumerate([
            (11, 1, "USD", "10.000", "4.000"),
            (11, 2, "USD", "12.000", None),
            (11, 3, "PLN", "40.000", None),
            (12, 1, "USD", None, None),
        ])
    ),
    row("attribute.attribute", 1, name="Size", slug="size", input_type="dropdown",
        filterable_in_storefront=True),
    row("attribute.attribute", 2, name="Style", slug="style", input_type="multiselect",
        filterable_in_storefront=True),
    row("attribute.attribute", 3, name="Brand", slug="brand", input_type="single-reference",
        entity_type="Page"),
    row("attribute.attribute", 4, name="Story", slug="story", input_type="rich-text"),
    row("attribute.attributevalue", 1, attribute=1, name="S", slug="s", sort_order=0),
    row("attribute.attributevalue", 2, attribute=1, name="M", slug="m", sort_order=1),
    row("attribute.attributevalue", 3, attribute=2, name="New", slug="new", sort_order=0),
    row("attribute.attributevalue", 4, attribute=2, name="Slim", slug="slim", sort_order=1),
    row("attribute.attributevalue", 5, attribute=3, name="Loom", slug="1_2", sort_order=0,
        reference_page_id=9),
    row("attribute.attributevalue", 6, attribute=4, name="x", slug="x", rich_text=text("Once")),
    row("attribute.attributeproduct", 1, attribute=2, product_type=3, sort_order=0),
    row("attribute.attributevariant", 1, attribute=1, product_type=3, sort_order=0,
        variant_selection=True),
    *(
        row("attribute.assignedproductattributevalue", value, product=1, value=value, sort_order=0)
        for value in (3, 4, 5, 6)
    ),
    row("attribute.assignedvariantattribute", 21, variant=11, assignment=1),
    row("attribute.assignedvariantattribute", 22, variant=12, assignment=1),
    row("attribute.assignedvariantattributevalue", 1, assignment=21, value=1, sort_order=0),
    row("attribute.assignedvariantattributevalue", 2, assignment=22, value=2, sort_order=0),
    row("page.pagetype", 1, name="Brand", slug="brand"),
    row("page.page", 9, title="Loom", slug="loom", page_type=1, content=text("Since 2020")),
    row("product.productmedia", 1, product=1, image="products/a b.png", alt="A", type="IMAGE",
        sort_order=1, ppoi="0.2x0.5", external_url=None),
    row("product.variantmedia", 1, variant=12, media=1),
    row("discount.sale", 5, name="Spring", type="percentage", products=[1], variants=[],
        categories=[], collections=[], start_date="2026-03-01T00:00:00Z", end_date=None),
    row("discount.salechannellisting", 1, sale=5, channel=1, discount_value="25.000",
        currency="USD"),
    row("warehouse.warehouse", "w", name="Main house", slug="main"),
    row("menu.menu", 1, name="navbar"),
    row("product.producttranslation", 1, product=1, language_code="de", name="Hemd",
        description=json.dumps(text("Ein Hemd"))),
]  # fmt: skip


def test_a_product_gathers_what_stands_all_over_the_file() -> None:
    found = read(json.dumps(SHOP, indent=1))
    assert (found.format, len(found.products)) == ("saleor", 1)
    (tee,) = found.products
    assert (tee.slug, tee.values["name"], tee.values["status"]) == ("tee", "Tee", "published")
    assert tee.values["description"] == "<p>A <b>tee</b></p>"
    assert tee.values["translations"] == {"de": {"name": "Hemd", "description": "<p>Ein Hemd</p>"}}
    assert tee.values["metadata"]["x"] == "y"
    assert (tee.brand, tee.category, tee.product_type) == ("Loom", ("Apparel", "Tops"), "top")
    assert attributes(tee) == {"style": ["new", "slim"], "story": "<p>Once</p>"}
    assert [(each["channel"], each["is_listed"]) for each in tee.listings] == [
        ("us", True),
        ("pl", False),
    ]
    (picture,) = tee.media
    assert (picture.url, picture.focal_point) == (
        f"{PICTURES}/products/a%20b.png",
        {"x": 0.2, "y": 0.5},
    )


def test_channels_of_one_currency_have_price_lists_and_sales_are_reckoned() -> None:
    found = read(json.dumps(SHOP))
    small, medium = found.variants
    asked = [
        (str(each["amount"]), each["currency"], each.get("price_list"), each.get("compare_at"))
        for each in small.values["prices"]
    ]
    assert asked == [
        ("10.000", "USD", None, None),
        ("12.000", "USD", "shop", None),
        ("40.000", "PLN", None, None),
        ("7.5000", "USD", "sale-5-us", Decimal("10.000")),
    ]
    assert medium.values["prices"] == []
    assert small.costs == {"USD": Decimal("4.000")}
    assert (small.stock, small.values["weight"]["value"]) == ({"main": 5}, Decimal("1.5"))  # type: ignore[index]
    assert medium.values["weight"] == {"value": Decimal("0.2"), "unit": "kg"}
    assert (small.values["options"], attributes(small)) == ({"Size": "S"}, {"size": "s"})
    assert medium.values["media"] == [f"{PICTURES}/products/a%20b.png"]
    lists = {each["code"]: each.get("channel") for each in found.survey.definitions.price_lists}
    assert lists == {"shop": "shop", "sale-5-us": "us"}
    assert found.survey.definitions.locations == {"main": "Main house"}


def test_what_has_no_place_is_named() -> None:
    left_out = read(json.dumps(SHOP)).survey.columns_left_out
    assert set(left_out) == {"menu.menu", "product.product.private_metadata"}


def test_a_bad_price_refuses_its_product_with_the_line() -> None:
    broken = json.loads(json.dumps(SHOP))
    for each in broken:
        if each["model"] == "product.productvariantchannellisting" and each["pk"] == 0:
            each["fields"]["price_amount"] = "ten"
    other = [row("product.product", 2, name="Cap", slug="cap", category=None, product_type=3)]
    found = read(json.dumps(broken + other, indent=1))
    assert [(each.code, each.handle) for each in found.refused] == [("invalid-amount", "tee")]
    assert found.refused[0].line > 1
    assert [each.slug for each in found.products] == ["cap"]


@pytest.mark.parametrize("content", ['[{"model": "product.product"}]', "[1]", '[{"a": '])
def test_what_is_no_fixture_is_refused_whole(content: str) -> None:
    with pytest.raises(FileRefused):
        read(content, code="saleor")


@pytest.mark.parametrize(
    ("block", "html"),
    [
        ({"type": "header", "data": {"text": "A", "level": 3}}, "<h3>A</h3>"),
        (
            {"type": "list", "data": {"style": "ordered", "items": ["a", {"content": "b"}]}},
            "<ol><li>a</li><li>b</li></ol>",
        ),
        ({"type": "quote", "data": {"text": "Q"}}, "<blockquote>Q</blockquote>"),
        ({"type": "code", "data": {"code": "a<b"}}, "<pre><code>a&lt;b</code></pre>"),
        ({"type": "paragraph", "data": {"text": ""}}, ""),
    ],
)
def test_blocks_become_html(block: dict[str, Any], html: str) -> None:
    assert html_of({"blocks": [block]}) == html
    assert html_of(json.dumps({"blocks": [block]})) == html


def test_a_text_that_is_no_editorjs_is_a_paragraph() -> None:
    assert (html_of("a < b"), html_of(None)) == ("<p>a &lt; b</p>", "")
