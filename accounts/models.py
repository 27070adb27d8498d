"""Who may call: people, and nothing about the catalog."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from catalog_project.models import TimestampedModel, uuid7

if TYPE_CHECKING:
    from collections.abc import Iterator

# An "@" always means an e-mail address, so a name can never be mistaken for somebody's address.
username_form = RegexValidator(
    r"\A[\w.+-]+\Z", "Use letters, digits and the characters . + - _ only (no @)."
)


class UserQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> Self:
        """Load the names of the roles together with each user, in the same query."""
        groups = Group.objects.filter(user=OuterRef("pk")).order_by("name")
        return self.annotate(loaded_roles=ArraySubquery(groups.values("name")))

    def named(self, login: str) -> Self:
        """The one user who signs in as `login`: a user name or, with an "@", an e-mail address."""
        field = "email" if "@" in login else "username"
        return self.alias(login=Lower(field)).filter(login=Lower(Value(login)))


class UserAccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own manager (createsuperuser uses it) that knows our named filters."""

    use_in_migrations = False


class User(AbstractUser, TimestampedModel):
    """A person or program that signs in with a user name or e-mail address and a password."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[username_form],
        help_text="Letters, digits and . + - _ only; upper and lower case are the same name.",
        error_messages={"unique": "A user with that name already exists."},
    )
    email = models.EmailField("e-mail address", blank=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    # Roles are the only permissions, and created_at says when a user joined.
    date_joined = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    loaded_roles: list[str]  # set by UserQuerySet.with_roles() or on the first look

    objects = UserAccountManager()  # type: ignore[misc]  # the stubs want a ClassVar here

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message="A user with that name already exists.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="A user with that e-mail address already exists.",
            ),
            models.CheckConstraint(
                condition=~Q(username__contains="@"),
                name="user_username_no_at",
                violation_error_message="A user name has no @.",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def role_names(self) -> frozenset[str]:
        """The names of this user's roles; read once, then remembered."""
        if "loaded_roles" not in self.__dict__:
            self.loaded_roles = list(self.groups.values_list("name", flat=True))
        return frozenset(self.loaded_roles)

    def forget_roles(self) -> None:
        """Read the roles again when they are next asked for."""
        self.__dict__.pop("loaded_roles", None)

    def get_session_auth_hash(self) -> str:
        """Changes when the password changes or all sessions are ended.

        Admin sessions and access tokens both carry it, so both die with it.
        """
        return self._stamp(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> "Iterator[str]":
        return map(self._stamp, settings.SECRET_KEY_FALLBACKS)

    def _stamp(self, secret: str | bytes) -> str:
        value = f"{self.session_epoch}:{self.password}"
        return salted_hmac("accounts.User.session", value, secret, algorithm="sha256").hexdigest()


class TokenFamily(models.Model):
    """One sign-in and the chain of refresh tokens that descends from it.

    Only the newest token of the chain is good: `token_digest` names it. Whoever comes with an
    older one holds a copy, so the family ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    token_digest = models.CharField(max_length=64)
    # The user's session hash at sign-in: a changed password ends the family without touching it.
    user_stamp = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    rotated_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "token families"

    def __str__(self) -> str:
        return str(self.pk)


class LoginFailures(models.Model):
    """How often a login failed lately, for one network or for one account from one network."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "login failures"

    def __str__(self) -> str:
        return self.key
