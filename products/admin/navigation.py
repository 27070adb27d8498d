"""The side bar: what there is to do, for those who may."""

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse_lazy

from products.admin.rights import has_any_role, manages_imports, manages_users, sees_catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

# Title, icon, model.
CATALOG = (
    ("Products", "inventory_2", "product"),
    ("Categories", "account_tree", "category"),
    ("Collections", "collections_bookmark", "collection"),
    ("Brands", "sell", "brand"),
)
PRICES_AND_STOCK = (
    ("Prices", "payments", "price"),
    ("Price lists", "list_alt", "pricelist"),
    ("Stock", "package_2", "stocklevel"),
)
SEARCH = (
    ("Synonyms", "join_inner", "synonym"),
    ("Curations", "push_pin", "curation"),
)
SET_UP = (
    ("Product types", "category", "producttype"),
    ("Attributes", "tune", "attribute"),
    ("Relation kinds", "hub", "relationkind"),
    ("Tax classes", "percent", "taxclass"),
    ("Locations", "warehouse", "location"),
    ("Channels", "storefront", "channel"),
    ("Locales", "translate", "locale"),
)


def stylesheet(_request: "HttpRequest") -> str:
    """UNFOLD["STYLES"]"""
    return static("catalog/admin.css")


def icon(_request: "HttpRequest") -> str:
    """UNFOLD["SITE_FAVICONS"]"""
    return static("catalog/icon.svg")


def navigation(_request: "HttpRequest") -> list[dict[str, Any]]:
    """UNFOLD["SIDEBAR"]["navigation"]: what is done every day stays open."""
    return [
        {"items": [_item("Start", "dashboard", "admin:index")]},
        {"title": "Catalog", "separator": True, "items": _nouns(CATALOG)},
        {"title": "Prices and stock", "separator": True, "items": _nouns(PRICES_AND_STOCK)},
        {
            "title": "Search",
            "separator": True,
            "collapsible": True,
            "items": _nouns(SEARCH),
        },
        {
            "title": "Set-up",
            "separator": True,
            "collapsible": True,
            "items": _nouns(SET_UP),
        },
        {
            "title": "Administration",
            "separator": True,
            "collapsible": True,
            "items": [
                _item(
                    "Imports",
                    "upload_file",
                    "admin:products_importjob_changelist",
                    manages_imports,
                ),
                *_nouns((("Change log", "history", "change"),)),
                _item("Users", "group", "admin:accounts_user_changelist", manages_users),
                _item("API keys", "key", "admin:accounts_apikey_changelist", has_any_role),
                _item(
                    "Security log", "policy", "admin:accounts_auditevent_changelist", manages_users
                ),
                _item("API documentation", "api", "swagger"),
            ],
        },
    ]


def _nouns(nouns: "Sequence[tuple[str, str, str]]") -> list[dict[str, Any]]:
    return [
        _item(title, icon, f"admin:products_{model}_changelist", sees_catalog)
        for title, icon, model in nouns
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
