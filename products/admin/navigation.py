"""The side bar: what there is to do, for those who may."""

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse_lazy

from products.admin.rights import has_any_role, manages_users, sees_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def stylesheet(_request: "HttpRequest") -> str:
    """UNFOLD["STYLES"]"""
    return static("catalog/admin.css")


def icon(_request: "HttpRequest") -> str:
    """UNFOLD["SITE_FAVICONS"]"""
    return static("catalog/icon.svg")


def navigation(_request: "HttpRequest") -> list[dict[str, Any]]:
    """UNFOLD["SIDEBAR"]["navigation"]"""
    return [
        {"items": [_item("Start", "dashboard", "admin:index")]},
        {
            "title": "Catalog",
            "separator": True,
            "items": [
                _item("Products", "inventory_2", "admin:products_product_changelist", sees_catalog),
                _item(
                    "Categories", "account_tree", "admin:products_category_changelist", sees_catalog
                ),
                _item(
                    "Collections",
                    "collections_bookmark",
                    "admin:products_collection_changelist",
                    sees_catalog,
                ),
                _item("Brands", "sell", "admin:products_brand_changelist", sees_catalog),
                _item(
                    "Product types",
                    "category",
                    "admin:products_producttype_changelist",
                    sees_catalog,
                ),
                _item("Attributes", "tune", "admin:products_attribute_changelist", sees_catalog),
                _item("Prices", "payments", "admin:products_price_changelist", sees_catalog),
                _item(
                    "Price lists", "list_alt", "admin:products_pricelist_changelist", sees_catalog
                ),
                _item("Tax classes", "percent", "admin:products_taxclass_changelist", sees_catalog),
                _item("Locations", "warehouse", "admin:products_location_changelist", sees_catalog),
                _item("Stock", "package_2", "admin:products_stocklevel_changelist", sees_catalog),
                _item(
                    "Relation kinds", "hub", "admin:products_relationkind_changelist", sees_catalog
                ),
                _item("Channels", "storefront", "admin:products_channel_changelist", sees_catalog),
                _item("Locales", "translate", "admin:products_locale_changelist", sees_catalog),
                _item("Change log", "history", "admin:products_change_changelist", sees_catalog),
            ],
        },
        {
            "title": "Administration",
            "separator": True,
            "items": [
                _item("Users", "group", "admin:accounts_user_changelist", manages_users),
                _item("API keys", "key", "admin:accounts_apikey_changelist", has_any_role),
                _item(
                    "Security log", "policy", "admin:accounts_auditevent_changelist", manages_users
                ),
                _item("API documentation", "api", "swagger"),
            ],
        },
    ]


def _item(
    title: str, icon: str, view: str, permission: "Callable[[HttpRequest], bool] | None" = None
) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(view),
        "permission": permission,
    }
