"""Who is signed in to the admin with which browser: Django's sessions do not say whose they are."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog_project.ops.clients import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User

LONGEST_AGENT = 200
# The first that a User-Agent names is the one: most of them claim to be the others, too.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
            "Safari/": "Safari"}  # fmt: skip
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
           "Mac OS X": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}  # fmt: skip
SECOND_FACTOR = "second_factor"  # in a session: it began with a second factor


def _has_session() -> Exists:
    now = timezone.now()
    return Exists(Session.objects.filter(session_key=OuterRef("pk"), expire_date__gt=now))


class AdminSessionQuerySet(models.QuerySet["AdminSession"]):
    def living(self) -> Self:
        """Those whose session is there and has not expired."""
        return self.filter(_has_session())


class AdminSession(models.Model):
    """One browser that signed in to the admin."""

    session_key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="admin_sessions"
    )
    # As in TokenFamily: a new password or signing out everywhere ends the session without it.
    user_stamp = models.CharField(max_length=64)
    ip = models.CharField(max_length=64, blank=True, default="")
    user_agent = models.CharField(max_length=LONGEST_AGENT, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AdminSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.device

    @property
    def device(self) -> str:
        """What its owner would call it: "Firefox on Windows"."""
        browser = _first_named(self.user_agent, BROWSERS)
        system = _first_named(self.user_agent, SYSTEMS)
        return f"{browser} on {system}" if browser and system else self.user_agent


def _first_named(agent: str, names: dict[str, str]) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")


def note_admin_session(request: "HttpRequest", user: "User") -> None:
    """Remember the browser that has just signed in."""
    AdminSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "user_stamp": user.get_session_auth_hash(),
            "ip": client_address(request),
            "user_agent": agent_of(request),
        },
    )


def keep_this_session(request: "HttpRequest", user: "User") -> None:
    """All sign-ins of the user have ended: this one goes on, under another key."""
    AdminSession.objects.filter(pk=request.session.session_key).delete()
    update_session_auth_hash(request, user)
    request.session.save()
    note_admin_session(request, user)


def admin_sessions_of(user: "User") -> list[AdminSession]:
    """The user's browsers that are signed in to the admin, the newest first."""
    living = AdminSession.objects.living().filter(
        user=user, user_stamp=user.get_session_auth_hash()
    )
    return list(living.order_by("-created_at"))


def prune_admin_sessions() -> int:
    """Forget browsers whose session is gone; returns how many."""
    return AdminSession.objects.exclude(_has_session()).delete()[0]


def agent_of(request: "HttpRequest") -> str:
    text: str = request.META.get("HTTP_USER_AGENT", "")
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_AGENT]
