"""Shopify's files, old and new, whole and broken."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from products.models import Cost, Document, Product
from products.transfer.readers import encodings, tables
from products.transfer.readers.shopify_columns import normal, understand
from products.transfer.records import FileRefused
from tests.products.transfer.shop_files import (
    HEADER,
    codes,
    counts,
    import_text,
    lines,
    product,
    variant,
)

pytestmark = pytest.mark.django_db
NEWEST = (
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option1 Linked To",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Charge tax",
    "Inventory quantity",
    "Weight value (grams)",
    "Weight unit for display",
    "Requires shipping",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "Gift card",
    "SEO title",
    "SEO description",
    "Color (product.metafields.shopify.color-pattern)",
    "Google Shopping / Manufacturer part number (MPN)",
)
NEWEST_CELLS = {
    "Title": "Ripple vase",
    "URL handle": "ripple-vase",
    "Description": "<p>Thrown by hand.</p>",
    "Vendor": "Oda Studio",
    "Product category": "Home & Garden > Decor > Vases",
    "Type": "Vase",
    "Tags": "glaze, blue",
    "Published on online store": "TRUE",
    "Status": "active",
    "SKU": "RV-1",
    "Option1 name": "Color",
    "Option1 value": "Indigo",
    "Price": "38.00",
    "Compare-at price": "45.00",
    "Cost per item": "11.00",
    "Inventory quantity": "4",
    "Weight value (grams)": "900",
    "SEO title": "A vase",
    "Color (product.metafields.shopify.color-pattern)": "indigo",
    "Google Shopping / Manufacturer part number (MPN)": "OD-7",
}


def test_the_newest_columns_are_understood(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(NEWEST_CELLS, header=NEWEST))
    assert counts(report) == {"created": 1}
    vase = Product.objects.get(slug="ripple-vase")
    assert (vase.name, vase.status, vase.seo_title) == ("Ripple vase", "published", "A vase")
    category = vase.categories.get()
    assert (category.name, category.depth) == ("Vases", 3)
    assert vase.metadata == {
        "shopify": {
            "type": "Vase",
            "google_mpn": "OD-7",
            "Color (product.metafields.shopify.color-pattern)": "indigo",
        }
    }
    (row,) = vase.variants.all()
    assert row.metadata == {}
    assert (row.weight, row.weight_unit) == (Decimal(900), "g")
    assert str(row.prices.get().compare_at) == "45.0000"


def test_a_cost_reaches_no_shopper(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(NEWEST_CELLS, header=NEWEST))
    assert report.columns_left_out == []
    assert [str(cost) for cost in Cost.objects.all()] == ["11.0000 USD"]
    assert not Document.objects.filter(body__contains="11.00").exists()


def test_an_unknown_column_is_reported_and_left_out(tmp_path: Path) -> None:
    text = lines({**product(), "Supplier note": "secret"}, header=(*HEADER, "Supplier note"))
    report = import_text(tmp_path, text)
    assert [(w.code, w.line, w.column) for w in report.warnings] == [
        ("unknown-column", 1, "Supplier note")
    ]
    assert not Document.objects.filter(body__contains="secret").exists()


@pytest.mark.parametrize(
    "name",
    ["Body (HTML)", "BODY (html)", "Body", "body_html", " Body  HTML ", "Description"],
)
def test_spelling_of_a_column_is_forgiven(name: str) -> None:
    assert understand(["Handle", name], 1).mapped["description"] == 1


def test_normal_spelling_drops_case_blanks_and_punctuation() -> None:
    assert normal("Google Shopping / MPN") == "google shopping mpn"
    assert normal("Compare-at price") == "compare at price"


def test_windows_line_ends_a_byte_order_mark_and_breaks_inside_of_cells(tmp_path: Path) -> None:
    body = '<p>One</p>\r\n<p>Two, with "quotes"</p>'
    text = lines(product(body=body), product("pine-stool", price="x"), end="\r\n")
    report = import_text(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert Product.objects.get().description == body
    assert codes(report) == [("invalid-amount", 4)]


def test_lines_with_only_a_picture_make_no_variant(tmp_path: Path) -> None:
    text = lines(
        product(image="https://shop.example/2.jpg", position="2"),
        {
            "Handle": "oak-stool",
            "Image Src": " https://shop.example/1.jpg ",
            "Image Position": "1",
            "Image Alt Text": "From above",
        },
        {"Handle": "oak-stool", "Image Src": "https://shop.example/2.jpg"},
    )
    import_text(tmp_path, text)
    stool = Product.objects.get()
    assert stool.variants.count() == 1
    assert [(media.source_url, media.alt) for media in stool.media.all()] == [
        ("https://shop.example/1.jpg", "From above"),
        ("https://shop.example/2.jpg", ""),
    ]


def test_a_handle_of_two_products_far_apart_goes_to_the_first(tmp_path: Path) -> None:
    text = lines(
        product("clay-pot", title="Clay pot", option="Color", value="Rust"),
        variant("Sand", "clay-pot"),
        product("oak-stool"),
        product("clay-pot", title="Clay pot", option="Color", value="Rust", price="9"),
        variant("Moss", "clay-pot"),
    )
    report = import_text(tmp_path, text)
    assert counts(report) == {"created": 2, "refused": 1}
    (remark,) = report.refusals
    assert (remark.code, remark.line, remark.handle) == ("handle-taken", 5, "clay-pot")
    assert "Line 2" in remark.message
    pot = Product.objects.get(slug="clay-pot")
    assert sorted(row.options["Color"] for row in pot.variants.all()) == ["Rust", "Sand"]


def test_two_neighbours_with_one_handle_and_two_titles_are_two_products(tmp_path: Path) -> None:
    text = lines(product("pot", title="Clay pot"), product("pot", title="Tin pot"))
    report = import_text(tmp_path, text)
    assert codes(report) == [("handle-taken", 3)]
    assert Product.objects.get().name == "Clay pot"


def test_lines_of_a_product_may_be_scattered_when_only_the_first_has_the_title(
    tmp_path: Path,
) -> None:
    text = lines(
        product("pot", option="Color", value="Rust"),
        product("oak-stool"),
        variant("Sand", "pot"),
        product("pine-stool"),
        variant("Moss", "pot"),
    )
    assert counts(import_text(tmp_path, text)) == {"created": 3}
    assert Product.objects.get(slug="pot").variants.count() == 3


def test_lines_after_a_second_product_of_the_handle_belong_to_nobody(tmp_path: Path) -> None:
    text = lines(
        product("pot", option="Color", value="Rust"),
        product("a-stool"),
        product("pot", option="Color", value="Sky"),
        product("b-stool"),
        variant("Moss", "pot"),
    )
    report = import_text(tmp_path, text)
    assert codes(report) == [("handle-taken", 4), ("handle-taken", 6)]
    assert Product.objects.get(slug="pot").variants.count() == 1


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ([product(), {"Title": "No handle"}], "handle-missing", 3),
        ([product("two words")], "invalid-handle", 2),
        ([product("0190a8f2-7a3b-7c1d-8e9f-0123456789ab")], "invalid-handle", 2),
        ([product(price="1,299.00")], "invalid-amount", 2),
        ([product(price="-1")], "invalid-amount", 2),
        ([product(price="$5")], "invalid-amount", 2),
        ([product(price="1e3")], "invalid-amount", 2),
        ([product(status="hidden")], "invalid-status", 2),
        ([product(published="maybe")], "invalid-flag", 2),
        ([product(title="x" * 501)], "too-long", 2),
        ([product(tags="x" * 101)], "too-long", 2),
        ([product(sku="x" * 101)], "too-long", 2),
        ([product(type="x" * 201)], "too-long", 2),
        ([product(option="x" * 101, value="S")], "too-long", 2),
        ([product(option="", value="Red"), variant("Blue")], "option-name-missing", 2),
        ([product(option="Size", value="S"), variant("S")], "options-taken", 3),
        ([product(option="Size", value="S"), variant("")], "variant-unnamed", 3),
        ([product(option="A", value="1", option2="A", value2="2")], "option-name-twice", 2),
        ([product(sku="A"), product("b-stool", sku="A")], "sku-taken", 3),
        ([product(option="Size", value="S", sku="A"), variant("M", sku="A")], "sku-taken", 3),
        ([product(tags=",".join(f"t{n}" for n in range(101)))], "invalid", 2),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_line(
    tmp_path: Path, rows: list[dict[str, str]], code: str, line: int
) -> None:
    assert codes(import_text(tmp_path, lines(*rows))) == [(code, line)]


@pytest.mark.parametrize(
    ("status", "published", "stored"),
    [
        ("active", "true", "published"),
        ("active", "", "published"),
        ("active", "FALSE", "draft"),
        ("draft", "true", "draft"),
        ("archived", "true", "archived"),
        ("", "true", "published"),
        ("", "false", "draft"),
        ("", "", "draft"),
        ("unlisted", "true", "draft"),
    ],
)
def test_status_and_published_together(
    tmp_path: Path, status: str, published: str, stored: str
) -> None:
    import_text(tmp_path, lines(product(status=status, published=published)))
    assert Product.objects.get().status == stored


def test_a_barcode_that_is_no_gtin_is_kept_beside_a_warning(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(product(barcode="4006381333932")))
    assert [(w.code, w.line, w.column) for w in report.warnings] == [
        ("invalid-barcode", 2, "Variant Barcode")
    ]
    row = Product.objects.get().variants.get()
    assert (row.gtin, row.metadata) == (None, {"shopify": {"barcode": "4006381333932"}})


def test_a_former_price_below_the_price_is_kept_beside_a_warning(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(product(price="50", compare_at="40")))
    assert [(w.code, w.line) for w in report.warnings] == [("compare-at-below-price", 2)]
    row = Product.objects.get().variants.get()
    assert row.prices.get().compare_at is None
    assert row.metadata == {"shopify": {"compare_at_price": "40"}}


def test_a_picture_without_an_address_is_left_out_with_a_warning(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(product(image="javascript:alert(1)")))
    assert [(w.code, w.line) for w in report.warnings] == [("invalid-image-url", 2)]
    assert Product.objects.get().media.count() == 0


def test_a_picture_shows_every_variant_that_names_it(tmp_path: Path) -> None:
    url = "https://shop.example/red.jpg"
    text = lines(
        product(option="Size", value="S", variant_image=url), variant("M", variant_image=url)
    )
    import_text(tmp_path, text)
    stool = Product.objects.get()
    assert [each.shown_by.get().media for each in stool.variants.all()] == [
        stool.media.get(),
        stool.media.get(),
    ]
    assert counts(import_text(tmp_path, text)) == {"unchanged": 1}


def test_an_option_named_otherwise_on_a_later_line_keeps_its_first_name(tmp_path: Path) -> None:
    text = lines(product(option="Color", value="Red"), variant("Blue", option="Colour"))
    report = import_text(tmp_path, text)
    assert [(w.code, w.line) for w in report.warnings] == [("option-name-differs", 3)]
    assert Product.objects.get().option_names == ["Color"]


def test_an_option_named_title_is_kept_when_it_chooses_something(tmp_path: Path) -> None:
    text = lines(product(option="Title", value="Signed"), variant("Unsigned"))
    import_text(tmp_path, text)
    assert Product.objects.get().option_names == ["Title"]


def test_a_products_column_on_a_variants_line_is_kept_with_the_variant(tmp_path: Path) -> None:
    text = lines(
        {**product(option="Size", value="S"), "Google Shopping / MPN": "M-1"},
        {**variant("M"), "Google Shopping / MPN": "M-2"},
        header=(*HEADER, "Google Shopping / MPN"),
    )
    import_text(tmp_path, text)
    stool = Product.objects.get()
    assert stool.metadata == {"shopify": {"google_mpn": "M-1"}}
    assert [row.metadata for row in stool.variants.all()] == [
        {},
        {"shopify": {"google_mpn": "M-2"}},
    ]


def test_a_category_path_that_is_too_deep_refuses_only_its_own_product(tmp_path: Path) -> None:
    deep = {**NEWEST_CELLS, "Product category": " > ".join(f"L{n}" for n in range(13))}
    other = {"URL handle": "other", "Title": "Other"}
    report = import_text(tmp_path, lines(other, deep, header=NEWEST))
    assert counts(report) == {"created": 1, "refused": 1}
    assert codes(report) == [("category-too-deep", 3)]


def test_a_number_of_shopifys_taxonomy_is_no_category(tmp_path: Path) -> None:
    text = lines({**NEWEST_CELLS, "Product category": "3172", "Type": "Vase"}, header=NEWEST)
    import_text(tmp_path, text)
    vase = Product.objects.get()
    assert vase.categories.get().name == "Vase"
    assert vase.metadata["shopify"]["product_category"] == "3172"


def refusal(folder: Path, text: str | bytes) -> tuple[str, int, str]:
    with pytest.raises(FileRefused) as caught:
        import_text(folder, text)
    assert not Product.objects.exists()
    return caught.value.remark.code, caught.value.remark.line, caught.value.remark.message


def test_a_wrong_byte_is_named_with_its_place_and_nothing_is_imported(tmp_path: Path) -> None:
    text = lines(product(title="Caf\xe9"), product("b-stool", title="X")).encode()
    text = text.replace(b"X", b"\xe9")
    code, line, message = refusal(tmp_path, text)
    assert (code, line) == ("not-utf-8", 3)
    assert message == f"Byte {text.index(0xE9):,} (0xe9) is not UTF-8."


def test_the_place_of_a_wrong_byte_counts_the_byte_order_mark(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfHandle,Title\xff\n"
    assert refusal(tmp_path, text) == ("not-utf-8", 1, "Byte 15 (0xff) is not UTF-8.")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"", "empty-file", 1),
        (b"Handle,Title\n", "no-rows", 1),
        (b"Title,Price\nA,5\n", "no-handle-column", 1),
        (b"Handle,URL handle,Title\na,a,A\n", "column-twice", 1),
        ("Handle,Title\na,A\n".encode("utf-16")[:-1], "not-utf-16-le", 2),
        (b"Handle,Title\na,A\nb,\x81\n", "not-windows-1252", 3),
        (b"Handle,Title\na,A\nb,B\0\n", "nul", 3),
        (b'Handle,Title\na,A\nb,"never closed\nc,C\n', "not-csv", 3),
        (b'Handle,Title\na,"A" and more\n', "not-csv", 2),
        (b"Handle,Title\na," + b"x" * 200_000 + b"\n", "not-csv", 2),
        (b"Handle" + b",x" * 500 + b"\n", "too-many-columns", 1),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_whole(
    tmp_path: Path, text: bytes, code: str, line: int
) -> None:
    assert refusal(tmp_path, text)[:2] == (code, line)


def test_limits_of_rows_and_lines_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    text = lines(*[product(f"stool-{n}") for n in range(3)])
    assert refusal(tmp_path, text)[:2] == ("too-many-rows", 4)
    monkeypatch.setattr(encodings, "MAX_LINE", 100)
    assert refusal(tmp_path, text)[:2] == ("line-too-long", 1)


def test_a_file_over_the_limit_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.transfer.opening.MAX_FILE_BYTES", 10)
    assert refusal(tmp_path, lines(product()))[0] == "file-too-large"


@pytest.mark.parametrize("cells", ["oak-stool,Oak", "oak-stool,Oak,5,more"])
def test_a_line_with_another_number_of_cells_is_refused(tmp_path: Path, cells: str) -> None:
    text = f"Handle,Title,Variant Price\nb-stool,B,5\n{cells}\n"
    report = import_text(tmp_path, text)
    assert codes(report) == [("wrong-number-of-cells", 3)]
    assert counts(report) == {"created": 1, "refused": 1}


def test_empty_lines_of_a_spreadsheet_are_no_products(tmp_path: Path) -> None:
    text = "Handle,Title,Variant Price\noak-stool,Oak,5\n,,\n\n,,\n"
    report = import_text(tmp_path, text)
    assert counts(report) == {"created": 1}
    assert report.rows == 1


def test_the_report_can_be_read_by_programs(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines(product(), product("b-stool", price="x")))
    found = json.loads(json.dumps(report.as_json()))
    assert (found["created"], found["refused"], found["rows"]) == (1, 1, 2)
    assert found["refusals"] == [
        {
            "code": "invalid-amount",
            "line": 3,
            "message": "'x' is no amount of money.",
            "remedy": "Write it like 1299.95: a point, no thousands separator, no currency sign.",
            "column": "Variant Price",
            "handle": "b-stool",
        }
    ]
