"""Texts in other locales: a tab for each of them on the page of the row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from products.admin.asked_once import asked_once
from products.admin.option_words import (
    FIELD,
    OptionWordsField,
    changed_words,
    option_keys,
    shown_words,
)
from products.models import Locale
from products.services.translations import TEXTS

if TYPE_CHECKING:
    from django.http import HttpRequest

PREFIX = "text__"
LONG = ("description", "seo_description")
# More tabs than these are no page: those locales are for programs.
MOST_LOCALES = 30


def field_name(locale: str, text: str) -> str:
    return f"{PREFIX}{locale}__{text}"


class TranslationInputs(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The part of a form that is about translations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {} if self.instance._state.adding else self.instance.translations
        for name in self.fields:
            if name.startswith(PREFIX):
                _, locale, text = name.split("__")
                texts = stored.get(locale, {})
                field = self.fields[name]
                self.initial[name] = (
                    shown_words(field.keys, texts)
                    if isinstance(field, OptionWordsField)
                    else texts.get(text, "")
                )

    def touched(self) -> dict[str, Any]:
        """The changed texts as services take them: an emptied one is taken away."""
        values: dict[str, Any] = super().touched()  # type: ignore[misc]  # of ReadingForm
        changes: dict[str, dict[str, str | None]] = {}
        for name in [name for name in values if name.startswith(PREFIX)]:
            _, locale, text = name.split("__")
            written, texts = values.pop(name), changes.setdefault(locale, {})
            if isinstance(self.fields[name], OptionWordsField):
                texts.update(changed_words(self.initial[name], written))
            else:
                texts[text] = written or None
        adding = self.instance._state.adding
        if changes and adding:
            values["translations"] = changes
        elif changes:
            values["translation_changes"] = changes
        return values

    def place(self, pointer: str, message: str) -> None:
        """Show a refusal at its text."""
        _, part, locale, text, *_ = [*pointer.split("/"), "", "", "", ""]
        name = field_name(locale, text.partition("~1")[0])
        if part == "translations" and name in self.fields:
            self.add_error(name, message)
        else:
            super().place(pointer, message)  # type: ignore[misc]  # of ReadingForm


class TranslatedAdmin:
    """Mixed into the pages of nouns whose texts have translations."""

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # of ModelAdmin
            form: type[Any] = kwargs.get("form") or self.form  # type: ignore[attr-defined]  # likewise
            inputs: dict[str, Any] = {**self._inputs(request), **self._words(request, obj)}
            kwargs["form"] = type(form.__name__, (form,), inputs)
        return super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]  # likewise

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # likewise
        if not self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # likewise
            return fieldsets
        texts = [*TEXTS[self.opts.model_name]]  # type: ignore[attr-defined]  # likewise
        if self._keys(request, obj):
            texts.append(FIELD)
        tabs = [
            (
                locale.name,
                {
                    "fields": [
                        *(field_name(locale.code, text) for text in texts),
                        *self.more_in_locale(request, obj, locale.code),
                    ],
                    "classes": ["tab"],
                },
            )
            for locale in other_locales(request)
        ]
        return [*fieldsets, *tabs]

    def more_in_locale(self, request: Any, obj: Any, code: str) -> list[str]:
        """Inputs of the row beside its texts."""
        return []

    def _inputs(self, request: "HttpRequest") -> dict[str, forms.Field]:
        texts = TEXTS[self.opts.model_name]  # type: ignore[attr-defined]  # likewise
        return {
            field_name(locale.code, text): _input(locale, text, most)
            for locale in other_locales(request)
            for text, most in texts.items()
        }

    def _keys(self, request: "HttpRequest", obj: Any) -> Sequence[str]:
        has_options = self.opts.model_name == "product" and other_locales(request)  # type: ignore[attr-defined]  # likewise
        return option_keys(request, obj) if has_options else ()

    def _words(self, request: "HttpRequest", obj: Any) -> dict[str, forms.Field]:
        if not (keys := self._keys(request, obj)):
            return {}
        return {
            field_name(locale.code, FIELD): OptionWordsField(
                keys,
                help_text=f"Empty: that of {_stand_in(locale)}. Variants stay as they are.",
            )
            for locale in other_locales(request)
        }


def other_locales(request: Any) -> list[Locale]:
    return all_locales(request)[1:]


def all_locales(request: Any) -> list[Locale]:
    """The default one, then the others that have a tab."""
    rows = Locale.objects.select_related("fallback").order_by("-is_default", "code")
    return asked_once(request, "locales", lambda: list(rows[: MOST_LOCALES + 1]))


def _input(locale: Locale, text: str, most: int) -> forms.Field:
    words = text.replace("_", " ").replace("seo", "SEO").capitalize().replace("Seo", "SEO")
    widget = UnfoldAdminTextareaWidget() if text in LONG else UnfoldAdminTextInputWidget()
    return forms.CharField(
        label=words,
        required=False,
        max_length=most,
        strip=False,
        widget=widget,
        help_text=f"Empty: that of {_stand_in(locale)}.",
    )


def _stand_in(locale: Locale) -> str:
    return locale.fallback.name if locale.fallback else "the default locale"
