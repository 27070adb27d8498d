"""What stands beside Akeneo's products: attributes, options, families, categories, associations.

Each file is optional. Without them an attribute is a text named by its code.
"""

from dataclasses import dataclass, field

from products.services.values import AttributeFields, OptionValues
from products.transfer.readers.akeneo_columns import LOCALE
from products.transfer.readers.finds import (
    Attribute,
    Finds,
    Kind,
    code_of,
    exact_code,
    exact_option,
    label_of,
)
from products.transfer.readers.sheets import names_in, normal
from products.transfer.readers.shop import table_of
from products.transfer.records import CategoryRecord
from products.transfer.sources import Bundle

TYPES = {
    "text": "text",
    "textarea": "text",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
    "metric": "measurement",
    "simpleselect": "choice",
    "multiselect": "multi_choice",
    "reference_data_simpleselect": "choice",
    "reference_data_multiselect": "multi_choice",
    "table": "json",
}
RELATIONS = {"X_SELL": "cross-sell", "UPSELL": "up-sell", "SUBSTITUTION": "replacement"}
Cells = dict[str, str]
MANY = ","


def short_type(name: str) -> str:
    """pim_catalog_simpleselect -> simpleselect"""
    return name.removeprefix("pim_catalog_").removeprefix("pim_").removeprefix("akeneo_")


@dataclass(slots=True)
class Structure:
    """The further files of a bundle, in the locale of the texts."""

    bundle: Bundle
    finds: Finds
    locale: str  # as Akeneo writes it
    types: dict[str, str] = field(default_factory=dict)  # attribute -> Akeneo's type
    metric_families: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Cells] = field(default_factory=dict)  # of attributes
    names_of_products: dict[str, int] = field(default_factory=dict)  # attribute_as_label -> uses
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)  # code of a category -> path
    groups: dict[str, str] = field(default_factory=dict)  # code -> label
    associations: dict[str, Cells] = field(default_factory=dict)
    axes: dict[str, list[str]] = field(default_factory=dict)  # family variant -> attributes
    family_rows: dict[str, Cells] = field(default_factory=dict)

    def read(self) -> None:
        for row in self._table("attribute", "type", "code"):
            if not row.get("attribute"):
                self.types[row["code"]] = row["type"]
                self.metric_families[row["code"]] = row.get("metric_family", "")
                self.rows[row["code"]] = row
        for row in self._table("famil", "code", "attributes"):
            self.family_rows[row["code"]] = row
            label = row.get("attribute_as_label", "")
            self.names_of_products[label] = self.names_of_products.get(label, 0) + 1
        self._read_categories()
        for row in self._table("group", "code", "type"):
            self.groups[row["code"]] = self.label(row)
        for row in self._table("association", "code"):
            self.associations[row["code"]] = row
        for row in self._table("family_variant", "code", "family", "variant-axes_1"):
            names = [f"variant-axes_{n}" for n in range(1, 6)]
            self.axes[row["code"]] = [
                code for name in names for code in row.get(name, "").split(",") if code
            ]

    def _table(self, named: str, *columns: str) -> list[Cells]:
        """The rows of all files that are called like that and have these columns."""
        wanted = {normal(column) for column in columns}
        return [
            row
            for source in self.bundle.others.values()
            if named in source.name.casefold() and wanted <= names_in(source)
            for row in table_of(source)
        ]

    def label(self, row: Cells) -> str:
        return row.get(f"label-{self.locale}", "") or row["code"]

    def translations(self, row: Cells, name: str) -> dict[str, dict[str, str]]:
        """Those in other locales than that of the texts."""
        found = {}
        for column, cell in row.items():
            given = column.removeprefix("label-")
            if not cell or given in {column, self.locale} or not LOCALE.fullmatch(given):
                continue
            if locale := self.finds.locale(given):
                found[locale] = {name: cell}
        return found

    # -- attributes -------------------------------------------------------------------------------

    def define(
        self, code: str, *, is_localizable: bool, is_per_channel: bool, dimension: str
    ) -> str:
        """Our code of an attribute, which is made the first time."""
        ours = exact_code(code)
        if ours in self.finds.attributes:
            return ours
        row = self.rows.get(code, {"code": label_of(code)})
        kind = TYPES.get(short_type(self.types.get(code, "")), "text")
        if not self.types and dimension:
            kind = "measurement"
        if kind == "measurement" and not dimension:
            kind = "text"
        values: AttributeFields = {
            "code": ours,
            "name": self.label(row)[:200],
            "type": kind,
            "is_localizable": row.get("localizable", str(int(is_localizable))) == "1",
            "is_per_channel": row.get("scopable", str(int(is_per_channel))) == "1",
            "group": row.get("group", "")[:100],
            "position": len(self.finds.attributes),
            "is_filterable": kind in {"choice", "multi_choice"}
            and row.get("useable_as_grid_filter", "1") == "1",
        }
        if kind == "measurement":
            values["dimension"] = dimension
        if translations := self.translations(row, "name"):
            values["translations"] = translations
        separator = MANY if kind == "multi_choice" else ""
        self.finds.attributes[ours] = Attribute(values, separator, is_exact=True)
        return ours

    def read_options(self) -> None:
        """Of the choices that are defined."""
        for row in self._table("option", "attribute", "code"):
            found = self.finds.attributes.get(exact_code(row["attribute"]))
            if found is not None and found.fields["type"] in {"choice", "multi_choice"}:
                code = exact_option(row["code"])
                option: OptionValues = {"code": code, "label": self.label(row)[:200]}
                if translations := self.translations(row, "label"):
                    option["translations"] = translations
                found.options[code] = option

    # -- families and categories ------------------------------------------------------------------

    def family(self, code: str) -> str:
        """The slug of the product type; products without a family have one of their own."""
        slug = code_of(code) if code else "akeneo"
        if slug not in self.finds.kinds:
            row = self.family_rows.get(code, {"code": code or "Akeneo"})
            kind = Kind(self.label(row)[:200])
            kind.translations = self.translations(row, "name")
            for each in row.get("attributes", "").split(","):
                ours = exact_code(each) if each else ""
                if ours in self.finds.attributes:
                    kind.attributes[ours] = False
            self.finds.kinds[slug] = kind
        return slug

    def _read_categories(self) -> None:
        rows = {row["code"]: row for row in self._table("categor", "code", "parent")}
        taken: set[tuple[str, ...]] = set()
        for code, row in rows.items():
            chain, seen = [row], {code}
            while (parent := chain[-1]["parent"]) in rows and parent not in seen:
                seen.add(parent)
                chain.append(rows[parent])
            path = tuple(self.label(each)[:200] for each in reversed(chain))
            if path in taken:
                path = (*path[:-1], f"{path[-1]} ({code})")
            taken.add(path)
            self.paths[code] = path
            self.finds.categories[path] = CategoryRecord(
                path, slug=code_of(code), translations=self.translations(row, "name")
            )

    def category(self, code: str) -> tuple[str, ...]:
        return self.paths.get(code, (code,))

    def relation_kind(self, code: str, *, is_bundle: bool) -> str:
        row = self.associations.get(code, {"code": code})
        kind = RELATIONS.get(code, code_of(code, 50))
        self.finds.relation_kind(kind, self.label(row), is_bundle=is_bundle)
        if translations := self.translations(row, "name"):
            self.finds.relation_kinds[kind]["translations"] = translations
        return kind
