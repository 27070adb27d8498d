"""Pages for whoever has a link, or needs one: set a password, forgotten password."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from accounts.actors import Actor
from accounts.errors import LinkIsOver, LoginThrottled, PasswordTooWeak
from accounts.links import user_of_link
from accounts.passwords import ask_for_reset, set_password_by_link

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST_PASSWORD = 1024
LINK = Actor(user_id=None, label="link", source="admin")


def password_field(label: str, autocomplete: str = "new-password") -> forms.CharField:
    """Takes what is typed or pasted as it is, spaces included."""
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget)


class TwicePasswordForm(forms.Form):
    password = password_field("New password")
    again = password_field("The same again")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", "The two are not the same.")
        return given


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address", widget=UnfoldAdminEmailInputWidget(attrs={"autofocus": ""})
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: "HttpRequest") -> "HttpResponse":
    """Where the links of mails lead. Looking changes nothing: mail scanners follow links, too."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        user, _ = user_of_link(token)
        form = TwicePasswordForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and _set(form, token):
            messages.success(request, "Your password is set. Sign in with it.")
            return HttpResponseRedirect("/admin/login/")
    except LinkIsOver:
        return _page(request, "link_is_over", "This link is over", status=410)
    facts: dict[str, Any] = {"form": form, "token": token, "username": user.username}
    return _page(request, "set_password", "Choose your password", **facts)


def _set(form: TwicePasswordForm, token: str) -> bool:
    try:
        set_password_by_link(token, new_password=form.cleaned_data["password"], actor=LINK)
    except PasswordTooWeak as weak:
        form.add_error("password", str(weak))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: "HttpRequest") -> "HttpResponse":
    """Asks for the address, and says the same whoever has it."""
    if not settings.MAIL_ENABLED:
        return _page(request, "no_mail", "Forgotten your password?")
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "forgotten", "Forgotten your password?", form=form)
    try:
        ask_for_reset(form.cleaned_data["email"], request=request)
    except LoginThrottled as refusal:
        form.add_error("email", str(refusal))
        page = _page(request, "forgotten", "Forgotten your password?", form=form, status=429)
        page["Retry-After"] = str(refusal.wait)
        return page
    return _page(request, "mail_is_on_its_way", "Look into your mail")


def _page(
    request: "HttpRequest", name: str, title: str, *, status: int = 200, **facts: Any
) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **facts}
    template = f"admin/accounts/{name}.html"
    page = TemplateResponse(request, template, context, status=status)
    page["Cache-Control"] = "no-store"
    page["Referrer-Policy"] = "no-referrer"  # the address holds the link
    return page
