"""Somebody else saved while a page was open: both sides beside each other, and a choice.

The page says what it showed when it was opened (`opened`), so three things are known of each
field: what it was, what it is, and what I sent. Fields that only one of us touched need no
question. What is saved then goes through the forms and the service like anything else, with the
version that was compared: when that is over by then, the page comes again.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.datastructures import MultiValueDict

from products.admin.asked_once import forget
from products.admin.category_choices import is_id
from products.admin.shown_inputs import (
    OPENED,
    Page,
    packed,
    page_of,
    row_names,
    sent_inputs,
    unpacked,
)
from products.admin.three_way import DELETE, MINE, THEIRS, Difference, Sides, merged, row_of
from products.changes.since import since

if TYPE_CHECKING:
    from django.http import HttpRequest

CHOICE = "choice:"  # before the name of a field
SEEN = "seen_version"  # the version that was compared with mine when I chose
ALL_MINE = "all_mine"
NOTHING = "(empty)"


@dataclass
class Conflict:
    """What I sent, held against the row as it is now."""

    obj: Any
    page: Page
    formsets: Sequence[Any]
    sent: Any  # request.POST
    files: Any
    expected: int
    chosen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = [each.prefix for each in self.formsets]
        self.row_names = row_names([*self.sent, *self.files], self.sent, parts)
        mine = sent_inputs(self.sent, self.row_names)
        for name, file in self.files.items():
            mine[self.row_names.get(name, name)] = [file.name]
        was = unpacked(self.sent.get(OPENED, ""))
        self.sides = Sides(was, self.page.values, mine)
        inputs = {name: names for name, (names, _) in self.page.fields.items()}
        self.found = list(self.sides.differences(inputs))
        self.lost = self.sides.lost()
        if self.is_answer:
            every: dict[str, str] = {each.key: MINE for each in self.found if each.is_question}
            self.chosen = every if ALL_MINE in self.sent else self._choices()

    @property
    def is_answer(self) -> bool:
        """To the page of this very version; otherwise there is something new to look at."""
        return bool(self.sent.get(SEEN) == str(self.obj.version))

    @property
    def is_settled(self) -> bool:
        open_questions = any(
            each.is_question and each.key not in self.chosen for each in self.found
        )
        return not open_questions and (self.is_answer or not self.lost)

    def _choices(self) -> dict[str, str]:
        return {
            each.key: choice
            for each in self.found
            if (choice := self.sent.get(CHOICE + each.key)) in (MINE, THEIRS)
        }

    def as_sent(self) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        """The page as I would have sent it had I begun from what there is now, and its files."""
        values = merged(self.page.values, self.sides.mine, self.found, self.chosen)
        data = QueryDict(mutable=True)
        for name, texts in self.sent.lists():
            if name not in self.row_names and not name.startswith(CHOICE):
                data.setlist(name, texts)
        for name, (inputs, _) in self.page.fields.items():
            if not row_of(name):
                for each in inputs:
                    data.setlist(each, values.get(each, []))
        data["expected_version"] = str(self.obj.version)
        data[OPENED] = packed(self.page.values)
        numbers: dict[str, str] = {}
        for formset in self.formsets:
            numbers |= self._number(formset, values, data)
        for name, texts in values.items():
            if (row := row_of(name)) in numbers:
                data.setlist(numbers[row] + name.removeprefix(f"{row}/"), texts)
        files: MultiValueDict[str, Any] = MultiValueDict()
        for name in self.files:
            known = self.row_names.get(name, name)
            if values.get(known) and row_of(known) in numbers:
                files.setlist(
                    numbers[row_of(known)] + known.rpartition("/")[2], self.files.getlist(name)
                )
                del data[numbers[row_of(known)] + known.rpartition("/")[2]]
        return data, files

    def _number(self, formset: Any, values: dict[str, Any], data: QueryDict) -> dict[str, str]:
        """part/id -> what stands before the names of its inputs; with the formset's own inputs."""
        part, numbers = formset.prefix, {}
        for n, form in enumerate(formset.initial_forms):
            numbers[f"{part}/{form.instance.pk}"] = f"{part}-{n}-"
            data[f"{part}-{n}-id"] = str(form.instance.pk)
            data[f"{part}-{n}-{formset.fk.name}"] = str(self.obj.pk)
        stored = len(numbers)
        for row in dict.fromkeys(map(row_of, values)):
            if row.startswith(f"{part}/new-"):
                numbers[row] = f"{part}-{len(numbers)}-"
                data[f"{numbers[row]}{formset.fk.name}"] = str(self.obj.pk)
        data[f"{part}-TOTAL_FORMS"] = str(len(numbers))
        data[f"{part}-INITIAL_FORMS"] = str(stored)
        return numbers

    def told(self) -> dict[str, Any]:
        """For the page: each difference in words, the questions first."""
        rows = [self._in_words(each) for each in self.found]
        return {
            "questions": [row for row in rows if row["difference"].is_question],
            "others": [row for row in rows if not row["difference"].is_question],
            "lost": [(self._label(name), text) for name, text in self.lost.items()],
            "hidden": [
                (name, text)
                for name, texts in self.sent.lists()
                if not name.startswith(CHOICE) and name not in _OWN
                for text in texts
                if text
            ],
            "since": since(self.obj.pk, self.expected).changes,
            "seen": self.obj.version,
        }

    def _in_words(self, each: Difference) -> dict[str, Any]:
        told: dict[str, Any] = {"difference": each, "label": self._label(each.key)}
        told["choice"] = self.chosen.get(each.key, each.choice)
        told["files"] = [
            name for name in self.files if self.row_names.get(name, name) in each.inputs
        ]
        if each.is_row:
            is_gone = each.key.endswith(f"/{DELETE}")
            told["was"] = ""
            told["now"] = "stays as it is" if is_gone else "does not exist"
            told["mine"] = "is deleted" if is_gone else self._row_in_words(each)
            return told
        bound = self.page.fields[each.key][1]
        sides = {"was": each.was or ((),), "now": each.now, "mine": each.mine}
        texts = words_of(bound.field, {side: sum(values, ()) for side, values in sides.items()})
        return {**told, **texts, "was": texts["was"] if each.was is not None else "?"}

    def _row_in_words(self, row: Difference) -> str:
        return "; ".join(
            f"{_plain(name.rpartition('/')[2])}: {', '.join(texts)}"
            for name, texts in zip(row.inputs, row.mine, strict=True)
            if not name.endswith("/position")
        )

    def _label(self, key: str) -> str:
        row, name = row_of(key), key.rpartition("/")[2]
        bound = self.page.fields.get(key)
        label = str(bound[1].label) if bound else _plain(name)
        if not row:
            return label
        part = next(each for each in self.formsets if row.startswith(f"{each.prefix}/"))
        noun = str(part.model._meta.verbose_name)
        called = self.page.rows.get(row) or ("new" if "/new-" in row else "that is gone")
        who = f"{noun[:1].upper()}{noun[1:]} {called}"
        return who if row == key or name == DELETE else f"{who}: {label}"


