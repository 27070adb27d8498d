"""Who may call: people, and nothing about the catalog."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.admin_sessions import AdminSession
from accounts.audit_events import AuditEvent
from accounts.caller_stamp import CallerStamp
from accounts.channel_columns import channels_field
from accounts.sealed_totp import SealedTOTPDevice
from catalog_project.environment import RATE
from catalog_project.models import TimestampedModel, uuid7

__all__ = [
    "AdminSession",
    "ApiKey",
    "AuditEvent",
    "CallerStamp",
    "LoginFailures",
    "SealedTOTPDevice",
    "SigningKey",
    "TokenFamily",
    "User",
]

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
    channels = channels_field()
    # Roles are the only permissions, and created_at says when a user joined.
    date_joined = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    sign_in_id: UUID | None = None  # the sign-in whose token this request came with
    loaded_roles: list[str]  # set by UserQuerySet.with_roles() or on the first look
    key_channels: frozenset[UUID] | None = None  # set where an API key stands for the user
    role_limit: int | None = None  # set where an API key stands for the user; see roles.role_of

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

    @property
    def channel_limit(self) -> frozenset[UUID] | None:
        """The only channels that the user may see, and change what belongs to; None: every one."""
        if not self.channels:
            return self.key_channels
        own = frozenset(self.channels)
        return own if self.key_channels is None else own & self.key_channels

    def get_session_auth_hash(self) -> str:
        """Changes when the password changes or all sessions are ended.

        Admin sessions and access tokens both carry it, so both die with it.
        """
        return self._stamp(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> "Iterator[str]":
        return map(self._stamp, settings.SECRET_KEY_FALLBACKS)

    def _stamp(self, secret: str | bytes) -> str:
        return session_stamp(f"{self.session_epoch}:{self.password}", secret)


@lru_cache(maxsize=4096)  # each request with a token asks for its user's
def session_stamp(value: str, secret: str | bytes) -> str:
    return salted_hmac("accounts.User.session", value, secret, algorithm="sha256").hexdigest()


class TokenFamilyQuerySet(models.QuerySet["TokenFamily"]):
    def living(self) -> Self:
        """Sign-ins that have neither ended nor expired, of people who may still come in."""
        return self.filter(ended_at=None, expires_at__gt=Now(), user__is_active=True)


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
    # Of the newest renewal: which token was traded in, by which client, with which retry key.
    previous_digest = models.CharField(max_length=64, blank=True, db_default="")
    client_digest = models.CharField(max_length=64, blank=True, db_default="")
    retry_digest = models.CharField(max_length=64, blank=True, db_default="")
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    # Where it began, for its owner to recognise.
    ip = models.CharField(max_length=64, blank=True, default="", db_default="")
    user_agent = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects = TokenFamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "token families"

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def last_used_at(self) -> datetime:
        """When its tokens were renewed last: exact to the life of an access token."""
        return self.rotated_at or self.created_at


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def verifying(self) -> Self:
        """The keys whose tokens are accepted."""
        return self.filter(Q(verifies_until=None) | Q(verifies_until__gt=Now()))

    def able_to_sign(self, algorithm: str, longest: timedelta) -> Self:
        """The keys that outlive every token they sign now, the one to use first."""
        outlives = Q(verifies_until=None) | Q(verifies_until__gte=Now() + longest)
        usable = self.filter(outlives, algorithm=algorithm, signs_from__lte=Now())
        return usable.order_by("-signs_from", "-created_at")


class SigningKey(models.Model):
    """A key that signs tokens, known to every replica. See docs/adr/0005."""

    class Algorithm(models.TextChoices):
        EDDSA = "EdDSA", "EdDSA"
        RS256 = "RS256", "RS256"
        HS256 = "HS256", "HS256"

    kid = models.CharField(max_length=43, primary_key=True)
    algorithm = models.CharField(max_length=8, choices=Algorithm)
    # What other services verify with; a symmetric key has none.
    public_jwk = models.JSONField(null=True)
    # Encrypted with a key that is derived from SECRET_KEY.
    sealed_private = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    # Published first, used for signing when every copy of the published keys has expired.
    signs_from = models.DateTimeField()
    verifies_until = models.DateTimeField(null=True, db_index=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(algorithm__in=["EdDSA", "RS256", "HS256"]),
                name="signing_key_algorithm",
            ),
            models.CheckConstraint(
                condition=Q(algorithm="HS256", public_jwk__isnull=True)
                | (~Q(algorithm="HS256") & Q(public_jwk__isnull=False)),
                name="signing_key_public_part",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class ApiKey(TimestampedModel):
    """A program's way in: acts for its owner, with a role and scopes of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    # SHA-256. A slow hash protects what people choose; 256 random bits cannot be tried out.
    secret_digest = models.CharField(max_length=64, editable=False)
    role = models.CharField(max_length=16)
    scopes = ArrayField(models.CharField(max_length=64))
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    channels = channels_field()
    # Such as 600/min; where it is empty, the setting THROTTLE_KEY counts.
    rate = models.CharField(max_length=16, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    successor = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="predecessor"
    )

    class Meta:
        verbose_name = "API key"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_key_has_a_name"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_has_scopes"),
            models.CheckConstraint(
                condition=Q(rate="") | Q(rate__regex=f"^{RATE.pattern}$"), name="api_key_rate_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_living(self) -> bool:
        """Whether it opens anything, as far as the key itself is concerned."""
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_over


class LoginFailures(models.Model):
    """How often a login failed lately, for one network or for one account from one network."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "login failures"

    def __str__(self) -> str:
        return self.key
