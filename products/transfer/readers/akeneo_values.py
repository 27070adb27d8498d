"""The cells of an Akeneo product, of a model or of a variant: where they belong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from products.transfer.readers import cells
from products.transfer.readers.akeneo_columns import Column
from products.transfer.readers.akeneo_structure import MANY, Structure
from products.transfer.readers.akeneo_units import unit_of
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import code_of, exact_code, label_of
from products.transfer.readers.sheets import Line

GTINS = {"ean", "ean13", "gtin", "upc", "barcode", "isbn"}
Cells = Mapping[str, str]


@dataclass
class Catalog:
    """What is known of the file before its products are built."""

    columns: dict[str, Column] = field(default_factory=dict)  # by their names
    pictures: set[str] = field(default_factory=set)  # attributes that are pictures or files
    name: str = ""  # the attribute that is the product's name
    description: str = ""
    price: str = ""
    elsewhere: set[str] = field(default_factory=set)  # attributes that have a field of their own
    structure: Structure = field(init=False)
    model: Callable[[str], list[dict[str, str]]] = field(init=False)

    def choose_names(self, used: set[str]) -> None:
        columns = self.columns.values()
        codes = {each.code for each in columns if each.part == "value" and not each.is_association}
        labels = self.structure.names_of_products
        most = max(labels, key=lambda code: labels[code], default="")
        self.name = next((each for each in ("name", most, "label", "title") if each in codes), "")
        scoped = {each.code for each in columns if each.channel}
        if "description" in codes and "description" not in scoped:
            self.description = "description"
        prices = [each.code for each in columns if each.currency]
        self.price = "price" if "price" in prices else next(iter(prices), "")
        plain = {self.name, self.description} - scoped
        self.elsewhere = {self.price, *plain} - {""}


class Filler:
    """Puts the cells of a product, of a model or of a variant where they belong."""

    def __init__(
        self, draft: Draft, catalog: Catalog, line: Line, variant: VariantDraft | None
    ) -> None:
        self.draft, self.catalog, self.line, self.variant = draft, catalog, line, variant
        self.kept = variant.kept if variant else draft.kept

    def fill(self, said: Cells) -> None:
        if self.variant is None:
            self._fill_product(said)
        elif said.get("enabled") == "0":
            self.variant.values["status"] = "draft"
        for name, cell in said.items():
            column = self.catalog.columns.get(name)
            if column is None or column.part == "unit":
                continue
            if column.is_association:
                self._relate(column, cell, said)
            elif column.code == self.catalog.price and column.currency:
                self._price(column, cell)
            elif column.code in self.catalog.pictures:
                self.draft.picture(self.line, cell, variant=self.variant, column=name)
            elif column.code in {self.catalog.name, self.catalog.description}:
                self._text(column, cell)
            else:
                self._attribute(column, cell, said.get(f"{name}-unit", ""))
        if self.variant is None and "name" not in self.draft.values:
            self._name_it(said)

    def _fill_product(self, said: Cells) -> None:
        draft, structure = self.draft, self.catalog.structure
        family = said.get("family", "").strip()
        draft.record.product_type = structure.family(family)
        if enabled := said.get("enabled", ""):
            on = self.line.read("enabled", cells.flag, enabled)
            draft.values["status"] = "published" if on else "draft"
        paths = [structure.category(code) for code in cells.parts(said.get("categories", ""), MANY)]
        if paths:
            draft.record.category, *draft.record.categories = dict.fromkeys(paths)
        groups = cells.parts(said.get("groups", ""), MANY)
        draft.record.collections = [structure.groups.get(code, code)[:200] for code in groups]

    def _name_it(self, said: Cells) -> None:
        name = said.get("code") or self.line.cell("sku")
        self.draft.values["name"] = name
        self.draft.warn(
            self.line,
            "name-missing",
            f"The product has no name: it is called {name!r}, as in Akeneo.",
            "Give it a name.",
            column=self.catalog.name,
        )

    def _text(self, column: Column, cell: str) -> None:
        """The name and the description: the product's own, and its translations."""
        draft, base = self.draft, self.catalog.structure.locale
        field_name = "name" if column.code == self.catalog.name else "description"
        if self.variant is not None:
            self.kept[column.name] = cell
        elif column.locale in {"", base}:
            if field_name == "name" and "name" not in draft.values:
                draft.values["name"] = self.line.parse(column.name, cells.text, "title", cell)
            elif field_name == "description":
                draft.description(cell)
        else:
            draft.translate(draft.shop.finds.locale(column.locale), field_name, cell)
        if column.channel and self.variant is None:
            self._attribute(column, cell, "")

    def _price(self, column: Column, cell: str) -> None:
        draft = self.draft
        asked = draft.money_of(self.line, cell, column.currency, column=column.name)
        if asked is None:
            return
        price_list = None
        if column.channel:
            finds = draft.shop.finds
            channel = finds.channel(code_of(column.channel), column.channel, "")
            name = f"{column.channel} {column.currency}"
            price_list = finds.price_list(code_of(name), name, column.currency, channel=channel)
        for variant in [self.variant] if self.variant else draft.variants:
            if price_list:
                variant.price(
                    {"currency": asked.currency, "amount": asked.amount, "price_list": price_list}
                )
            else:
                variant.price({"currency": asked.currency, "amount": asked.amount})

    def _attribute(self, column: Column, cell: str, unit: str) -> None:
        draft, finds = self.draft, self.draft.shop.finds
        code = exact_code(column.code)
        if column.currency:
            code = finds.attribute(
                f"{label_of(column.code)} {column.currency}",
                code=exact_code(f"{column.code}_{column.currency.lower()}"),
                kind="decimal",
            )
        fields = finds.attributes[finds.attribute(label_of(column.code), code=code)].fields
        if fields["type"] == "measurement":
            known = unit_of(fields["dimension"], unit)
            if known is None:
                self.kept[column.name] = f"{cell} {unit}".strip()
                self._say_unit(column, unit)
                return
            unit = known
        elif unit:
            cell, unit = f"{cell} {unit}", ""
        channel = column.channel
        draft.attribute(
            self.line,
            code,
            cell,
            column.name,
            variant=self.variant,
            unit=unit,
            locale=finds.locale(column.locale) if column.locale else None,
            channel=finds.channel(code_of(channel), channel, "") if channel else None,
        )

    def _say_unit(self, column: Column, unit: str) -> None:
        self.draft.warn(
            self.line,
            "unknown-unit",
            f"{unit!r} is no unit that is known: the value is kept in the metadata.",
            "Convert it into a unit of the International System.",
            column=column.name,
        )

    def _relate(self, column: Column, cell: str, said: Cells) -> None:
        if column.is_quantity:
            return
        draft, counts = self.draft, list(_counts(said.get(f"{column.name}-quantity", "")))
        if column.part not in {"products", "product_models"} or self.variant is not None:
            self.kept[column.name] = cell
            return
        structure = self.catalog.structure
        is_bundle = f"{column.name}-quantity" in self.catalog.columns
        for n, code in enumerate(cells.parts(cell, MANY)):
            kind = structure.relation_kind(column.code, is_bundle=is_bundle)
            target = (draft.shop.system, code) if column.part == "product_models" else None
            count = counts[n] if n < len(counts) else 1
            draft.relate(self.line, kind, code, quantity=count, external_id=target)


def _counts(cell: str) -> Iterator[int]:
    """Quantities stand between vertical bars: 2|1"""
    for each in cell.replace(",", "|").split("|"):
        yield int(each) if each.strip().isdigit() and int(each) else 1
