"""Routes of the catalog: plural nouns, no trailing slash."""

from django.urls import path
from drf_spectacular.utils import extend_schema_view
from rest_framework.routers import SimpleRouter

from products.api import export_urls, history_urls, import_urls
from products.api.attribute_values import ProductValuesViewSet, VariantValuesViewSet
from products.api.attributes import AttributeViewSet
from products.api.brands import BrandViewSet
from products.api.categories import CategoryViewSet
from products.api.changes import ChangesViewSet
from products.api.channels import ChannelViewSet
from products.api.collection_products import CollectionProductsViewSet
from products.api.collections import CollectionViewSet, RulePreviewViewSet
from products.api.completeness import CompletenessViewSet
from products.api.costs import CostsViewSet
from products.api.curations import CurationViewSet
from products.api.documentation import (
    attributes,
    brands,
    bulk,
    categories,
    changes,
    channels,
    collections,
    completeness,
    external_ids,
    facets,
    history,
    listings,
    locales,
    locations,
    media,
    prices,
    product_types,
    products,
    relations,
    search,
    search_rules,
    stock,
    suggest,
    translations,
    variants,
)
from products.api.exports import CatalogExportViewSet, ProductExportViewSet
from products.api.external_ids import ExternalIdsViewSet
from products.api.facets import FacetsViewSet
from products.api.listings import ListingsViewSet
from products.api.locales import LocaleViewSet
from products.api.locations import LocationViewSet
from products.api.media import MediaViewSet
from products.api.price_answers import ProductPricesViewSet, VariantPricesViewSet
from products.api.price_bulk import PriceBulkViewSet
from products.api.price_lists import PriceListViewSet
from products.api.prices import StoredPriceViewSet
from products.api.product_bulk import ProductBulkViewSet
from products.api.product_types import ProductTypeViewSet
from products.api.products import KEY, ProductViewSet
from products.api.relation_kinds import RelationKindViewSet
from products.api.relations import RelationsViewSet
from products.api.search import SearchViewSet
from products.api.stock import StockViewSet
from products.api.stock_bulk import StockBulkViewSet
from products.api.suggest import SuggestViewSet
from products.api.synonyms import SynonymViewSet
from products.api.tax_classes import TaxClassViewSet
from products.api.translated import (
    BrandTranslationsViewSet,
    CategoryTranslationsViewSet,
    CollectionTranslationsViewSet,
    ProductTranslationsViewSet,
)
from products.api.undoing import UndoViewSet
from products.api.variants import VariantViewSet

extend_schema_view(**products.OPERATIONS)(ProductViewSet)
extend_schema_view(**facets.OPERATIONS)(FacetsViewSet)
extend_schema_view(**variants.OPERATIONS)(VariantViewSet)
extend_schema_view(**media.OPERATIONS)(MediaViewSet)
extend_schema_view(**brands.OPERATIONS)(BrandViewSet)
extend_schema_view(**categories.OPERATIONS)(CategoryViewSet)
extend_schema_view(**changes.OPERATIONS)(ChangesViewSet)
extend_schema_view(**changes.OF_CATALOG)(CatalogExportViewSet)
extend_schema_view(**changes.OF_PRODUCTS)(ProductExportViewSet)
extend_schema_view(**collections.OPERATIONS)(CollectionViewSet)
extend_schema_view(**collections.PRODUCTS)(CollectionProductsViewSet)
extend_schema_view(**collections.PREVIEW)(RulePreviewViewSet)
extend_schema_view(**attributes.OPERATIONS)(AttributeViewSet)
extend_schema_view(**attributes.OF_PRODUCT)(ProductValuesViewSet)
extend_schema_view(**attributes.OF_VARIANT)(VariantValuesViewSet)
extend_schema_view(**external_ids.OPERATIONS)(ExternalIdsViewSet)
extend_schema_view(**relations.KINDS)(RelationKindViewSet)
extend_schema_view(**relations.OF_PRODUCT)(RelationsViewSet)
extend_schema_view(**product_types.OPERATIONS)(ProductTypeViewSet)
extend_schema_view(**translations.OF_PRODUCT)(ProductTranslationsViewSet)
extend_schema_view(**translations.OF_BRAND)(BrandTranslationsViewSet)
extend_schema_view(**translations.OF_CATEGORY)(CategoryTranslationsViewSet)
extend_schema_view(**translations.OF_COLLECTION)(CollectionTranslationsViewSet)
extend_schema_view(**completeness.OPERATIONS)(CompletenessViewSet)
extend_schema_view(**listings.OPERATIONS)(ListingsViewSet)
extend_schema_view(**channels.OPERATIONS)(ChannelViewSet)
extend_schema_view(**locales.OPERATIONS)(LocaleViewSet)
extend_schema_view(**locations.OPERATIONS)(LocationViewSet)
extend_schema_view(**search.OPERATIONS)(SearchViewSet)
extend_schema_view(**suggest.OPERATIONS)(SuggestViewSet)
extend_schema_view(**search_rules.SYNONYMS)(SynonymViewSet)
extend_schema_view(**search_rules.CURATIONS)(CurationViewSet)
extend_schema_view(**stock.OPERATIONS)(StockViewSet)


