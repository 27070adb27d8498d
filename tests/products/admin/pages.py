"""Filling in the admin's pages as a browser does: read the form, change a field, send it all."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from products.models import Product


class _FormReader(HTMLParser):
    """The fields of the form with this id, as a browser would send them."""

    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.form_id = form_id
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self.form_id
        name = given.get("name", "")
        if not self._inside:
            return
        if tag == "input" and name and "disabled" not in given and "__prefix__" not in name:
            kind = given.get("type", "text")
            if kind not in {"checkbox", "radio", "file", "submit"} or "checked" in given:
                nothing = "on" if kind == "checkbox" else ""  # what browsers send for no value
                self.fields.setdefault(name, []).append(given.get("value", nothing))
        elif "disabled" in given or "__prefix__" in name:
            pass
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.setdefault(self._select, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea][0] += data


def form_fields(response: Any, form_id: str) -> dict[str, Any]:
    reader = _FormReader(form_id)
    reader.feed(response.content.decode())
    # Django writes a line end behind <textarea>, which browsers drop, and browsers send CR LF.
    return {
        name: [value.removeprefix("\n").replace("\n", "\r\n") for value in values]
        for name, values in reader.fields.items()
    }


def url(noun: str, *parts: object) -> str:
    return "/".join(["/admin/products", noun, *map(str, parts), ""])


def change_url(product: Product) -> str:
    return url("product", product.pk, "change")


def send(browser: Client, address: str, fields: dict[str, Any], noun: str = "product") -> Any:
    """Open the page, fill in the fields, press Save."""
    page = browser.get(address)
    assert page.status_code == 200
    filled = {**form_fields(page, f"{noun}_form"), **fields, "_save": "Save"}
    return browser.post(address, filled)


def errors(response: HttpResponse) -> list[str]:
    """What the page says is wrong."""
    assert response.status_code == 200
    context = response.context_data  # type: ignore[attr-defined]  # a TemplateResponse
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += formset.formset.forms
    return [text for form in forms for texts in form.errors.values() for text in texts]


def with_query(address: str, **query: str) -> str:
    return f"{address}?{urlencode(query)}"
