"""A product on its way to a record: its texts, what it refers to, and the end of it."""

from datetime import datetime, timedelta
from typing import Any

from catalog_project.api.pointers import escape
from products.services.naming import slug_of
from products.transfer.readers import cells
from products.transfer.readers.draft_base import VariantDraft
from products.transfer.readers.draft_variants import VariantsDraft
from products.transfer.readers.sheets import Line
from products.transfer.records import AttributeCell, ProductRecord, RelationRecord, Text

__all__ = ["Draft", "VariantDraft", "day", "end_of_day"]


class Draft(VariantsDraft):
    """Everything that raises RecordRefused names line and column."""

    # -- texts ------------------------------------------------------------------------------------

    def name(self, line: Line, key: str = "name") -> None:
        if cell := line.cell(key):
            self.values["name"] = line.read(key, cells.text, "title", cell)

    def description(self, html: str) -> None:
        if html.strip():
            self.values["description"] = html

    def seo(self, line: Line, title: str, description: str) -> None:
        if cell := line.cell(title):
            self.values["seo_title"] = line.read(title, cells.text, "seo_title", cell)
        if cell := line.cell(description):
            self.values["seo_description"] = line.read(
                description, cells.text, "seo_description", cell
            )

    def slug(self, line: Line, key: str) -> None:
        if cell := line.cell(key):
            self.record.slug = line.read(key, cells.handle, cell)

    def translate(self, locale: str | None, name: str, text: str) -> None:
        if locale and text.strip():
            self.values.setdefault("translations", {}).setdefault(locale, {})[name] = text

    def translate_option(self, locale: str, name: str, value: str, text: str) -> None:
        """What an option, or one of its values, is called in another language."""
        known = self.shop.finds.locale(locale)
        pointer = "/".join(escape(part) for part in ("options", name, value) if part)
        self.translate(known, pointer, text)

    def keep(self, line: Line, *keys: str, into: dict[str, Any] | None = None) -> None:
        """Cells that have no field here: metadata, under the names that we have for the columns."""
        target = self.kept if into is None else into
        for key in keys:
            if cell := line.cell(key):
                target[key] = cell

    def external_id(
        self, value: str, variant: VariantDraft | None = None, system: str = ""
    ) -> None:
        if value:
            pairs = (variant.values if variant else self.values).setdefault("external_ids", [])
            pairs.append({"system": system or self.shop.system, "id": value[:200]})

    def tax_class(self, name: str, variant: VariantDraft | None = None) -> None:
        if name:
            code = self.shop.finds.tax_class(name)
            if variant is None:
                self.values["tax_class"] = code
            else:
                variant.values["tax_class"] = code

    def relate(
        self,
        line: Line,
        kind: str,
        sku: str,
        *,
        quantity: int = 1,
        external_id: tuple[str, str] | None = None,
    ) -> None:
        """To the product that has the external id, or else a variant of that SKU."""
        relation = RelationRecord(
            line.number,
            kind,
            sku=None if external_id else sku,
            external_id=external_id,
            quantity=quantity,
        )
        same = (relation.kind, relation.sku, relation.external_id)
        if same not in [(each.kind, each.sku, each.external_id) for each in self.record.relations]:
            self.record.relations.append(relation)

    def attribute(
        self,
        line: Line,
        code: str,
        text: str,
        column: str = "",
        *,
        variant: VariantDraft | None = None,
        unit: str = "",
        locale: str | None = None,
        channel: str | None = None,
    ) -> None:
        if text.strip():
            target = variant.record.attributes if variant else self.record.attributes
            target.append(
                AttributeCell(code, Text(text, unit), locale, channel, line.number, column)
            )

    def finish(self) -> ProductRecord:
        """Raises RecordRefused."""
        self._ensure_distinct()
        for variant in self.variants:
            if variant.kept:
                variant.values["metadata"] = {self.shop.system: variant.kept}
            self.record.variants.append(variant.record)
        if self.kept:
            self.values["metadata"] = {self.shop.system: self.kept}
        self.record.media = list(self._pictures.values())
        named = self.record.slug or self.values.get("external_ids")
        if not named and not any("sku" in variant.values for variant in self.variants):
            # Whoever reads the file again finds the product by nothing else.
            self.record.slug = (
                slug_of(self.values.get("name", "")) if "name" in self.values else None
            )
        return self.record

    def _ensure_distinct(self) -> None:
        seen: dict[frozenset[tuple[str, str]], int] = {}
        for variant in self.variants:
            line = variant.line
            options = frozenset(variant.values.setdefault("options", {}).items())
            earlier = seen.setdefault(options, line.number)
            if len(seen) > 1 and earlier != line.number and not options:
                raise line.refused(
                    "variant-unnamed",
                    "The line does not say which variant it is.",
                    "Name the value of its options.",
                )
            if earlier != line.number:
                raise line.refused(
                    "options-taken",
                    f"Line {earlier} has the same options.",
                    "Give each variant options of its own.",
                )


def day(line: Line, key: str) -> datetime | None:
    """The instant of a cell; a date alone is its midnight."""
    cell = line.cell(key)
    return line.read(key, cells.instant, cell) if cell else None


def end_of_day(line: Line, key: str) -> datetime | None:
    """The first instant after a cell; of a date alone the next midnight."""
    moment = day(line, key)
    is_date = ":" not in line.cell(key)
    return moment + timedelta(days=1) if moment and is_date else moment
