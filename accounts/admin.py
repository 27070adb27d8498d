"""Users in the admin. Every save goes through the services."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import services
from accounts.actors import Actor, actor_of
from accounts.admin_login import LoginForm
from accounts.api_key_admin import ApiKeyAdmin  # noqa: F401  # registers itself
from accounts.audit_admin import AuditEventAdmin  # noqa: F401  # registers itself
from accounts.channel_fields import ChannelsField
from accounts.errors import MailIsOff
from accounts.mails import ask_for_invitation_mail, ask_for_reset_mail, ensure_mail_is_on
from accounts.models import User
from accounts.roles import ROLE_OF_GROUP, Role, has_role, role_of, role_when_active
from accounts.second_factor import remove_second_factor

if TYPE_CHECKING:
    from django.http import HttpRequest

admin.site.unregister(Group)  # the roles are code; see accounts/roles.py
# The secrets of everybody's second factors are nobody's business; see accounts/second_factor.py.
admin.site.unregister([TOTPDevice, StaticDevice])
admin.site.login_form = LoginForm

LATER = "Leave both empty to send an invitation: the user chooses a password then."
ROLES_HELP = (
    "A viewer looks at everything in the admin, an editor also changes the catalog, a publisher"
    " also publishes, a manager also looks after users. Entering the admin takes the staff status"
    " besides."
)
CHANNELS_HELP = (
    "Who is limited to channels sees those alone, changes only what belongs to them, and works"
    " through the API: the admin's pages of the catalog show all channels. None of them means every"
    " one."
)
FACTS = ("username", "email", "first_name", "last_name", "is_staff")


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # unfold has no types
    """Sets a password through the service, so that every sign-in ends."""

    user: Any
    usable_password = None  # to keep somebody out, disable them

    def save(self, commit: bool = True) -> Any:
        self.user = services.change_password(
            self.user.pk, new_password=self.cleaned_data["password1"], actor=self.user.changed_by
        )
        return self.user


class ChangeUserForm(UserChangeForm):  # type: ignore[misc]  # unfold has no types
    channels = ChannelsField(help_text=CHANNELS_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "channels" in self.fields:
            self.fields["channels"].keep(self.instance.channels)


class NewUserForm(UserCreationForm):  # type: ignore[misc]  # unfold has no types
    channels = ChannelsField(help_text=CHANNELS_HELP)
    usable_password = None  # everybody gets a password; to keep somebody out, disable them

    class Meta:
        model = User
        fields = ("username", "email", "groups", "is_staff", "channels")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].required = False
        self.fields["password1"].help_text = LATER if settings.MAIL_ENABLED else ""

    def validate_passwords(self, *fields: str, **options: str) -> None:
        """Without a password there is an invitation, which needs somewhere to go."""
        given = self.cleaned_data
        if given.get("password1") or given.get("password2") or self.errors:
            super().validate_passwords(*fields, **options)
            return
        given["set_usable_password"] = False
        if not settings.MAIL_ENABLED:
            self.add_error("password1", "Give a password: this service sends no mail.")
        elif not given.get("email"):
            self.add_error("email", "Give an address for the invitation, or a password.")


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold has no types
    form = ChangeUserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    list_display = ("username", "email", "roles", "is_staff", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("id", "last_login", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("username", "password", "email", "first_name", "last_name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "groups", "channels")}),
        ("Facts", {"fields": ("id", "last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "password1", "password2")}),
        ("Rights", {"fields": ("is_staff", "groups", "channels")}),
    )
    actions = ("disable", "enable", "sign_out", "send_link", "remove_factor")

    def get_queryset(self, request: "HttpRequest") -> QuerySet[User]:
        return super().get_queryset(request).with_roles()  # type: ignore[attr-defined, no-any-return]

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return "superuser" if user.is_superuser else ", ".join(sorted(user.role_names)) or "-"

    # A manager is below admins and superusers: may look at one, but not take one over.
    def has_change_permission(self, request: "HttpRequest", obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: "HttpRequest", obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            # Nobody gives what they do not have.
            own = role_of(request.user) or 0
            names = [name for name, role in ROLE_OF_GROUP.items() if role <= own]
            kwargs["queryset"] = Group.objects.filter(name__in=names)
            kwargs["label"] = "Roles"
            kwargs["help_text"] = ROLES_HELP
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> User | None:
        user: User | None = super().get_object(request, object_id, from_field)
        if user is not None:
            user.changed_by = _actor(request)  # type: ignore[attr-defined]  # the password form sees the user only
        return user

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        given = form.cleaned_data
        facts = {name: given[name] for name in FACTS if name in given}
        if not change:
            password = given["password1"] or None
            made = services.create_user(
                **facts, channels=given["channels"], password=password, actor=_actor(request)
            )
            obj.__dict__.update(made.__dict__)
            if password is None:
                ask_for_invitation_mail(made)
                messages.info(request, f"An invitation is on its way to {made.email}.")
            return
        services.update_user(obj.pk, **facts, actor=_actor(request))
        services.set_channels(obj.pk, channels=given["channels"], actor=_actor(request))
        set_state = services.enable_user if given["is_active"] else services.disable_user
        set_state(obj.pk, actor=_actor(request))

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        roles = [group.name for group in form.cleaned_data["groups"]]
        services.set_roles(form.instance.pk, roles=roles, actor=_actor(request))

    def delete_model(self, request: "HttpRequest", obj: User) -> None:
        services.delete_user(obj.pk, actor=_actor(request))

    def delete_queryset(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        for user in _touchable(request, queryset):
            services.delete_user(user.pk, actor=_actor(request))

    @admin.action(description="Disable the chosen users", permissions=["change"])
    def disable(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        for user in _touchable(request, queryset):
            services.disable_user(user.pk, actor=_actor(request))

    @admin.action(description="Enable the chosen users", permissions=["change"])
    def enable(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        for user in _touchable(request, queryset):
            services.enable_user(user.pk, actor=_actor(request))

    @admin.action(description="Sign the chosen users out everywhere", permissions=["change"])
    def sign_out(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        for user in _touchable(request, queryset):
            services.sign_out_everywhere(user.pk, actor=_actor(request))

    @admin.action(
        description="Mail the chosen users a link to set a password", permissions=["change"]
    )
    def send_link(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        try:
            ensure_mail_is_on()
        except MailIsOff as off:
            messages.error(request, f"{off.title}. {off}")
            return
        for user in _touchable(request, queryset.filter(is_active=True).exclude(email="")):
            if user.has_usable_password():
                ask_for_reset_mail(user.email)
            else:
                ask_for_invitation_mail(user)
            messages.success(request, f"A link is on its way to {user.email}.")

    @admin.action(
        description="Take the second factor of the chosen users away", permissions=["change"]
    )
    def remove_factor(self, request: "HttpRequest", queryset: QuerySet[User]) -> None:
        for user in _touchable(request, queryset):
            if remove_second_factor(user, actor=_actor(request)):
                messages.success(request, f"{user} signs in with the password alone now.")


def _actor(request: "HttpRequest") -> Actor:
    return actor_of(request, source="admin")


def _may_touch(request: "HttpRequest", user: User | None) -> bool:
    if user is None or request.user.is_superuser:
        return True
    return not user.is_superuser and has_role(request.user, role_when_active(user) or Role.VIEWER)


def _touchable(request: "HttpRequest", users: QuerySet[User]) -> list[User]:
    return [user for user in users if _may_touch(request, user)]
