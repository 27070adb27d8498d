"""Forms that only read: what was touched comes out as plain values, and a service does the rest."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import validate_unicode_slug
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from products.admin.text_fields import plain_text
from products.errors import StaleVersion

if TYPE_CHECKING:
    from catalog_project.errors import DomainError

NOT_VALUES = {"expected_version", "id", "DELETE"}


class ReadingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The model instance stays what the database holds; nothing is saved from here."""

    def _post_clean(self) -> None:
        """Leaves the instance alone: what is valid is said by the services and constraints."""

    def touched(self) -> dict[str, Any]:
        """The fields that hold something else than they showed.

        A field that nobody touched is not written, so what a browser does to line ends and
        blanks on the way changes nothing.
        """
        return {
            name: plain_text(value) if isinstance(value, str) else value
            for name in self.changed_data
            if name not in NOT_VALUES
            for value in [self.cleaned_data.get(name)]
            if not self._is_same_text(name, value)
        }

    def _is_same_text(self, name: str, value: Any) -> bool:
        shown = self.get_initial_for_field(self.fields[name], name)
        if not isinstance(shown, str) or not isinstance(value, str):
            return False
        return plain_text(shown) == plain_text(value)

    def place(self, pointer: str, message: str) -> None:
        """Show the message at the field that the RFC 6901 pointer names, else above the form."""
        name = pointer.removeprefix("/").partition("/")[0]
        name = {"categories": "primary_category", "prices": "price", "media": "pictures"}.get(
            name, name
        )
        self.add_error(name if name in self.fields else None, message)


class VersionedForm(ReadingForm):
    """The form of a whole aggregate: it knows which version was looked at.

    `refusal` is what the service said to the same input a moment ago; the form shows it.
    """

    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    refusal: "DomainError | None" = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["expected_version"]
        else:
            version = self.fields["expected_version"]
            version.initial = self.instance.version
            version.error_messages["required"] = "The form is incomplete: load the page again."
        if slug := self.fields.get("slug"):
            slug.validators = [*slug.validators, validate_unicode_slug]
            if self.instance._state.adding:
                slug.required = False
                slug.help_text = "Made from the name when left empty."

    def clean(self) -> dict[str, Any]:
        """Raises StaleVersion, once: whoever called it compares both sides then."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        expected, version = cleaned.get("expected_version"), getattr(self.instance, "version", None)
        if isinstance(self.refusal, StaleVersion):
            self.add_error(None, conflict(self.instance, expected))
        elif expected is not None and expected != version:
            raise StaleVersion(expected=expected, current=version or 0)
        elif self.refusal is not None:
            self.place(self.refusal.pointer or "", str(self.refusal))
        return cleaned


def conflict(instance: Any, expected: int | None) -> SafeString:
    options = instance._meta
    return format_html(
        "Somebody else changed this {} while you had it open: you edited version {}, by now it is"
        ' version {}. Nothing was saved. <a href="{}" target="_blank">Open it anew</a> and repeat'
        " there what you changed here.",
        options.verbose_name,
        expected,
        instance.version,
        reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[instance.pk]),
    )
