"""What a change is about, in words: its name, and the page that it has in the admin."""

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import NoReverseMatch, reverse

from products.admin.rights import sees_costs
from products.models import Change, Variant

if TYPE_CHECKING:
    from django.http import HttpRequest

# The log's word for a noun -> the model's, where they differ by more than underscores.
MODELS = {"stock": "stocklevel"}


def changes_for(request: "HttpRequest") -> QuerySet[Change]:
    """Those that this user may see, with `subject_name`: that of the row itself, or else the SKU
    that its stock or cost belongs to."""
    changes = Change.objects.all()
    if not sees_costs(request):
        changes = changes.exclude(aggregate="cost")
    variant = Cast(KeyTextTransform("variant_id", OuterRef("snapshot")), UUIDField())
    named = Variant.objects.filter(pk=variant).order_by()
    label = Subquery(named.values(label=Coalesce("sku", "product__name"))[:1])
    name = KeyTextTransform("name", "snapshot")
    return changes.annotate(subject_name=Coalesce(name, label, output_field=CharField()))


def subject_of(change: Any) -> str:
    return str(change.subject_name or change.aggregate_id)


def address_of(change: Change) -> str | None:
    """The page of what was changed; None where it is gone, or has none."""
    if change.event.endswith(".deleted"):
        return None
    model = MODELS.get(change.aggregate, change.aggregate.replace("_", ""))
    try:
        return reverse(f"admin:products_{model}_change", args=[change.aggregate_id])
    except NoReverseMatch:
        return None
