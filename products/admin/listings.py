"""Where a product is shown: a tab with a line for each channel, where there are several."""

from typing import TYPE_CHECKING, Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSplitDateTimeWidget,
    UnfoldBooleanSwitchWidget,
)

from products.admin.asked_once import asked_once
from products.models import Channel, Product
from products.services.listings import listings_of, write_listings

if TYPE_CHECKING:
    from django.http import HttpRequest

PREFIX = "channel__"


class ListingInputs(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The part of the product's form that is about channels."""

    def touched(self) -> dict[str, Any]:
        """All listings as they shall be, under `listings`, where any of them was touched."""
        values: dict[str, Any] = super().touched()  # type: ignore[misc]  # of ReadingForm
        touched = [values.pop(name) for name in list(values) if name.startswith(PREFIX)]
        if touched:
            items: dict[str, dict[str, Any]] = {}
            for name in self.fields:
                if name.startswith(PREFIX):
                    slug, _, fact = name.removeprefix(PREFIX).rpartition("__")
                    items.setdefault(slug, {"channel": slug})[fact] = self.cleaned_data[name]
            values["listings"] = list(items.values())
        return values


class ListedAdmin:
    """Mixed into the page of products."""

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: type[Any] = kwargs.get("form") or self.form  # type: ignore[attr-defined]  # of ModelAdmin
        inputs = dict(self._listing_inputs(request, obj))  # the class takes its fields out of it
        kwargs["form"] = type(form.__name__, (form,), inputs)
        return super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]  # likewise

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # likewise
        names = list(self._listing_inputs(request, obj))
        tab = [("Channels", {"fields": names, "classes": ["tab"]})] if names else []
        return [*fieldsets, *tab]

    def _listing_inputs(self, request: "HttpRequest", obj: Product | None) -> dict[str, Any]:
        """Asked once for a page. For whoever decides what shoppers see."""
        if obj is None or not self.has_publish_permission(request):  # type: ignore[attr-defined]  # likewise
            return {}
        return asked_once(request, "listing_inputs", lambda: _all_inputs(obj))

    def write_listings(self, key: Any, items: Any, options: dict[str, Any]) -> None:
        """After the product itself, whose version was looked at."""
        if items is not None:
            write_listings(key, items=items, expected_version=None, actor=options["actor"])


def _all_inputs(product: Product) -> dict[str, Any]:
    names = dict(Channel.objects.order_by().values_list("slug", "name"))
    shown = listings_of(product.pk) if len(names) > 1 else []
    return {name: field for each in shown for name, field in _inputs(each, names)}


def _inputs(listing: dict[str, Any], names: dict[str, str]) -> list[tuple[str, forms.Field]]:
    slug = listing["channel"]
    channel = names.get(slug, slug)
    window = [
        (
            f"{PREFIX}{slug}__{name}",
            forms.SplitDateTimeField(
                label=f"{channel}: {label}",
                required=False,
                initial=listing[name],
                widget=UnfoldAdminSplitDateTimeWidget(),
                help_text="UTC. Empty: the product's own.",
            ),
        )
        for name, label in (("publish_at", "from"), ("unpublish_at", "until"))
    ]
    listed = forms.BooleanField(
        label=f"{channel}: listed",
        required=False,
        initial=listing["is_listed"],
        widget=UnfoldBooleanSwitchWidget(),
    )
    return [(f"{PREFIX}{slug}__is_listed", listed), *window]
