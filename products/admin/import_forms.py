"""What is asked of whoever imports a file: first the file, then what may be done with it."""

import json
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanWidget,
)

from catalog_project.errors import DomainError
from products.models import ImportJob, Locale, Location
from products.models.measured import GRAMS, MILLIMETRES
from products.transfer.formats import FORMATS
from products.transfer.importing.policies import Policy, Reading

LABELS = [(code, each.label) for code, each in FORMATS.items()]
READING = ("currency", "locale", "media_base", "weight_unit", "length_unit")
POLICY = ("refusals", "writes", "missing", "missing_of", "source", "location", "fetch_media")


def _choice(label: str, choices: Any, help_text: str = "", *, required: bool = True) -> Any:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=required,
        widget=UnfoldAdminSelectWidget,
    )


def _text(label: str, help_text: str = "", *, required: bool = False, **more: Any) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        widget=UnfoldAdminTextInputWidget,
        **more,
    )


def _mapping(help_text: str, rows: int = 4) -> Any:
    return MappingField(
        label="Mapping",
        required=False,
        strip=False,
        help_text=help_text,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": rows, "spellcheck": "false"}),
    )


class MappingField(forms.CharField):
    """The text of a JSON object; empty is None."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return json.dumps(value, indent=2, ensure_ascii=False)
        return super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This is no JSON: {error}") from None
        if not isinstance(found, dict):
            raise forms.ValidationError("Begin it with { and end it with }.")
        return found


class ImportForm(forms.Form):
    def place(self, refusal: DomainError) -> None:
        """Show what was refused at its field."""
        name = (refusal.pointer or "").strip("/")
        self.add_error(name if name in self.fields else None, str(refusal))


class FileForm(ImportForm):
    """A file, or an address where one lies."""

    file = forms.FileField(
        label="File",
        required=False,
        max_length=255,
        widget=UnfoldAdminFileFieldWidget,
        help_text="The export of your shop: CSV, TSV, XLSX, JSON or XML, also packed as .gz or "
        ".zip.",
    )
    url = forms.URLField(
        label="Or its address",
        required=False,
        max_length=2_000,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="Of a file on the public Internet. It is fetched at once.",
    )
    format = _choice(
        "Format",
        [("", "Find out"), *LABELS],
        "Most files tell by their columns what they are.",
        required=False,
    )
    mapping = _mapping(
        "For files of no known format: a JSON object that says what the columns mean."
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors and bool(values.get("file")) == bool(values.get("url")):
            self.add_error("file", "Choose a file, or give an address: one of the two.")
        return values


class OptionsForm(ImportForm):
    """How the file is read, and what it may do."""

    format = _choice("Format", LABELS)
    mapping = _mapping("What the columns mean, as a JSON object. null leaves a column out.", 18)
    currency = _text("Currency", "Of prices that do not say theirs.", required=True, max_length=3)
    refusals = _choice(
        "When some products are refused",
        [("skip", "Skip them, write the others"), ("all_or_nothing", "Write nothing at all")],
    )
    writes = _choice(
        "What it may do",
        [
            ("both", "Create new products and change those that are there"),
            ("create", "Create new products alone"),
            ("update", "Change those that are there alone"),
        ],
    )
    missing = _choice(
        "Products that the file does not name",
        [
            ("leave", "Leave them alone"),
            ("report", "Count them"),
            ("archive", "Archive them"),
        ],
    )
    missing_of = _choice(
        "Of which products",
        [("source", "Of those that came from the same source before"), ("all", "Of all products")],
        "This is about those that the file does not name.",
    )
    source = _text("Source", "A name of where it is from. Empty: its format.", max_length=64)
    locale = _choice("Language", [], "Of texts that do not say theirs.", required=False)
    location = _choice(
        "Location", [], "Where quantities lie that do not say so themselves.", required=False
    )
    media_base = _text(
        "Folder of pictures", "Its address, where the file has names alone.", max_length=500
    )
    weight_unit = _choice(
        "Unit of weight",
        [("", "As the file says"), *((unit, unit) for unit in GRAMS)],
        required=False,
    )
    length_unit = _choice(
        "Unit of length",
        [("", "As the file says"), *((unit, unit) for unit in MILLIMETRES)],
        required=False,
    )
    fetch_media = forms.BooleanField(
        label="Copy pictures",
        required=False,
        widget=UnfoldBooleanWidget,
        help_text="Fetch those that the file names by their address, later, one by one.",
    )

    def __init__(self, job: ImportJob, data: Any = None) -> None:
        initial = {**job.options, **job.policy, "format": job.format}
        initial["location"] = initial.get("location") or ""
        super().__init__(data, initial=initial)
        if job.options.get("mapping") is None:
            del self.fields["mapping"]
        locales = Locale.objects.order_by("code").values_list("code", "name")
        places = (
            Location.objects.filter(is_active=True).order_by("code").values_list("code", "name")
        )
        self.fields["locale"].choices = [("", "The shop's own"), *locales]  # type: ignore[attr-defined]  # it has choices
        self.fields["location"].choices = [("", "The usual one"), *places]  # type: ignore[attr-defined]  # likewise

    def chosen(self) -> dict[str, Any]:
        """As set_options takes it."""
        values = self.cleaned_data
        policy = {name: values[name] for name in POLICY}
        return {
            "reading": Reading(
                mapping=values.get("mapping"), **{name: values[name] for name in READING}
            ),
            "policy": Policy(**{**policy, "location": policy["location"] or None}),
            "file_format": values["format"],
        }

    @property
    def first(self) -> list[Any]:
        first = ("format", "mapping", "currency", "refusals", "writes", "missing")
        return [self[name] for name in first if name in self.fields]

    @property
    def further(self) -> list[Any]:
        shown = {field.name for field in self.first}
        return [field for field in self if field.name not in shown]


def first_reading(mapping: dict[str, Any] | None) -> Reading:
    """Before anybody was asked."""
    return Reading(currency=settings.CATALOG_CURRENCY, mapping=mapping)
