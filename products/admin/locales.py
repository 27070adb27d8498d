"""Locales in the admin, for publishers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.actors import Actor
from products.admin.attributes import ShapingAdmin
from products.admin.forms import VersionedForm
from products.admin.saving import FACTS
from products.admin.text_fields import CommaListField
from products.models import Locale
from products.services import locales as services


class LocaleForm(VersionedForm):
    fallback = forms.ModelChoiceField(
        Locale.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Its texts stand in for those that this locale lacks; the default locale's come "
        "last.",
    )

    stop_words = CommaListField(
        required=False,
        help_text="Words that search leaves out of queries that have others, besides those of the "
        "language itself. Small letters, without accents.",
    )

    def touched(self) -> dict[str, Any]:
        values = super().touched()
        if "fallback" in values:
            values["fallback"] = values["fallback"] and values["fallback"].code
        return values


@admin.register(Locale)
class LocaleAdmin(ShapingAdmin):
    form = LocaleForm
    list_display = ("code", "name", "fallback", "is_the_default", "changed_at")
    list_select_related = ("fallback",)
    search_fields = ("code", "name")
    ordering = ("code",)
    fieldsets = ((None, {"fields": ("code", "name", "fallback", "stop_words")}), FACTS)
    takes_loss = False
    update_service = staticmethod(services.update_locale)

    @admin.display(description="default", boolean=True, ordering="is_default")
    def is_the_default(self, locale: Locale) -> bool:
        return locale.is_default

    def create(self, values: Any, actor: Actor) -> UUID:
        return services.create_locale(values=values, actor=actor).pk

    def delete(self, key: UUID, actor: Actor) -> None:
        services.delete_locale(key, expected_version=None, actor=actor)
