"""What the inputs of a page hold, as a browser would send it: the sides of a conflict.

Inputs are named so that a name means the same on every side: those of the form by their own name,
those of a row of a table by `part/id of the row/name`, since its number may be another one by now;
a row that is not stored yet is `part/new-number`.
"""

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from products.admin.text_fields import plain_text

Inputs = Mapping[str, list[str]]  # name -> what is sent under it, without empty texts
OPENED = "opened"  # the input that remembers what the page showed when it was opened
MOST_BYTES = 8_000_000  # of what a page remembers: more than any form may send
_ROW = re.compile(r"(\d{1,4})-(.+)")
NOT_SHOWN = {"expected_version", OPENED}


@dataclass
class Page:
    """The inputs of a page as the database has them now."""

    values: dict[str, list[str]] = field(default_factory=dict)
    # Name -> the inputs of that field, which may be two, and the field itself.
    fields: dict[str, tuple[list[str], forms.BoundField]] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)  # part/id -> the model's row

    def read(self, form: Any, row: str = "") -> None:
        for bound in form:
            name = bound.name
            is_own = name in NOT_SHOWN or (row and name in form.structural)
            if is_own or bound.field.disabled or "disabled" in bound.field.widget.attrs:
                continue  # browsers send nothing of what is disabled
            key = f"{row}/{name}" if row else name
            held = dict(_held(bound.field.widget, key, bound.value()))
            self.values.update(held)
            self.fields[key] = (list(held), bound)


def page_of(form: Any, formsets: Sequence[Any]) -> Page:
    """Of forms that were not filled in."""
    page = Page()
    page.read(form)
    for formset in formsets:
        for each in formset.initial_forms:
            row = f"{formset.prefix}/{each.instance.pk}"
            each.structural = {formset.model._meta.pk.name, formset.fk.name}
            page.rows[row] = each.instance
            page.read(each, row)
    return page


def _held(widget: Any, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """Each input of the widget with what it sends."""
    widget = getattr(widget, "widget", widget)  # inside the one with the links
    if isinstance(widget, forms.FileInput):
        return
    if isinstance(widget, forms.MultiWidget):
        values: Sequence[Any] = value if isinstance(value, list) else widget.decompress(value) or ()
        suffixes: Sequence[str] = widget.widgets_names  # type: ignore[attr-defined]  # not in the stubs
        for part, suffix, each in zip(widget.widgets, suffixes, values, strict=True):
            yield from _held(part, f"{name}{suffix}", each)
    elif isinstance(widget, forms.CheckboxInput):
        yield name, ["on"] if widget.check_test(value) else []
    else:
        shown = widget.format_value(value)
        texts = shown if isinstance(shown, list | tuple) else [shown]
        yield name, _texts(texts)


def _texts(values: Sequence[Any]) -> list[str]:
    texts = [plain_text(str(value)) for value in values if value is not None]
    return [text for text in texts if text]


def row_names(
    names: Iterable[str], data: MultiValueDict[str, Any], parts: Sequence[str]
) -> dict[str, str]:
    """Name of each input of a row as it was sent -> its name here."""
    named = {}
    for sent in names:
        part = next((each for each in parts if sent.startswith(f"{each}-")), "")
        match = _ROW.fullmatch(sent.removeprefix(f"{part}-")) if part else None
        if match:
            number, name = match.groups()
            key = str(data.get(f"{part}-{number}-id") or "") or f"new-{number}"
            named[sent] = f"{part}/{key}/{name}"
    return named


def sent_inputs(data: MultiValueDict[str, Any], rows: Mapping[str, str]) -> dict[str, list[str]]:
    """What somebody sent; `rows` is what row_names says."""
    sent = {rows.get(name, name): _texts(data.getlist(name)) for name in data}
    return {name: texts for name, texts in sent.items() if texts}


def packed(values: Inputs) -> str:
    """For the hidden input of the page."""
    return b64encode(zlib.compress(json.dumps(values).encode())).decode()


def unpacked(text: str) -> dict[str, list[str]] | None:
    """None where it is not what `packed` wrote: then nobody knows what the page showed."""
    try:
        reader = zlib.decompressobj()
        values = json.loads(reader.decompress(b64decode(text, validate=True), MOST_BYTES))
    except (ValueError, zlib.error, RecursionError):
        return None
    if not isinstance(values, dict) or reader.unconsumed_tail:
        return None
    is_whole = all(
        isinstance(texts, list) and all(isinstance(each, str) for each in texts)
        for texts in values.values()
    )
    return values if is_whole else None
