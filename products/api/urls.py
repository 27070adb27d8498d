"""Routes of the catalog: plural nouns, no trailing slash."""

from drf_spectacular.utils import extend_schema_view
from rest_framework.routers import SimpleRouter

from products.api.brands import BrandViewSet
from products.api.categories import CategoryViewSet
from products.api.documentation import brands, categories, media, products, variants
from products.api.media import MediaViewSet
from products.api.products import KEY, ProductViewSet
from products.api.variants import VariantViewSet

extend_schema_view(**products.OPERATIONS)(ProductViewSet)
extend_schema_view(**variants.OPERATIONS)(VariantViewSet)
extend_schema_view(**media.OPERATIONS)(MediaViewSet)
extend_schema_view(**brands.OPERATIONS)(BrandViewSet)
extend_schema_view(**categories.OPERATIONS)(CategoryViewSet)

router = SimpleRouter(trailing_slash=False)
router.register("products", ProductViewSet, basename="product")
router.register(rf"products/(?P<product>{KEY})/variants", VariantViewSet, basename="variant")
router.register(rf"products/(?P<product>{KEY})/media", MediaViewSet, basename="media")
router.register("brands", BrandViewSet, basename="brand")
router.register("categories", CategoryViewSet, basename="category")
urlpatterns = router.urls
