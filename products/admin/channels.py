"""Channels in the admin, for publishers."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet

from accounts.actors import Actor
from products.admin.attributes import ShapingAdmin
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS
from products.admin.text_fields import CommaListField
from products.models.channels import DEFAULT_VIEW, Channel
from products.services import channels as services

if TYPE_CHECKING:
    from django.http import HttpRequest


class ChannelForm(VersionedForm):
    locales = CommaListField(
        help_text="Codes in order, such as en, de, fr: the first answers callers who name none. "
        "The documents of all products are made for each."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["locales"] = shown_locales(self.instance)


def shown_locales(channel: Channel) -> list[str]:
    pairs = sorted(channel.channel_locales.all(), key=lambda pair: pair.position)
    return [pair.locale.code for pair in pairs]


@admin.register(Channel)
class ChannelAdmin(ShapingAdmin):
    form = ChannelForm
    list_display = ("name", "slug", "currency", "locale_codes", "is_default", "changed_at")
    search_fields = ("name", "slug")
    ordering = ("slug",)
    fieldsets = ((None, {"fields": ("name", "slug", "currency", "locales")}), FACTS)
    takes_loss = False
    update_service = staticmethod(services.update_channel)

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