extend_schema_view(**prices.LISTS)(PriceListViewSet)
extend_schema_view(**prices.STORED)(StoredPriceViewSet)
extend_schema_view(**prices.OF_PRODUCT)(ProductPricesViewSet)
extend_schema_view(**prices.OF_VARIANT)(VariantPricesViewSet)
extend_schema_view(**prices.COSTS)(CostsViewSet)
extend_schema_view(**prices.TAX_CLASSES)(TaxClassViewSet)
extend_schema_view(**history.UNDO)(UndoViewSet)

extend_schema_view(**bulk.PRODUCTS)(ProductBulkViewSet)
extend_schema_view(**bulk.PRICES)(PriceBulkViewSet)
extend_schema_view(**bulk.STOCK)(StockBulkViewSet)

router = SimpleRouter(trailing_slash=False)
router.register("products", ProductViewSet, basename="product")
router.register(rf"products/(?P<product>{KEY})/variants", VariantViewSet, basename="variant")
router.register(rf"products/(?P<product>{KEY})/media", MediaViewSet, basename="media")
router.register("brands", BrandViewSet, basename="brand")
router.register("categories", CategoryViewSet, basename="category")
router.register("collections", CollectionViewSet, basename="collection")
router.register("attributes", AttributeViewSet, basename="attribute")
router.register("product-types", ProductTypeViewSet, basename="product-type")
router.register("price-lists", PriceListViewSet, basename="price-list")
router.register(
    rf"price-lists/(?P<price_list>{KEY})/prices", StoredPriceViewSet, basename="stored-price"
)
router.register("tax-classes", TaxClassViewSet, basename="tax-class")
router.register("relation-kinds", RelationKindViewSet, basename="relation-kind")
router.register("channels", ChannelViewSet, basename="channel")
router.register("locales", LocaleViewSet, basename="locale")
router.register("locations", LocationViewSet, basename="location")
router.register("stock", StockViewSet, basename="stock")
router.register("synonyms", SynonymViewSet, basename="synonym")
router.register("curations", CurationViewSet, basename="curation")
urlpatterns = [
    # Before the product that would have this slug.
    path("products/bulk", ProductBulkViewSet.as_view({"post": "create"}), name="product-bulk"),
    path("prices/bulk", PriceBulkViewSet.as_view({"post": "create"}), name="price-bulk"),
    path("stock/bulk", StockBulkViewSet.as_view({"post": "create"}), name="stock-bulk"),
    # Before the router, which would take the word for a slug.
    path(
        "products/export",
        ProductExportViewSet.as_view({"get": "retrieve"}),
        name="product-export",
    ),
    *export_urls.urlpatterns,
    path("products/facets", FacetsViewSet.as_view({"get": "retrieve"}), name="product-facets"),
    path("search", SearchViewSet.as_view({"get": "retrieve"}), name="search"),
    path("suggest", SuggestViewSet.as_view({"get": "retrieve"}), name="suggest"),
    path("changes", ChangesViewSet.as_view({"get": "retrieve"}), name="changes"),
    path("changes/undo", UndoViewSet.as_view({"post": "create"}), name="change-undo"),
    path("changes/export", CatalogExportViewSet.as_view({"get": "retrieve"}), name="change-export"),
    *router.urls,
    *import_urls.urlpatterns,
    path(
        "collections/<str:collection>/products",
        CollectionProductsViewSet.as_view({"get": "list", "put": "update", "post": "create"}),
        name="collection-products",
    ),
    path(
        "collections/<str:collection>/products/<str:product>",
        CollectionProductsViewSet.as_view({"delete": "destroy"}),
        name="collection-product",
    ),
    path(
        "collections/rule/preview",
        RulePreviewViewSet.as_view({"post": "create"}),
        name="collection-rule-preview",
    ),
    path(
        "products/<str:product>/attributes",
        ProductValuesViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="product-values",
    ),
    path(
        "products/<str:product>/relations",
        RelationsViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="product-relations",
    ),
    path(
        "products/<str:product>/external-ids",
        ExternalIdsViewSet.as_view({"get": "retrieve"}),
        name="product-external-ids",
    ),
    path(
        "products/<str:product>/variants/<str:variant>/attributes",
        VariantValuesViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="variant-values",
    ),
    path(
        "products/<str:product>/prices",
        ProductPricesViewSet.as_view({"get": "list"}),
        name="product-prices",
    ),
    path(
        "products/<str:product>/variants/<str:variant>/prices",
        VariantPricesViewSet.as_view({"get": "retrieve"}),
        name="variant-prices",
    ),
    path(
        "products/<str:product>/variants/<str:variant>/costs",
        CostsViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="variant-costs",
    ),
    path(
        "products/<str:product>/completeness",
        CompletenessViewSet.as_view({"get": "retrieve"}),
        name="product-completeness",
    ),
    path(
        "products/<str:product>/channels",
        ListingsViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="product-listings",
    ),
    path(
        "products/<str:product>/translations",
        ProductTranslationsViewSet.as_view({"get": "retrieve"}),
        name="product-translations",
    ),
    path(
        "brands/<str:key>/translations",
        BrandTranslationsViewSet.as_view({"get": "retrieve"}),
        name="brand-translations",
    ),
    path(
        "categories/<str:key>/translations",
        CategoryTranslationsViewSet.as_view({"get": "retrieve"}),
        name="category-translations",
    ),
    path(
        "collections/<str:key>/translations",
        CollectionTranslationsViewSet.as_view({"get": "retrieve"}),
        name="collection-translations",
    ),
    *history_urls.urlpatterns,
]
