"""Akeneo's product files, with families, attributes, options and categories beside them."""

import json
import re

from products.transfer.readers.akeneo_columns import IDENTITY, LOCALE, OF_MODELS, Column, understand
from products.transfer.readers.akeneo_products import build_product
from products.transfer.readers.akeneo_structure import Structure
from products.transfer.readers.akeneo_units import dimension_of
from products.transfer.readers.akeneo_values import Catalog
from products.transfer.readers.locales import first_locale
from products.transfer.readers.sheets import Layout, Line
from products.transfer.readers.shop import ScatteredReader, other_file, table_of
from products.transfer.readers.tables import column_names
from products.transfer.records import ProductRecord, Remark
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

LAYOUT = Layout(
    label="Akeneo CSV",
    fields={name: (name,) for name in IDENTITY} | {"sku": ("sku", "identifier")},
    keeps_unknown=True,
)
PLACED = re.compile(r"^\w+-[a-z]{2,3}_[A-Z]{2}(-\w+)?$|^\w+-unit$|^[A-Z]\w+-products$")
PICTURE = re.compile(r"\S.*\.(jpe?g|png|gif|webp|avif|tiff?|svg|pdf|mp4|webm)", re.IGNORECASE)


class AkeneoReader(ScatteredReader):
    system = "akeneo"
    layout = LAYOUT

    def __init__(self, bundle: Bundle, options: ReadOptions) -> None:
        super().__init__(bundle, options)
        self.catalog = Catalog()
        self._units: dict[str, set[str]] = {}
        self._pictures: dict[str, bool] = {}

    def prepare(self) -> None:
        names = [member.name for member in self.columns.family("other")]
        locales = {each.locale for each in understand(names, {}, ()) if each.locale}
        locales |= {
            name.removeprefix("label-")
            for source in self.bundle.others.values()
            for name in column_names(source)
            if LOCALE.fullmatch(name.removeprefix("label-")) and name.startswith("label-")
        }
        locale = first_locale(sorted(locales), self.shop.options.locale)
        self.structure = Structure(self.bundle, self.finds, locale)
        self.structure.read()
        types, kinds = self.structure.types, self.structure.associations
        self.catalog.columns = {each.name: each for each in understand(names, types, kinds)}
        self.catalog.structure = self.structure
        self._read_models(types, kinds)
        self.shop.locale = (self.finds.locale(locale) if locale else "") or ""
        for each in locales:
            self.finds.locale(each)

    def _read_models(self, types: dict[str, str], kinds: dict[str, dict[str, str]]) -> None:
        """Product models, which stand in a file of their own, above their products."""
        source = other_file(self.bundle, "code", "family_variant", named="model")
        for row in table_of(source):
            code, parent = row["code"], row.get("parent", "")
            self.store.note("model", code, json.dumps(row))
            if parent:
                self.store.note("used", parent, "")
                self.store.same(f"model:{code}", f"model:{parent}")
        if source is not None:
            names = column_names(source)
            more = understand(set(names) - set(OF_MODELS), types, kinds)
            self.catalog.columns |= {each.name: each for each in more}

    def key(self, line: Line) -> str:
        parent = line.cell("parent")
        if parent:
            self.store.note("used", parent, "")
        return f"model:{parent}" if parent else f"line:{line.number}"

    def notice(self, line: Line) -> None:
        super().notice(line)
        for member, cell in line.family("other"):
            column = self.catalog.columns[member.name]
            if column.part == "unit":
                self._units.setdefault(column.code, set()).add(cell)
            elif not column.is_association and self._pictures.get(column.code, True):
                self._pictures[column.code] = bool(PICTURE.fullmatch(cell))

    def _look(self) -> int:
        rows = super()._look()
        if idle := self.store.count_without("model", "used"):
            said = f"{idle:,} product models have no product in the file: they are left out."
            self.remarks.append(
                Remark("model-without-products", 0, said, "Export their products as well.")
            )
        structure, catalog = self.structure, self.catalog
        known = structure.types
        catalog.pictures = {
            code
            for code, are in self._pictures.items()
            if (are and code not in known) or known.get(code, "").endswith(("image", "file"))
        }
        catalog.choose_names(set(self._pictures))
        units = self._units
        for column in catalog.columns.values():
            if column.part == "value" and not column.is_association:
                self._define(column, units.get(column.code, set()))
        structure.read_options()
        catalog.model = lambda code: [json.loads(row) for row in self.store.noted("model", code)]
        return rows

    def _define(self, column: Column, units: set[str]) -> None:
        catalog = self.catalog
        if column.code in catalog.elsewhere or column.code in catalog.pictures or column.currency:
            return
        others = [each for each in catalog.columns.values() if each.code == column.code]
        self.structure.define(
            column.code,
            is_localizable=any(each.locale for each in others),
            is_per_channel=any(each.channel for each in others),
            dimension=dimension_of(self.structure.metric_families.get(column.code, ""), units),
        )

    def build(self, lines: list[Line]) -> ProductRecord:
        return build_product(self.shop, lines, self.columns, self.catalog)


def _recognise(bundle: Bundle) -> Evidence | None:
    """Its own columns, or those of attributes in a locale."""
    names = {name.casefold() for name in column_names(bundle.main)}
    own = names & {"family", "categories", "enabled", "groups", "parent"}
    placed = [name for name in column_names(bundle.main) if PLACED.search(name)]
    if not names & {"sku", "identifier", "uuid"} or len(own) < (2 if placed else 3):
        return None
    if "family" not in own and not placed:
        return None
    said = f", and {placed[0]}" if placed else ""
    return Evidence(92, f"It has Akeneo's columns {', '.join(sorted(own))}{said}.")


FORMAT = Format("akeneo", "Akeneo CSV", _recognise, AkeneoReader)
