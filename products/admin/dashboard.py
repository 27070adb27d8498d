"""The start page: how much there is, and what happened last."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from products.admin.events import event_label
from products.admin.rights import sees_catalog
from products.admin.subjects import address_of, changes_for, subject_of
from products.models import Brand, Category, Product, Variant

if TYPE_CHECKING:
    from django.http import HttpRequest

LATEST = 10


@dataclass(frozen=True, slots=True)
class Card:
    label: str
    number: int
    link: str


def dashboard(request: "HttpRequest", context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD["DASHBOARD_CALLBACK"]: five queries, however large the catalog is."""
    context["title"] = "Start"
    if sees_catalog(request):
        context["counts"] = _cards()
        latest = changes_for(request).defer("snapshot", "xid").order_by("-sequence")[:LATEST]
        context["changes"] = [
            (change, event_label(change), subject_of(change), address_of(change))
            for change in latest
        ]
    return context


def _cards() -> list[Card]:
    products = reverse("admin:products_product_changelist")
    rows = Product.objects.order_by().values_list("status").annotate(count=Count("pk"))
    by_status = dict(rows)
    return [
        *(
            Card(
                f"{label} products",
                by_status.get(status, 0),
                f"{products}?{urlencode({'status__exact': status})}",
            )
            for status, label in Product.Status.choices
        ),
        Card("Variants", Variant.objects.count(), products),
        Card("Brands", Brand.objects.count(), reverse("admin:products_brand_changelist")),
        Card("Categories", Category.objects.count(), reverse("admin:products_category_changelist")),
    ]
