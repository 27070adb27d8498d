"""API keys in the admin: staff make, rotate and revoke their own; an admin sees everybody's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from accounts.actors import actor_of
from accounts.api_key_rules import checked_networks, checked_rate, checked_scopes
from accounts.api_keys import (
    create_api_key,
    keys_visible_to,
    revoke_api_key,
    rotate_api_key,
    set_api_key_rate,
)
from accounts.channel_fields import ChannelsField
from accounts.channel_limits import channels_of
from accounts.errors import InvalidApiKey
from accounts.models import ApiKey, User
from accounts.roles import Role, has_role, role_of
from accounts.scopes import scopes_for
from catalog_project.errors import DomainError

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    own = Role.VIEWER  # the role of whoever fills it in: what is above it is not offered
    channels = ChannelsField()
    role = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    scopes = forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget)

    class Meta:
        model = ApiKey
        fields = ("name", "role", "scopes", "channels", "networks", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("role", [role.group_name for role in Role if role <= self.own])
        self._offer("scopes", scopes_for(self.own))
        self.fields["networks"].help_text = "192.0.2.0/24, 2001:db8::/32; empty means everywhere."

    def _offer(self, name: str, values: Iterable[str]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [(value, value) for value in values]

    def clean_scopes(self) -> list[str]:
        role = self.cleaned_data.get("role") or self.own.group_name
        try:
            return checked_scopes(self.cleaned_data["scopes"], role)
        except InvalidApiKey as error:
            raise forms.ValidationError(str(error)) from error

    def clean_networks(self) -> list[str]:
        try:
            return checked_networks(self.cleaned_data["networks"] or [])
        except InvalidApiKey as error:
            raise forms.ValidationError(str(error)) from error


class RateForm(forms.ModelForm):  # type: ignore[type-arg]  # likewise
    class Meta:
        model = ApiKey
        fields = ("rate",)
        help_texts: ClassVar = {"rate": "600/min, for example; empty: as the setting says."}

    def clean_rate(self) -> str:
        try:
            return checked_rate(self.cleaned_data["rate"])
        except InvalidApiKey as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("name", "owner", "role", "scopes", "is_good", "last_used_at", "expires_at")
    list_filter = ("role",)
    search_fields = ("name", "owner__username")
    actions = ("revoke", "rotate")
    fields = ("name", "role", "scopes", "channels", "networks", "expires_at")

    @admin.display(boolean=True, description="good")
    def is_good(self, key: ApiKey) -> bool:
        return key.is_living and key.owner.is_active

    def get_queryset(self, request: "HttpRequest") -> "QuerySet[ApiKey]":
        return keys_visible_to(_staff(request))

    def has_module_permission(self, request: "HttpRequest") -> bool:
        return has_role(request.user, Role.VIEWER)

    def has_view_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.VIEWER)

    def has_add_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.VIEWER)

    # A key's rights never change and its row is history: there is nothing to edit or to delete but
    # how often it may ask. A limit that its subject could lift would be none, so an admin says it.
    def has_change_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return has_role(request.user, Role.ADMIN) and channels_of(request.user) is None

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return fields if obj is None else (*fields, "rate")

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> Any:
        return () if obj is None else self.fields

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        return False

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """What is above one's own role is not offered, and refused when it is sent all the same."""
        if obj is not None:
            return super().get_form(request, obj, change, form=RateForm, **options)
        form = super().get_form(request, obj, change, form=NewKeyForm, **options)
        return type("OwnKeyForm", (form,), {"own": role_of(_staff(request))})

    def save_model(self, request: Any, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            set_api_key_rate(
                obj.pk,
                rate=form.cleaned_data["rate"],
                visible=keys_visible_to(_staff(request)),
                actor=actor_of(request, source="admin"),
            )
            return
        made, text = create_api_key(
            _staff(request), **form.cleaned_data, actor=actor_of(request, source="admin")
        )
        obj.__dict__.update(made.__dict__)
        request.new_keys = [(made, text)]

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """The key is shown in the answer itself, never in a redirect, a cookie or a log."""
        try:
            return super().add_view(request, form_url, extra_context)
        except DomainError as error:
            messages.error(request, str(error))
            return self.response_post_save_add(request, None)

    def response_add(self, request: Any, obj: ApiKey, post_url_continue: Any = None) -> Any:
        return self._shown_once(request, request.new_keys)

    @admin.action(description="Revoke the chosen keys", permissions=["view"])
    def revoke(self, request: "HttpRequest", queryset: "QuerySet[ApiKey]") -> None:
        for key in queryset:
            revoke_api_key(
                key.pk,
                visible=keys_visible_to(_staff(request)),
                actor=actor_of(request, source="admin"),
            )

    @admin.action(description="Replace the chosen keys of mine", permissions=["view"])
    def rotate(self, request: "HttpRequest", queryset: "QuerySet[ApiKey]") -> "HttpResponse | None":
        own = ApiKey.objects.select_related("owner").filter(owner=_staff(request))
        try:
            made = [
                rotate_api_key(key.pk, visible=own, actor=actor_of(request, source="admin"))
                for key in queryset
            ]
        except DomainError as error:
            messages.error(request, str(error))
            return None
        return self._shown_once(request, made)

    def _shown_once(self, request: "HttpRequest", made: list[tuple[ApiKey, str]]) -> "HttpResponse":
        context = {**self.admin_site.each_context(request), "title": "New API key", "made": made}
        answer = TemplateResponse(request, "admin/accounts/new_api_keys.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


def _staff(request: "HttpRequest") -> User:
    return cast("User", request.user)
