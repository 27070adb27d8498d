"""Users in the admin. Every save goes through the services."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import services
from accounts.actors import Actor, actor_of
from accounts.admin_login import LoginForm
from accounts.api_key_admin import ApiKeyAdmin  # noqa: F401  # registers itself
from accounts.models import User
from accounts.roles import ROLE_OF_GROUP, Role, has_role, role_of

if TYPE_CHECKING:
    from django.http import HttpRequest

admin.site.unregister(Group)  # the roles are code; see accounts/roles.py
admin.site.login_form = LoginForm

ROLES_HELP = (
    "A viewer looks at everything in the admin, an editor also changes the catalog, a publisher"
    " also publishes, a manager also looks after users. Entering the admin takes the staff status"
    " besides."
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


class NewUserForm(UserCreationForm):  # type: ignore[misc]  # unfold has no types
    usable_password = None  # everybody gets a password; to keep somebody out, disable them

    class Meta:
        model = User
        fields = ("username", "email", "groups", "is_staff")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django lets them be left out where a password may be unusable.
        self.fields["password1"].required = self.fields["password2"].required = True


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold has no types
    form = UserChangeForm
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
        ("Rights", {"fields": ("is_active", "is_staff", "groups")}),
        ("Facts", {"fields": ("id", "last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "password1", "password2", "is_staff", "groups")}),
    )
    actions = ("disable", "enable", "sign_out")

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
            made = services.create_user(**facts, password=given["password1"], actor=_actor(request))
            obj.__dict__.update(made.__dict__)
            return
        services.update_user(obj.pk, **facts, actor=_actor(request))
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


def _actor(request: "HttpRequest") -> Actor:
    return actor_of(request, source="admin")


def _may_touch(request: "HttpRequest", user: User | None) -> bool:
    if user is None or request.user.is_superuser:
        return True
    return not user.is_superuser and has_role(request.user, role_of(user) or Role.VIEWER)


def _touchable(request: "HttpRequest", users: QuerySet[User]) -> list[User]:
    return [user for user in users if _may_touch(request, user)]
