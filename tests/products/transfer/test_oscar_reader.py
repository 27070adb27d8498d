"""Oscar's files, whose first line is a product already."""

import pytest

from tests.products.transfer.reading import prices, read

BOOK = 'Book,Books > Code,9780201485677,Refactoring,"Better, ""now""",Book partner,R-1,9.99,20\n'
PEN = "Pen,Office,4711,Pen,,Pen maker,P-1,1.50,5\n"


@pytest.mark.parametrize("separator", [",", ";"])
def test_each_line_is_a_product(separator: str) -> None:
    text = BOOK + PEN
    if separator == ";":
        said = '"Better, ""now"""'
        text = BOOK.replace(said, "#").replace(",", ";").replace("#", said)
        text += PEN.replace(",", ";")
    found = read(text)
    assert (found.format, found.survey.rows) == ("oscar", 2)
    book, pen = found.products
    assert (book.values["name"], book.first_line, book.product_type) == ("Refactoring", 1, "book")
    assert book.values["description"] == 'Better, "now"'
    assert book.category == ("Books", "Code")
    (variant,) = book.variants
    assert (variant.values["gtin"], variant.values["sku"]) == ("9780201485677", "R-1")
    assert (prices(variant), variant.stock) == ([("9.99", "USD")], {"book-partner": 20})
    assert pen.values["external_ids"] == [{"system": "oscar", "id": "4711"}]
    assert pen.variants[0].values["metadata"] == {"oscar": {"upc": "4711"}}
    assert found.survey.definitions.locations["book-partner"] == "Book partner"


def test_another_partner_adds_stock() -> None:
    other = BOOK.replace("Book partner,R-1,9.99,20", "Second,R-2,8.99,3")
    found = read(BOOK + PEN + other)
    book = found.named("Refactoring")
    assert book.variants[0].stock == {"book-partner": 20, "second": 3}
    assert book.variants[0].values["metadata"]["oscar"]["offers"][0]["price"] == "8.99"
    assert ("another-partner", 3, "price") in found.warnings


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PEN.replace("1.50", "cheap"), "invalid-amount"),
        (PEN.replace(",5\n", ",some\n"), "invalid-quantity"),
        ("Pen,Office,4711\n", "wrong-number-of-cells"),
    ],
)
def test_a_bad_line_is_refused_alone(line: str, code: str) -> None:
    found = read(BOOK + line)
    assert [(each.code, each.line) for each in found.refused] == [(code, 2)]
    assert len(found.products) == 1


def test_lines_of_five_cells_have_no_partner() -> None:
    found = read(BOOK + "Pen,Office,4712,Pencil,Blue\n")
    assert [each.values["name"] for each in found.products] == ["Refactoring", "Pencil"]
    assert found.variants[1].values.get("prices") is None
