from products.models.brands import Brand
from products.models.categories import Category
from products.models.changes import Change, ChangeHorizon
from products.models.channels import Channel, ChannelLocale, Locale, ViewStamp
from products.models.costs import Cost
from products.models.documents import Document, DocumentPrint
from products.models.exports import Export, Feed
from products.models.external_ids import ExternalId
from products.models.imports import (
    ImportedRecord,
    ImportJob,
    ImportOutcome,
    ImportRemark,
    ImportRow,
)
from products.models.listings import Listing
from products.models.lookups import AnyOf
from products.models.media import Media, MediaFetch, Rendition, VariantMedia
from products.models.price_history import PriceListRecord, PriceRecord
from products.models.price_lists import PriceList
from products.models.prices import Price
from products.models.product_collections import Collection, CollectionProduct, Watermark
from products.models.product_types import (
    Attribute,
    AttributeOption,
    ProductType,
    ProductTypeAttribute,
)
from products.models.products import Product, ProductCategory
from products.models.redirects import SlugRedirect
from products.models.relations import Relation, RelationKind
from products.models.search import SearchEntry, SearchStatistics, SearchTerm, SearchWord
from products.models.search_rules import CuratedProduct, Curation, Synonym
from products.models.stock import Location, StockLevel
from products.models.tax_classes import TaxClass
from products.models.variants import Variant

__all__ = [
    "AnyOf",
    "Attribute",
    "AttributeOption",
    "Brand",
    "Category",
    "Change",
    "ChangeHorizon",
    "Channel",
    "ChannelLocale",
    "Collection",
    "CollectionProduct",
    "Cost",
    "CuratedProduct",
    "Curation",
    "Document",
    "DocumentPrint",
    "Export",
    "ExternalId",
    "Feed",
    "ImportJob",
    "ImportOutcome",
    "ImportRemark",
    "ImportRow",
    "ImportedRecord",
    "Listing",
    "Locale",
    "Location",
    "Media",
    "MediaFetch",
    "Price",
    "PriceList",
    "PriceListRecord",
    "PriceRecord",
    "Product",
    "ProductCategory",
    "ProductType",
    "ProductTypeAttribute",
    "Relation",
    "RelationKind",
    "Rendition",
    "SearchEntry",
    "SearchStatistics",
    "SearchTerm",
    "SearchWord",
    "SlugRedirect",
    "StockLevel",
    "Synonym",
    "TaxClass",
    "Variant",
    "VariantMedia",
    "ViewStamp",
    "Watermark",
]
