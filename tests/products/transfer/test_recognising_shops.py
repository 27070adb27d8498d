"""Which shop a file is from: by a few of its columns, in any order and case."""

import random

import pytest

from products.transfer.formats import recognise
from products.transfer.sources import Bundle, BytesSource

HEADERS = {
    "shopify": "Handle,Title,Variant Price,Option1 Name",
    "woocommerce": "Type,SKU,Name,Regular price,Categories,Parent",
    "magento2": "sku,product_type,name,price,url_key,base_image",
    "medusa": "Product Handle,Product Title,Variant SKU,Price EUR",
    "akeneo": "sku;family;name-en_US;enabled",
    "commercetools": "productType,variantId,sku,name.en,prices",
    "spree": "slug,sku,name,price,category1,option1_name",
    "vendure": "name:en,sku,price,optionValues:en,facets:en",
    "unopim": "sku,type,attribute_family,locale,name",
    "bagisto": "sku,type,attribute_family_code,locale,price",
    "orocommerce": "sku,name,unit,precision,MSRP,price",
}


@pytest.mark.parametrize(("code", "header"), HEADERS.items(), ids=list(HEADERS))
def test_a_few_columns_tell_the_shop(code: str, header: str) -> None:
    separator = ";" if ";" in header else ","
    names = header.split(separator)
    random.Random(code).shuffle(names)
    written = [name if code in {"akeneo", "commercetools"} else name.upper() for name in names]
    text = f"\ufeff{separator.join(written)}\n{separator.join('x' for _ in names)}\n"
    found = recognise(Bundle(BytesSource("file.csv", text.encode())))
    assert found[0][0].code == code
    assert all(other.certainty <= found[0][1].certainty - 10 for _, other in found[1:])


@pytest.mark.parametrize(
    "text", ["name,price\nA,1\n", "sku,name\nA,1\n", "", "[]", '[{"model": "auth.user"}]', "<a/>"]
)
def test_a_file_of_no_shop_is_of_none(text: str) -> None:
    source = BytesSource("file", text.encode())
    shops = {each.code for each, _ in recognise(Bundle(source))} & {*HEADERS, "oscar", "saleor"}
    assert shops == set()
