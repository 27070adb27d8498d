"""Where the pages are. They are not part of the API."""

from django.urls import path

from products.storefront.feeds import feed
from products.storefront.views import CatalogView, ProductView

urlpatterns = [
    path("", CatalogView.as_view(), name="start"),
    path("feeds/<str:address>.<str:suffix>", feed, name="feed"),
    path("products/<str:key>", ProductView.as_view(), name="product-page"),
]
