"""Channels in the admin, for publishers."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.actors import Actor
from products.admin.attributes import ShapingAdmin
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS
from products.admin.text_fields import CommaListField
from products.models.channels import DEFAULT_VIEW, Channel
from products.search.boosts import ATTRIBUTE, AVAILABILITY, NEWEST
from products.services import channels as services
from products.services.boosts import numeric_attributes

if TYPE_CHECKING:
    from django.http import HttpRequest


BOOST = ("boost_by", "boost_weight", "boost_half_at")
HELP = {
    "boost_weight": "From 0 to 1. At 1, the most that a product can gain is half of its score.",
    "boost_half_at": "The number that gets half of the boost: of the newest, days.",
}


class ChannelForm(VersionedForm):
    locales = CommaListField(
        help_text="Codes in order, such as en, de, fr: the first answers callers who name none. "
        "The documents of all products are made for each."
    )

    boost_by = forms.ChoiceField(
        label="Put a little further up",
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="What search prefers among products that match about as well.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by: Any = self.fields["boost_by"]
        by.choices = boost_choices(self.initial.get("boost_by", ""))
        if half_at := self.initial.get("boost_half_at"):
            self.initial["boost_half_at"] = f"{half_at.normalize():f}"
        if not self.instance._state.adding:
            self.initial["locales"] = shown_locales(self.instance)

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        given = {name: values.pop(name) for name in BOOST if name in values}
        if given:
            by, weight, half_at = (self.cleaned_data.get(name) for name in BOOST)
            boost = {"by": by, "weight": weight or Decimal(0), "half_at": half_at}
            values["boost"] = (
                {name: boost[name] for name in boost if boost[name] is not None} if by else None
            )
        return values

    def place(self, pointer: str, message: str) -> None:
        super().place(pointer.replace("/boost/", "/boost_", 1), message)


def boost_choices(current: str) -> list[tuple[str, str]]:
    """With the current one, whatever became of its attribute."""
    rows = numeric_attributes().order_by("name").values_list("code", "name")
    known = {ATTRIBUTE + code: name for code, name in rows}
    choices = {"": "Nothing", NEWEST: "The newest", AVAILABILITY: "What is in stock", **known}
    return list({current: current, **choices}.items())


def shown_locales(channel: Channel) -> list[str]:
    pairs = sorted(channel.channel_locales.all(), key=lambda pair: pair.position)
    return [pair.locale.code for pair in pairs]


@admin.register(Channel)
class ChannelAdmin(ShapingAdmin):
    form = ChannelForm
    list_display = ("name", "slug", "currency", "locale_codes", "is_default", "changed_at")
    search_fields = ("name", "slug")
    ordering = ("slug",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "currency", "locales")}),
        ("Search", {"fields": BOOST}),
        FACTS,
    )
    takes_loss = False
    update_service = staticmethod(services.update_channel)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if help_text := HELP.get(db_field.name):
            field.help_text, field.required = help_text, False
        return field

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Channel]:
        queryset: QuerySet[Channel] = super().get_queryset(request)
        return queryset.prefetch_related("channel_locales__locale")

    @admin.display(description="locales")
    def locale_codes(self, channel: Channel) -> str:
        return ", ".join(shown_locales(channel))

    locales = locale_codes  # what somebody sees who may not edit

    @admin.display(description="default", boolean=True)
    def is_default(self, channel: Channel) -> bool:
        return any(pair.pk == DEFAULT_VIEW for pair in channel.channel_locales.all())

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_channel(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_channel(key, expected_version=None, actor=actor)
