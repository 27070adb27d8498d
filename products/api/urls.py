"""Routes of the catalog: plural nouns, no trailing slash."""

from django.urls import path
from drf_spectacular.utils import extend_schema_view
from rest_framework.routers import SimpleRouter

from products.api.attribute_values import ProductValuesViewSet, VariantValuesViewSet
from products.api.attributes import AttributeViewSet
from products.api.brands import BrandViewSet
from products.api.categories import CategoryViewSet
from products.api.documentation import (
    attributes,
    brands,
    categories,
    media,
    product_types,
    products,
    variants,
)
from products.api.media import MediaViewSet
from products.api.product_types import ProductTypeViewSet
from products.api.products import KEY, ProductViewSet
from products.api.variants import VariantViewSet

extend_schema_view(**products.OPERATIONS)(ProductViewSet)
extend_schema_view(**variants.OPERATIONS)(VariantViewSet)
extend_schema_view(**media.OPERATIONS)(MediaViewSet)
extend_schema_view(**brands.OPERATIONS)(BrandViewSet)
extend_schema_view(**categories.OPERATIONS)(CategoryViewSet)
extend_schema_view(**attributes.OPERATIONS)(AttributeViewSet)
extend_schema_view(**attributes.OF_PRODUCT)(ProductValuesViewSet)
extend_schema_view(**attributes.OF_VARIANT)(VariantValuesViewSet)
extend_schema_view(**product_types.OPERATIONS)(ProductTypeViewSet)

router = SimpleRouter(trailing_slash=False)
router.register("products", ProductViewSet, basename="product")
router.register(rf"products/(?P<product>{KEY})/variants", VariantViewSet, basename="variant")
router.register(rf"products/(?P<product>{KEY})/media", MediaViewSet, basename="media")
router.register("brands", BrandViewSet, basename="brand")
router.register("categories", CategoryViewSet, basename="category")
router.register("attributes", AttributeViewSet, basename="attribute")
router.register("product-types", ProductTypeViewSet, basename="product-type")
urlpatterns = [
    *router.urls,
    path(
        "products/<str:product>/attributes",
        ProductValuesViewSet.as_view({"get": "retrieve"}),
        name="product-values",
    ),
    path(
        "products/<str:product>/variants/<str:variant>/attributes",
        VariantValuesViewSet.as_view({"get": "retrieve"}),
        name="variant-values",
    ),
]
