"""The admin's login page: the same door as the API's, and the same 429 when it is closed.

Who has a second factor is asked for it on a page of its own. Between the two pages stands a
ticket: it says that the password was right, for five minutes, and is no session.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import login as begin_session
from django.core import signing
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin_sessions import SECOND_FACTOR, note_admin_session
from accounts.backends import ensure_right_code
from accounts.errors import LoginThrottled, SecondFactorRequired, SecondFactorWrong
from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST_LOGIN = 254  # an e-mail address
SALT = "accounts.admin_login"
TICKET_LIFETIME = timedelta(minutes=5)
BACKEND = "accounts.backends.CatalogBackend"
HOME = "/admin/"


class LoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """Takes a user name or an e-mail address."""

    throttled_for: int | None = None
    awaiting: User | None = None  # whose password was right, and whose code is still to come
    error_messages: ClassVar[dict[str, str]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": "No staff member has this name or address with this password.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        name.max_length = LONGEST_LOGIN
        name.widget.attrs["maxlength"] = LONGEST_LOGIN
        name.label = "User name or e-mail address"

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()  # type: ignore[no-any-return]
        except LoginThrottled as refusal:
            self.throttled_for = refusal.wait
            raise forms.ValidationError(str(refusal)) from refusal
        except SecondFactorRequired as needed:
            self.confirm_login_allowed(needed.user)
            self.awaiting = needed.user
            raise forms.ValidationError("Now the code.") from needed


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=64,
        label="Code from your app, or a recovery code",
        widget=UnfoldAdminTextInputWidget(
            attrs={"autofocus": "", "autocomplete": "one-time-code", "inputmode": "text"}
        ),
    )


def login(request: "HttpRequest") -> "HttpResponse":
    """Django's login view with a second step, and with the status a refused try deserves."""
    if request.method == "POST" and "ticket" in request.POST:
        return _second_step(request)
    response = admin.site.login(request)
    context = response.context_data if isinstance(response, TemplateResponse) else None
    form = (context or {}).get("form")
    if isinstance(form, LoginForm):
        if form.awaiting is not None:
            return _code_page(request, _ticket(form.awaiting), CodeForm())
        if form.throttled_for:
            _say_when(response, form.throttled_for)
    elif request.method == "POST" and request.user.is_authenticated:
        note_admin_session(request, request.user)
    return response


def _second_step(request: "HttpRequest") -> "HttpResponse":
    ticket = request.POST["ticket"]
    user = _holder(ticket)
    if user is None:
        messages.error(request, "That took too long. Sign in again.")
        return HttpResponseRedirect(f"{HOME}login/")
    form = CodeForm(request.POST)
    wait = 0
    if form.is_valid():
        try:
            ensure_right_code(user, form.cleaned_data["code"], request)
        except SecondFactorWrong as refusal:
            form.add_error("code", str(refusal))
        except LoginThrottled as refusal:
            wait = refusal.wait
            form.add_error("code", str(refusal))
        else:
            return _enter(request, user)
    response = _code_page(request, ticket, form)
    if wait:
        _say_when(response, wait)
    return response


def _enter(request: "HttpRequest", user: User) -> "HttpResponse":
    begin_session(request, user, backend=BACKEND)
    request.session[SECOND_FACTOR] = True
    request.session.save()
    note_admin_session(request, user)
    target = request.POST.get("next") or HOME
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = HOME
    return HttpResponseRedirect(target)


def _code_page(request: "HttpRequest", ticket: str, form: CodeForm) -> TemplateResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Second factor",
        "form": form,
        "ticket": ticket,
        "next": request.POST.get("next", ""),
    }
    response = TemplateResponse(request, "admin/accounts/login_code.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _say_when(response: "HttpResponse", seconds: int) -> None:
    response.status_code = 429
    response["Retry-After"] = str(seconds)


def _ticket(user: User) -> str:
    return signing.dumps([user.pk.hex, user.get_session_auth_hash()], salt=SALT)


def _holder(ticket: str) -> User | None:
    try:
        key, stamp = signing.loads(ticket, salt=SALT, max_age=TICKET_LIFETIME)
    except signing.BadSignature:
        return None
    found = User.objects.with_roles().filter(pk=UUID(key), is_active=True, is_staff=True)
    user: User | None = found.first()
    if user is None or not constant_time_compare(stamp, user.get_session_auth_hash()):
        return None
    return user
