"""My account, in the admin: password, second factor, sign-ins and API keys of whoever is there."""

from typing import TYPE_CHECKING, Any, cast

import segno
from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.actors import actor_of
from accounts.admin_sessions import SECOND_FACTOR, admin_sessions_of, keep_this_session
from accounts.errors import LoginThrottled, PasswordTooWeak, SecondFactorWrong, WrongPassword
from accounts.models import ApiKey, User
from accounts.password_pages import TwicePasswordForm, password_field
from accounts.passwords import change_own_password, confirm_password, families_of
from accounts.second_factor import (
    begin_setup,
    finish_setup,
    has_second_factor,
    recovery_codes_left,
    remove_second_factor,
    replace_recovery_codes,
)
from accounts.services import sign_out_everywhere

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HERE = "/admin/account/"
FACTOR = "/admin/account/second-factor/"


class OwnPasswordForm(TwicePasswordForm):
    current = password_field("Present password", "current-password")
    field_order = ["current", "password", "again"]


class FirstCodeForm(forms.Form):
    code = forms.CharField(
        max_length=16,
        label="The code that the app shows now",
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": ""}
        ),
    )


class ConfirmForm(forms.Form):
    current = password_field("Present password", "current-password")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def account(request: "HttpRequest") -> "HttpResponse":
    """Everything about oneself on one page; posting changes the password."""
    user = _me(request)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _change_password(request, form):
        messages.success(request, "Your password is changed. Other sign-ins have ended.")
        return HttpResponseRedirect(HERE)
    facts = {
        "form": form,
        "me": user,
        "roles": sorted(user.role_names),
        "has_factor": has_second_factor(user),
        "codes_left": recovery_codes_left(user),
        "browsers": admin_sessions_of(user),
        "here": request.session.session_key,
        "programs": families_of(user),
        "keys": [key for key in ApiKey.objects.filter(owner=user) if key.is_living],
    }
    return _page(request, "account", "My account", **facts)


def _change_password(request: "HttpRequest", form: OwnPasswordForm) -> bool:
    given = form.cleaned_data
    try:
        user = change_own_password(
            _me(request),
            current=given["current"],
            new_password=given["password"],
            request=request,
            actor=actor_of(request, source="admin"),
        )
    except (WrongPassword, LoginThrottled) as refusal:
        form.add_error("current", str(refusal))
        return False
    except PasswordTooWeak as weak:
        form.add_error("password", str(weak))
        return False
    keep_this_session(request, user)
    return True


@require_POST
def sign_out_everywhere_page(request: "HttpRequest") -> "HttpResponse":
    """End every other sign-in: other browsers, and every program with a token."""
    user = sign_out_everywhere(_me(request).pk, actor=actor_of(request, source="admin"))
    keep_this_session(request, user)
    messages.success(request, "Every other sign-in has ended.")
    return HttpResponseRedirect(HERE)


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: "HttpRequest") -> "HttpResponse":
    """Set the second factor up: a picture to scan, and a first code to prove that it works."""
    user = _me(request)
    if has_second_factor(user):
        return _manage(request, user)
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actor = actor_of(request, source="admin")
            codes = finish_setup(user, form.cleaned_data["code"], actor=actor)
        except (SecondFactorWrong, LoginThrottled) as refusal:
            form.add_error("code", str(refusal))
        else:
            request.session[SECOND_FACTOR] = True
            user.refresh_from_db()
            keep_this_session(request, user)
            return _codes(request, codes)
    device = begin_setup(user)
    facts = {"form": form, "picture": _picture(device.config_url), "secret": _spelled(device)}
    return _page(request, "second_factor_setup", "Set up a second factor", **facts)


def _manage(request: "HttpRequest", user: User) -> "HttpResponse":
    """Take it away or make new recovery codes; both ask for the password."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actor = actor_of(request, source="admin")
        try:
            confirm_password(user, form.cleaned_data["current"], request=request)
        except (WrongPassword, LoginThrottled) as refusal:
            form.add_error("current", str(refusal))
        else:
            if "codes" in request.POST:
                return _codes(request, replace_recovery_codes(user, actor=actor))
            remove_second_factor(user, actor=actor)
            user.refresh_from_db()
            request.session.pop(SECOND_FACTOR, None)
            keep_this_session(request, user)
            messages.success(request, "The second factor is off. Other sign-ins have ended.")
            return HttpResponseRedirect(HERE)
    facts = {"form": form, "codes_left": recovery_codes_left(user)}
    return _page(request, "second_factor", "Second factor", **facts)


def _codes(request: "HttpRequest", codes: list[str]) -> "HttpResponse":
    """Shown in the answer itself, never in a redirect, a cookie or a log."""
    return _page(request, "recovery_codes", "Your recovery codes", codes=codes)


def _picture(text: str) -> str:
    """The QR code as a data URI: no file and no other server sees the secret."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


def _spelled(device: Any) -> str:
    """The secret to type where no camera is, in groups of four."""
    text = device.config_url.partition("secret=")[2].partition("&")[0]
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _me(request: "HttpRequest") -> User:
    return cast("User", request.user)


def _page(request: "HttpRequest", name: str, title: str, **facts: Any) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **facts}
    page = TemplateResponse(request, f"admin/accounts/{name}.html", context)
    page["Cache-Control"] = "no-store"
    return page
