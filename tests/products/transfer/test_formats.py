"""Which format a file has is found out and said, or asked for."""

import pytest

from products.transfer import formats
from products.transfer.formats import FORMATS, choose, recognise
from products.transfer.records import FileRefused
from products.transfer.sources import Bundle, BytesSource, Evidence, FileSource, Format
from tests.products.real_catalogs import ROOT, sample


def bundle(text: str, name: str = "shop.csv") -> Bundle:
    return Bundle(BytesSource(name, text.encode()))


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("Handle,Title,Variant Price\n", "shopify", "'Handle' and 'Variant Price'"),
        ("Title;URL handle;Product image URL\n", "shopify", "'URL handle'"),
        ("id\ttitle\tprice\tlink\tavailability\n", "google", "id, title, price"),
        ("id,title,price,link,availability,fb_product_category\n", "meta", "Meta's own"),
        ("id,title,price,link,availability,video[0].url\n", "meta", "'video[0].url'"),
        ('<rss xmlns:g="x"><item><g:id>1</g:id></item></rss>', "google", "have g:id"),
    ],
)
def test_a_format_is_recognised_by_its_columns(text: str, code: str, reason: str) -> None:
    found, evidence = choose(bundle(text))
    assert (found.code, evidence.certainty >= 85) == (code, True)
    assert reason in evidence.reason


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("Bezeichnung;Preis\n", "unknown-format", "It has: Bezeichnung, Preis."),
        ('[{"titel": 1}]', "unknown-format", "It has: titel."),
        ("", "empty-file", "empty"),
        ("a,b\n\x00", "nul", "NUL at byte 4"),
        ('[{"titel": 1', "not-json", "delimiter"),
    ],
)
def test_a_file_of_no_known_format_says_what_it_has(text: str, code: str, said: str) -> None:
    with pytest.raises(FileRefused) as caught:
        choose(bundle(text))
    assert caught.value.remark.code == code
    assert said in caught.value.remark.message


def test_a_format_may_be_named() -> None:
    assert choose(bundle("Bezeichnung\n"), "google")[0] is FORMATS["google"]
    with pytest.raises(FileRefused, match="no format 'excel'") as caught:
        choose(bundle("Bezeichnung\n"), "excel")
    assert "shopify" in caught.value.remark.remedy


def test_a_mapping_is_a_format_of_its_own() -> None:
    mapping = {"version": 1, "columns": {"Handle": "slug"}}
    file = bundle("Handle,Title,Variant Price\n")
    assert choose(file, None, mapping)[0] is FORMATS["mapping"]
    with pytest.raises(FileRefused) as caught:
        choose(file, "shopify", mapping)
    assert caught.value.remark.code == "mapping-unused"


def test_two_that_are_nearly_as_certain_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def likely(code: str, certainty: int) -> Format:
        plain = FORMATS["mapping"]
        return Format(code, code, lambda _: Evidence(certainty, f"So says {code}."), plain.open)

    found = {each: likely(each, level) for each, level in (("a", 80), ("b", 75), ("c", 60))}
    monkeypatch.setattr(formats, "FORMATS", found)
    with pytest.raises(FileRefused) as caught:
        choose(bundle("x\n"))
    assert caught.value.remark.code == "format-unclear"
    assert "a: So says a.; b: So says b." in caught.value.remark.message
    assert "--format" in caught.value.remark.remedy
    assert [each.code for each, _ in recognise(bundle("x\n"))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("shopify", "official", "apparel.csv"), "shopify"),
        (("shopify", "official", "jewelery.csv"), "shopify"),
        (("shopify", "packt", "Product-data.csv"), "shopify"),
        (("shopify", "gatsby", "products.csv"), "shopify"),
        (("shopify", "template", "product_template_2019.csv"), "shopify"),
    ],
)
def test_real_files_are_recognised(parts: tuple[str, ...], code: str) -> None:
    path = sample(*parts)
    assert choose(Bundle(FileSource(path.name, path)))[0].code == code


def test_every_format_is_documented() -> None:
    page = (ROOT / "docs" / "formats.md").read_text()
    assert [code for code in FORMATS if f"`{code}`" not in page] == []
