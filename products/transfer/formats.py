"""shim until ready/formats is merged"""
from collections.abc import Mapping
from products.transfer.readers.shopify import ShopifyReader
from products.transfer.sources import Bundle, Evidence, Format
FORMATS: Mapping[str, Format] = {"shopify": Format("shopify", "Shopify CSV", lambda b: Evidence(90, "x"), lambda b, o: ShopifyReader(b.main.open(), currency=o.currency))}
def choose(bundle: Bundle, code: str | None = None) -> tuple[Format, Evidence]:
    return FORMATS[code or "shopify"], Evidence(100, "The format was named.")
