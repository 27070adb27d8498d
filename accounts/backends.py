"""The one door for passwords: the API, the admin and anything else that calls authenticate()."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from accounts.audit import record_login
from accounts.errors import LoginThrottled, SecondFactorRequired, SecondFactorWrong
from accounts.models import User
from accounts.roles import Role, has_role
from accounts.second_factor import has_second_factor, is_right_code
from accounts.throttling import count_failure, ensure_not_throttled, forget_failures
from catalog_project.ops.clients import client_network

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

# The least role for what Django's admin calls a permission: "products.change_product".
ROLE_OF_ACTION = {"view": Role.VIEWER, "publish": Role.PUBLISHER}
CATALOG_APP = "products"
USERS_APP = "accounts"


class CatalogBackend(BaseBackend):
    """Checks passwords, slows guessing down, and answers the admin's questions by role."""

    def authenticate(
        self,
        request: "HttpRequest | None",
        username: str | None = None,
        password: str | None = None,
        otp: str | None = None,
        **_: Any,
    ) -> User | None:
        """The user, or None; the same work is done for every reason to say no.

        Raises SecondFactorRequired after the right password of somebody who has one, and
        SecondFactorWrong where the code does not fit.
        """
        if not username or password is None:
            return None
        user: User | None = User.objects.with_roles().named(username).first()
        source = _source(str(user.pk) if user else username.lower(), request)
        try:
            ensure_not_throttled(**source)
        except LoginThrottled as refusal:
            record_login("refused", user, request, wait=refusal.wait)
            raise
        if _password_is_right(user, password) and user is not None and user.is_active:
            if has_second_factor(user):
                if not otp:
                    raise SecondFactorRequired(user)
                _use_code(user, otp, request, source)
            forget_failures(**source)
            record_login("succeeded", user, request)
            return user
        count_failure(**source)
        record_login("failed", user, request)
        return None

    def get_user(self, user_id: UUID) -> User | None:
        users = User.objects.with_roles().filter(pk=user_id, is_active=True)
        user: User | None = users.first()
        return user

    def has_perm(
        self,
        user_obj: "AbstractBaseUser | AnonymousUser",
        perm: str,
        obj: object = None,
    ) -> bool:
        """Roles are the only permissions; there are no rows to keep in step with them."""
        app, _, name = perm.partition(".")
        if app == USERS_APP:
            return has_role(user_obj, Role.MANAGER)  # type: ignore[arg-type]
        least = ROLE_OF_ACTION.get(name.partition("_")[0], Role.EDITOR)
        return app == CATALOG_APP and has_role(user_obj, least)  # type: ignore[arg-type]

    def has_module_perms(
        self, user_obj: "AbstractBaseUser | AnonymousUser", app_label: str
    ) -> bool:
        """Whether the admin shows the app at all."""
        return self.has_perm(user_obj, f"{app_label}.view_any")


def ensure_right_code(user: User, code: str, request: "HttpRequest") -> None:
    """The second step of a login whose password was right, on a page of its own.

    Raises SecondFactorWrong, LoginThrottled.
    """
    source = _source(str(user.pk), request)
    try:
        ensure_not_throttled(**source)
    except LoginThrottled as refusal:
        record_login("refused", user, request, wait=refusal.wait)
        raise
    _use_code(user, code, request, source)
    forget_failures(**source)
    record_login("succeeded", user, request)


def _use_code(user: User, code: str, request: "HttpRequest | None", source: dict[str, str]) -> None:
    if not is_right_code(user, code):
        count_failure(**source)
        record_login("failed", user, request, reason="code")
        raise SecondFactorWrong("Type the code that the app shows now; each is good once.")


def _source(account: str, request: "HttpRequest | None") -> dict[str, str]:
    return {"account": account, "network": client_network(request) if request else "unknown"}


def _password_is_right(user: User | None, password: str) -> bool:
    if user is None:
        # Unknown names must cost as much as known ones, or the clock tells them apart.
        User().set_password(password)
        return False
    return user.check_password(password)
