"""Products that have a line for each locale: one is the product, the others translate it."""

from collections.abc import Mapping, Sequence

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft
from products.transfer.readers.locales import first_locale
from products.transfer.readers.sheets import Line
from products.transfer.readers.shop import ScatteredReader


class ViewedReader(ScatteredReader):
    """The column `locale` says which; the line in the locale of the texts is the product's own."""

    base = ""  # as the file writes it

    def prepare(self) -> None:
        self._locales: dict[str, None] = {}

    def notice(self, line: Line) -> None:
        if locale := line.cell("locale"):
            self._locales.setdefault(locale)
        super().notice(line)

    def _look(self) -> int:
        rows = super()._look()
        locales = list(self._locales)
        self.base = first_locale(locales, self.shop.options.locale)
        if len(locales) > 1:
            self.shop.locale = self.finds.locale(self.base) or ""
            for locale in locales:
                self.finds.locale(locale)
        return rows

    def split(self, lines: Sequence[Line], sku: str) -> tuple[Line, list[Line]]:
        """The line that is the product's own, and those of its other locales.

        Raises RecordRefused.
        """
        if not sku:
            raise lines[0].refused(
                "sku-missing", "The line names no product.", "Give it the product's SKU.", "sku"
            )
        own = [line for line in lines if line.cell("sku") == sku]
        if not own:
            raise lines[0].refused(
                "parent-missing",
                f"The file has no product {sku[:60]!r}.",
                "Export the parent as well, or correct its SKU.",
                "sku",
            )
        first = next((line for line in own if line.cell("locale") == self.base), own[0])
        return first, [line for line in own if line is not first]

    def warn_of_repeated(self, draft: Draft) -> None:
        """Lines that are about the same SKU in the same language as an earlier one."""
        seen: dict[tuple[str, str, str], int] = {}
        for line in draft.lines:
            place = (line.cell("sku"), line.cell("locale"), line.cell("channel"))
            earlier = seen.setdefault(place, line.number)
            if earlier != line.number:
                draft.warn(
                    line,
                    "line-repeated",
                    f"Line {earlier} is about the same SKU in the same language, and that counts.",
                    "Leave one of them out.",
                    "sku",
                )

    def children(self, lines: Sequence[Line], sku: str) -> dict[str, Line]:
        """One line for each other SKU: that in the locale of the texts, if there is one."""
        found: dict[str, Line] = {}
        for line in lines:
            own = line.cell("sku")
            known = found.get(own)
            is_better = known and known.cell("locale") != self.base == line.cell("locale")
            if own != sku and (known is None or is_better):
                found[own] = line
        return found

    def translate(self, draft: Draft, lines: Sequence[Line], texts: Mapping[str, str]) -> None:
        """`texts`: our names of columns -> names of texts."""
        seen = {self.base}
        for line in lines:
            given = line.cell("locale")
            if given in seen:
                continue
            seen.add(given)
            locale = self.finds.locale(given)
            for key, name in texts.items():
                is_same_slug = name == "slug" and line.cell(key) == draft.record.slug
                if not is_same_slug:
                    draft.translate(locale, name, line.raw(key).strip())


def add_plain(draft: Draft, line: Line, kept: Sequence[str]) -> None:
    """What UnoPim and Bagisto, of one family, write alike: key, texts, metadata and status."""
    draft.external_id(line.cell("sku"))
    draft.name(line)
    draft.slug(line, "url_key")
    draft.description(line.raw("description"))
    draft.seo(line, "meta_title", "meta_description")
    draft.keep(line, *kept)
    if status := line.cell("status"):
        on = line.read("status", cells.flag, status)
        draft.values["status"] = "published" if on else "draft"
