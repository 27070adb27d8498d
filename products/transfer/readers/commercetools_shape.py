"""What stands beside commercetools' products: product types with their attributes, categories."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from products.services.values import AttributeFields, OptionValues
from products.transfer.readers.finds import (
    Attribute,
    Finds,
    code_of,
    exact_code,
    exact_option,
    label_of,
)
from products.transfer.readers.locales import locale_of
from products.transfer.records import CategoryRecord

TYPES = {
    "text": "text",
    "ltext": "text",
    "enum": "choice",
    "lenum": "choice",
    "boolean": "boolean",
    "number": "decimal",
    "date": "date",
    "datetime": "datetime",
    "nested": "json",
}
MANY = ";"


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute, or its text in one language."""

    name: str
    code: str  # as commercetools has it
    locale: str = ""


class Shape:
    def __init__(self, finds: Finds, locale: str, locales: set[str]) -> None:
        self.finds = finds
        self.locale = locale  # as the file writes it
        self._locales = locales
        self.columns: list[Column] = []
        self.shared: set[str] = set()  # attributes that are the same for all variants
        self.unique: set[str] = set()  # numbers, that no shopper chooses by
        self.axes: dict[str, list[str]] = {}  # type -> attributes
        self.type_names: dict[str, str] = {}
        self.lists: set[str] = set()  # attributes whose cells hold several texts
        self.known: set[str] = set()
        self.paths: dict[str, tuple[str, ...]] = {}  # external id, key or name -> path
        self.has_places = False  # whether stock lies in several places

    # -- product types ----------------------------------------------------------------------------

    def add_type(self, row: dict[str, Any]) -> None:
        name = str(row.get("name") or row.get("key"))
        for key in (row.get("key"), row.get("id"), name):
            if key:
                self.type_names[str(key)] = name
        for each in row["attributes"]:
            constraint = each.get("attributeConstraint")
            if constraint == "SameForAll":
                self.shared.add(each["name"])
            elif constraint == "Unique":
                self.unique.add(each["name"])
            elif constraint == "CombinationUnique":
                self.axes.setdefault(name, []).append(each["name"])
            self._define(each)

    def _define(self, row: dict[str, Any]) -> None:
        code = exact_code(row["name"])
        if code in self.finds.attributes:
            return
        given = row.get("type") or {}
        element = given.get("elementType") or {}
        kind = TYPES.get(str(given.get("name")), "text")
        if given.get("name") == "set":
            kind = "multi_choice" if element.get("name") in {"enum", "lenum"} else "json"
            self.lists.add(row["name"])
        labels = row.get("label") or {}
        values: AttributeFields = {
            "code": code,
            "name": self.text(labels) or label_of(row["name"]),
            "type": kind,
            "is_localizable": "ltext" in {given.get("name"), element.get("name")},
            "is_filterable": kind in {"choice", "multi_choice"},
            "group": str(row.get("displayGroup") or "")[:100],
            "position": len(self.finds.attributes),
        }
        if others := self.others(labels, "name"):
            values["translations"] = others
        separator = MANY if kind == "multi_choice" else ""
        found = Attribute(values, separator, is_exact=True)
        for each in given.get("values") or element.get("values") or ():
            option = self._option(each)
            found.options[option["code"]] = option
        self.finds.attributes[code] = found
        self.known.add(row["name"])

    def _option(self, row: dict[str, Any]) -> OptionValues:
        label, code = row.get("label"), exact_option(row["key"])
        if not isinstance(label, dict):
            return {"code": code, "label": str(label or code)[:200]}
        option: OptionValues = {"code": code, "label": self.text(label) or code}
        if others := self.others(label, "label"):
            option["translations"] = others
        return option

    def text(self, texts: dict[str, str]) -> str:
        """In the locale of the file's texts, else in any."""
        found = texts.get(self.locale) or next(iter(texts.values()), "")
        return found[:200]

    def others(self, texts: dict[str, str], name: str) -> dict[str, dict[str, str]]:
        found = {}
        for given, text in texts.items():
            if given == self.locale or given not in self._locales or not text:
                continue
            if locale := self.finds.locale(given):
                found[locale] = {name: text[:200]}
        return found

    # -- columns ----------------------------------------------------------------------------------

    def understand(self, names: list[str]) -> None:
        """Columns of attributes; those that no type has are texts."""
        for name in names:
            code, dot, suffix = name.rpartition(".")
            is_text = bool(dot) and locale_of(suffix) is not None
            column = Column(name, code if is_text else name, suffix if is_text else "")
            self.columns.append(column)
            ours = exact_code(column.code)
            if ours not in self.finds.attributes:
                self.finds.attribute(label_of(column.code), code=ours)
                self.finds.attributes[ours].fields["is_localizable"] = is_text

    # -- categories -------------------------------------------------------------------------------

    def add_categories(self, rows: Iterable[dict[str, str]]) -> None:
        found = {row.get("externalId") or row["key"]: row for row in rows}
        keys = {row["key"]: row for row in found.values()}
        names = Counter(self._name(row) for row in found.values())
        slugs = Counter(row.get(f"slug.{self.locale}", "") for row in found.values())
        for own, row in found.items():
            chain = [row]
            while parent := chain[-1].get("parentId", ""):
                above = found.get(parent) or keys.get(parent)
                if above is None or above in chain:
                    break
                chain.append(above)
            path = tuple(self._name(each)[:200] for each in reversed(chain))
            for name in (own, row["key"]):
                self.paths[name] = path
            if names[self._name(row)] == 1:
                self.paths.setdefault(self._name(row), path)
            slug = row.get(f"slug.{self.locale}", "")
            self.finds.categories[path] = CategoryRecord(
                path,
                slug=slug if slug and slugs[slug] == 1 else None,
                description=row.get(f"description.{self.locale}", ""),
                translations=self._translations(row),
            )

    def _name(self, row: dict[str, str]) -> str:
        return row.get(f"name.{self.locale}", "") or row.get("name", "") or row["key"]

    def _translations(self, row: dict[str, str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for column, cell in row.items():
            name, _, given = column.partition(".")
            if not cell or given in {"", self.locale} or name not in {"name", "description"}:
                continue
            if locale := self.finds.locale(given):
                found.setdefault(locale, {})[name] = cell
        return found

    def type_slug(self, named: str) -> str:
        name = self.type_names.get(named, named)
        return self.finds.product_type(code_of(name), name)
