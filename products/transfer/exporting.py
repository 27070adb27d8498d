"""Products out of the catalog: which formats there are, and how a file of one is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from products.transfer.truth import Truth
from products.transfer.writers import (
    feeds,
    ndjson,
    own_csv,
    own_xlsx,
    own_zip,
    shopify,
    woocommerce,
)
from products.transfer.writers.options import WriteOptions


@dataclass(frozen=True, slots=True)
class Writer:
    """A format that products are written in: a module of `writers`."""

    code: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Truth, WriteOptions], Iterator[bytes]]
    is_feed: bool = False  # of what anonymous shoppers see


CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
XML = "application/xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: Mapping[str, Writer] = {
    each.code: each
    for each in (
        Writer("ndjson", "Catalog NDJSON", ".ndjson", "application/x-ndjson", ndjson.write),
        Writer("csv", "Catalog CSV", ".csv", CSV, own_csv.write),
        Writer("zip", "Catalog CSV and definitions", ".zip", "application/zip", own_zip.write),
        Writer("xlsx", "Catalog workbook", ".xlsx", XLSX, own_xlsx.write),
        Writer("shopify", "Shopify CSV", ".csv", CSV, shopify.write),
        Writer("woocommerce", "WooCommerce CSV", ".csv", CSV, woocommerce.write),
        Writer("google-xml", "Google Merchant XML", ".xml", XML, feeds.google_xml, is_feed=True),
        Writer("google-tsv", "Google Merchant TSV", ".tsv", TSV, feeds.google_tsv, is_feed=True),
        Writer("meta-csv", "Meta CSV", ".csv", CSV, feeds.meta_csv, is_feed=True),
    )
}
