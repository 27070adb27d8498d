"""The admin's login page: the same door as the API's, and the same 429 when it is closed."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from unfold.forms import AuthenticationForm

from accounts.errors import LoginThrottled

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST_LOGIN = 254  # an e-mail address


class LoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no types
    """Takes a user name or an e-mail address."""

    throttled_for: int | None = None
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


def login(request: "HttpRequest") -> "HttpResponse":
    """Django's login view, with the status a refused try deserves."""
    response = admin.site.login(request)
    context = response.context_data if isinstance(response, TemplateResponse) else None
    form = (context or {}).get("form")
    if isinstance(form, LoginForm) and form.throttled_for:
        response.status_code = 429
        response["Retry-After"] = str(form.throttled_for)
    return response