_OWN = {"csrfmiddlewaretoken", SEEN, ALL_MINE, "_save", "_continue", "_addanother"}


def words_of(shown: Any, sides: dict[str, Sequence[str]]) -> dict[str, str]:
    """What the field would show for these inputs: labels instead of ids and codes."""
    labels: dict[str, str] = {}
    if isinstance(shown, forms.ModelChoiceField):
        ids = {text for texts in sides.values() for text in texts if is_id(text)}
        rows = shown.queryset.filter(pk__in=ids) if ids and shown.queryset is not None else ()
        labels = {str(row.pk): shown.label_from_instance(row) for row in rows}
    elif isinstance(shown, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in shown.choices}  # type: ignore[union-attr, misc]  # pairs
    elif isinstance(shown, forms.BooleanField):
        return {side: "Yes" if texts else "No" for side, texts in sides.items()}
    between = ", " if labels else " "
    return {
        side: between.join(labels.get(text, text) for text in texts) or NOTHING
        for side, texts in sides.items()
    }


def _plain(name: str) -> str:
    words = name.split("__", 1)[-1].replace("__", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


class ConflictPage:
    """Mixed into the pages of nouns that have a version."""

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> HttpResponse:
        """The page remembers what it showed; one with errors what it showed at first."""
        form = context["adminform"].form
        if form.is_bound:
            context[OPENED] = request.POST.get(OPENED, "")
        elif kwargs.get("change") and "expected_version" in form.fields:
            formsets = [each.formset for each in context["inline_admin_formsets"]]
            context[OPENED] = packed(page_of(form, formsets).values)
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc, no-any-return]  # of ModelAdmin

    def conflict_of(self, request: Any, object_id: str | None) -> Conflict | None:
        """What is to be settled before the form that was sent can be looked at."""
        expected = request.POST.get("expected_version", "") if request.method == "POST" else ""
        if object_id is None or not (expected.isascii() and expected.isdigit()):
            return None
        obj: Any = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of ModelAdmin
        may_change = self.has_change_permission(request, obj)  # type: ignore[attr-defined]  # likewise
        if obj is None or not may_change or obj.version == int(expected):
            return None
        form, formsets = self._fresh(request, obj)
        page = page_of(form, formsets)
        return Conflict(obj, page, formsets, request.POST, request.FILES, int(expected))

    def _fresh(self, request: Any, obj: Any) -> tuple[Any, Sequence[Any]]:
        """The forms as somebody gets them who opens the page now."""
        opening = copy(request)
        opening.method = "GET"
        forget(opening)
        fields = flatten_fieldsets(self.get_fieldsets(opening, obj))  # type: ignore[attr-defined]  # likewise
        form = self.get_form(opening, obj, change=True, fields=fields)  # type: ignore[attr-defined]  # likewise
        formsets, _ = self._create_formsets(opening, obj, change=True)  # type: ignore[attr-defined]  # likewise
        return form(instance=obj), formsets

    def conflict_page(self, request: "HttpRequest", conflict: Conflict) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]  # likewise
            **conflict.told(),
            "title": f"Somebody else changed {conflict.obj}",
            "opts": self.opts,  # type: ignore[attr-defined]  # likewise
            "original": conflict.obj,
            "is_missing": conflict.is_answer,
        }
        return TemplateResponse(request, "admin/products/conflict.html", context, status=409)

    def tell_merge(self, request: "HttpRequest", conflict: Conflict) -> None:
        theirs = [conflict._label(each.key) for each in conflict.found if each.choice == THEIRS]
        text = (
            "Somebody else saved while you had the page open. You changed different fields, so"
            " both changes are kept."
        )
        if theirs and not conflict.chosen:
            messages.info(request, f"{text} Theirs: {', '.join(theirs[:10])}.")
