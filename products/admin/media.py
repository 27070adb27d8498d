"""Pictures: rows on the page of their product, by URL or as uploaded files."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.validators import URLValidator
from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.html import format_html
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from products.admin.forms import ReadingForm
from products.admin.inlines import PartFormSet, PartInline
from products.admin.text_fields import ParsedField
from products.admin.translations import other_locales
from products.models import Media

if TYPE_CHECKING:
    from django.http import HttpRequest


ACCEPTED = (
    "image/png,image/jpeg,image/webp,image/gif,image/avif,video/mp4,video/webm,application/pdf"
)


def thumbnail(url: str | None) -> str:
    """A small picture. The admin's Content-Security-Policy shows none over plain http."""
    if not url or not url.startswith(("/", "https://")):
        return format_html(
            '<span class="catalog-thumbnail" title="{}"></span>', url or "no picture"
        )
    return format_html(
        '<img class="catalog-thumbnail" src="{}" alt="" title="{}" loading="lazy">', url, url
    )


def smallest(media: Any) -> str:
    """The smallest copy that there is, else the picture itself."""
    return str(media.shown_renditions[0]["url"] if media.shown_renditions else media.url)


class FocalPointField(forms.CharField):
    """Two shares, as people write them: 0.5, 0.35."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            x, y = (float(part) for part in text.split(","))
        except ValueError:
            raise forms.ValidationError("Write two numbers from 0 to 1: 0.5, 0.35") from None
        return {"x": x, "y": y}


class AltTextsField(ParsedField):
    """A line for each of the other locales, `de: Vorderseite`, also where there is no text yet."""

    widget = UnfoldAdminTextareaWidget
    empty: Mapping[str, str] = {}
    locales: Sequence[str] = ()

    def parse(self, text: str) -> dict[str, str]:
        texts: dict[str, str] = {}
        for line in filter(str.strip, text.split("\n")):
            code, colon, alt = (part.strip() for part in line.partition(":"))
            if not colon or code not in self.locales:
                known = ", ".join(self.locales)
                raise forms.ValidationError(f"Write “locale: text” on each line, with {known}.")
            if code in texts:
                raise forms.ValidationError(f"{code} is given twice.")
            texts[code] = alt
        return {code: alt for code, alt in texts.items() if alt}

    def show(self, value: Mapping[str, str]) -> str:
        return "\n".join(f"{code}: {value.get(code, '')}" for code in self.locales)


class KindField(forms.ChoiceField):
    """Who does not name it does not change it: an empty row stays empty."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) and super().has_changed(initial, data)


class MediaForm(ReadingForm):
    url = forms.URLField(
        label="URL",
        required=False,
        max_length=2000,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url"}),
    )
    upload = forms.FileField(
        required=False,
        help_text="A picture, an MP4 or WebM video, or a PDF. In place of what is there, if any.",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ACCEPTED}),
    )
    kind = KindField(
        required=False,
        choices=Media.Kind.choices,
        help_text="Of what the URL shows; the bytes of a file say it.",
        widget=UnfoldAdminSelectWidget(),
    )
    fetch = forms.BooleanField(
        label="Keep a copy",
        required=False,
        help_text="The worker copies what the URL shows.",
        widget=UnfoldBooleanWidget(),
    )
    alts = AltTextsField(
        label="In other locales",
        required=False,
        help_text="The alternative text in each of them. Empty: that of the fallback.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    focal_point = FocalPointField(
        required=False,
        help_text="What a crop must keep, from the upper left corner: 0.5, 0.35",
        widget=UnfoldAdminTextInputWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance._state.adding:
            self.initial["position"] = None
            return
        self.initial["url"] = self.instance.source_url
        if point := self.instance.focal_point:
            self.initial["focal_point"] = f"{point['x']:g}, {point['y']:g}"
        if self.instance.file:
            self.fields["kind"].disabled = self.fields["fetch"].disabled = True
            self.fields["url"].disabled = True
            self.fields["url"].widget.attrs["placeholder"] = "an uploaded file"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "url" in self.errors or "upload" in self.errors:
            return cleaned
        has_file = bool(cleaned.get("upload") or self.instance.file)
        if not has_file and not cleaned.get("url"):
            self.add_error("url", "Give the URL of a picture, or upload one.")
        if cleaned.get("upload") and "url" in self.changed_data and cleaned.get("url"):
            self.add_error("url", "Either a URL or an upload, not both.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The touched fields as a part of MediaValues; an upload stands under "upload"."""
        values = self.touched()
        if "alts" in values:
            before, now = self.initial["alts"], values.pop("alts")
            changed = {code for code in {*before, *now} if before.get(code) != now.get(code)}
            values["translation_changes"] = {code: {"alt": now.get(code)} for code in changed}
        if values.get("position", 0) is None:
            del values["position"]
        return values


class MediaFormSet(PartFormSet):
    part = "media"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        self._add_locales(form)

    def _add_locales(self, form: Any) -> None:
        codes = [locale.code for locale in other_locales(self.request)]
        texts = form.instance.translations
        form.initial["alts"] = {code: texts[code]["alt"] for code in codes if code in texts}
        if codes:
            form.fields["alts"].locales = codes
        else:
            del form.fields["alts"]


class MediaInline(PartInline):
    model = Media
    form = MediaForm
    formset = MediaFormSet
    fields = (
        "picture",
        "upload",
        "url",
        "alt",
        "alts",
        "kind",
        "focal_point",
        "fetch",
        "position",
    )
    readonly_fields = ("picture",)
    verbose_name = "picture"
    verbose_name_plural = "pictures"

    def get_queryset(self, request: "HttpRequest") -> QuerySet[Media]:
        queryset: QuerySet[Media] = super().get_queryset(request)
        rows: QuerySet[Media] = queryset.select_related("fetch").with_renditions()  # type: ignore[attr-defined]  # of its manager
        order = ["position", "id"]
        return rows.annotate(
            number=Window(RowNumber(), partition_by="product", order_by=order)
        ).order_by(*order)

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> Sequence[str]:
        """No column for other locales where there are none."""
        has_others = bool(other_locales(request))
        return [name for name in self.fields if name != "alts" or has_others]

    @admin.display(description="In other locales")
    def alts(self, media: Media) -> str:
        """What somebody sees who may not edit."""
        shown = (f"{code}: {texts['alt']}" for code, texts in media.translations.items())
        return "; ".join(shown) or "-"

    @admin.display(description="")
    def picture(self, media: Media) -> str:
        if media._state.adding:
            return thumbnail(None)
        shown = thumbnail(smallest(media)) if media.kind == Media.Kind.IMAGE else media.kind
        shown = format_html("{}. {}", media.number, shown)  # type: ignore[attr-defined]  # annotated
        fetch = getattr(media, "fetch", None)
        if fetch is None or fetch.state == fetch.State.FETCHED:
            return shown
        return format_html(
            '{}<span class="catalog-slug catalog-copy">copy {}: {}</span>',
            shown,
            fetch.state,
            fetch.error,
        )
