"""Vendure's product files: variants are lines without a name, bars stand between values."""

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import code_of, exact_code, label_of, option_code
from products.transfer.readers.locales import first_locale
from products.transfer.readers.sheets import Layout, Line, Member, family, names_in
from products.transfer.readers.shop import ShopReader
from products.transfer.records import ProductRecord
from products.transfer.sources import Bundle, Evidence, Format

MANY = "|"
TEXTS = ("name", "slug", "description", "facets", "optionGroups", "optionValues", "variantFacets")
LOCALE = r"(?::(?P<locale>[a-z]{2,3}(?:[_-]\w+)?))?"
LAYOUT = Layout(
    label="Vendure CSV",
    fields={
        "assets": ("assets",),
        "sku": ("sku",),
        "price": ("price",),
        "tax": ("taxcategory",),
        "stock": ("stockonhand",),
        "track": ("trackinventory",),
        "variant_assets": ("variantassets",),
        "enabled": ("enabled", "product enabled"),
        "variant_enabled": ("variantenabled",),
    },
    families={
        **{name: family(rf"{name}\s*{LOCALE}") for name in TEXTS},
        "of_product": family(rf"product:(?P<field>\w+){LOCALE}"),
        "of_variant": family(rf"variant:(?P<field>\w+){LOCALE}"),
        "place": family(r"stockOnHand:(?P<place>.+)"),
    },
    required=("sku", "price"),
)
TYPE = ("vendure", "Vendure")
BRANDS, CATEGORIES = {"brand", "brands"}, {"category", "categories"}


class VendureReader(ShopReader):
    system = "vendure"
    layout = LAYOUT
    numbers = ("price",)

    def prepare(self) -> None:
        found = {
            member.match["locale"]
            for name in (*TEXTS, "of_product", "of_variant")
            for member in self.columns.family(name)
            if member.match and member.match["locale"]
        }
        self._locale = first_locale(sorted(found), self.shop.options.locale)
        self.shop.locale = (self.finds.locale(self._locale) if self._locale else "") or ""
        for each in sorted(found):
            self.finds.locale(each)

    def starts(self, line: Line, last: Line) -> bool:
        return any(cell for _, cell in line.family("name"))

    def build(self, lines: list[Line]) -> ProductRecord:
        return _Product(Draft(self.shop, lines, self.columns), self._locale).build()


class _Product:
    def __init__(self, draft: Draft, locale: str) -> None:
        self.draft, self.locale = draft, locale

    def texts(self, line: Line, name: str) -> dict[str, tuple[Member, str]]:
        """Locale -> column and cell; "" is that of the product's own texts."""
        found = {}
        for member, cell in line.family(name):
            assert member.match is not None
            given = member.match["locale"] or ""
            found["" if given in {"", self.locale} else given] = (member, cell)
        return found

    def own(self, line: Line, name: str) -> str:
        return self.texts(line, name).get("", (None, ""))[1]

    def build(self) -> ProductRecord:
        draft, first = self.draft, self.draft.first
        named = self.texts(first, "name")
        if not named:
            raise first.refused(
                "product-missing",
                "The line is a further variant, and no product stands above it.",
                "Begin with a line that has a name.",
            )
        _, draft.values["name"] = named.get("") or next(iter(named.values()))
        draft.named(draft.values["name"])
        for field in ("name", "slug", "description"):
            self._text(field)
        if cell := first.cell("enabled"):
            on = first.read("enabled", cells.flag, cell)
            draft.values["status"] = "published" if on else "draft"
        for address in cells.parts(first.cell("assets"), MANY):
            draft.picture(first, address, "assets")
        self._facets(first, "facets", None)
        self._fields(first, "of_product", None)
        for line in draft.lines:
            self._add_variant(line)
        groups = cells.parts(self.own(first, "optionGroups"), MANY)
        if groups:
            draft.values["option_names"] = groups
        return draft.finish()

    def _text(self, field: str) -> None:
        draft, first = self.draft, self.draft.first
        for locale, (member, cell) in self.texts(first, field).items():
            if locale:
                draft.translate(draft.shop.finds.locale(locale), field, cell)
            elif field == "name":
                draft.values["name"] = first.parse(member.name, cells.text, "title", cell)
            elif field == "slug":
                draft.record.slug = first.parse(member.name, cells.handle, cell)
            else:
                draft.description(cell)

    # -- facets and custom fields -----------------------------------------------------------------

    def _facets(self, line: Line, name: str, variant: VariantDraft | None) -> None:
        """brand:Apple|color:red. The brand and the categories are nouns of ours."""
        texts = self.texts(line, name)
        member, cell = texts.get("") or next(iter(texts.values()), (None, ""))
        if member is None:
            return
        values: dict[str, list[str]] = {}
        for facet in cells.parts(cell, MANY):
            named, colon, value = (part.strip() for part in facet.partition(":"))
            if not colon or not value:
                self.draft.warn(
                    line,
                    "facet-unclear",
                    f"{facet[:60]!r} is no facet: it is kept in the metadata.",
                    "Write it like name:value.",
                    column=member.name,
                )
                self.draft.kept.setdefault("facets", []).append(facet)
            elif not self._noun(named, value, line, variant):
                values.setdefault(named, []).append(value)
        for named, found in values.items():
            self._facet(named, found, line, member, variant)
        for locale, (_, other) in texts.items():
            if locale:
                self._translate_facets(locale, cell, other)

    def _noun(self, named: str, value: str, line: Line, variant: VariantDraft | None) -> bool:
        record = self.draft.record
        if variant is None and named.casefold() in BRANDS and not record.brand:
            record.brand = value[:200]
            return True
        if variant is None and named.casefold() in CATEGORIES:
            path = line.parse("", cells.category_path, value, "\0")
            if not record.category:
                record.category = path
            elif path != record.category:
                record.categories.append(path)
            return True
        return False

    def _facet(
        self,
        named: str,
        values: list[str],
        line: Line,
        member: Member,
        variant: VariantDraft | None,
    ) -> None:
        draft, finds = self.draft, self.draft.shop.finds
        code = finds.attribute(
            label_of(named), code=code_of(named), kind="multi_choice", separator=MANY
        )
        draft.record.product_type = finds.product_type(*TYPE)
        draft.attribute(line, code, MANY.join(values), member.name, variant=variant)

    def _translate_facets(self, locale: str, own: str, other: str) -> None:
        """The same facets in the same order, in another language."""
        finds, known = self.draft.shop.finds, self.draft.shop.finds.locale(locale)
        pairs = zip(cells.parts(own, MANY), cells.parts(other, MANY), strict=False)
        for (name, _, value), (their_name, _, their_value) in (
            (a.partition(":"), b.partition(":")) for a, b in pairs
        ):
            found = finds.attributes.get(code_of(name.strip()))
            if found is None or known is None or not their_value.strip():
                continue
            fields = found.fields.setdefault("translations", {})
            fields.setdefault(known, {})["name"] = label_of(their_name)
            finds.label(found, option_code(value.strip()), value.strip())
            option = found.options.get(option_code(value.strip()))
            if option is not None:
                labels = option.setdefault("translations", {})
                labels.setdefault(known, {})["label"] = their_value.strip()[:200]

    def _fields(self, line: Line, name: str, variant: VariantDraft | None) -> None:
        draft, finds = self.draft, self.draft.shop.finds
        for member, cell in line.family(name):
            assert member.match is not None
            field, given = member.match["field"], member.match["locale"]
            code = finds.attribute(label_of(field), code=exact_code(field))
            if given:
                finds.attributes[code].fields["is_localizable"] = True
            draft.record.product_type = finds.product_type(*TYPE)
            locale = finds.locale(given) if given else None
            draft.attribute(line, code, cell, member.name, variant=variant, locale=locale)

    # -- variants ---------------------------------------------------------------------------------

    def _add_variant(self, line: Line) -> None:
        draft = self.draft
        variant = draft.variant(line)
        draft.sku(variant)
        if (asked := draft.money(line, "price")) is not None:
            variant.price({"currency": asked.currency, "amount": asked.amount})
        draft.tax_class(line.cell("tax"), variant)
        track = line.cell("track")
        if track and track.casefold() != "inherit":
            variant.values["track_inventory"] = line.read("track", cells.flag, track)
        elif line.cell("stock"):
            variant.values["track_inventory"] = True  # as Vendure does unless told otherwise
        draft.stock(variant, "stock")
        for member, cell in line.family("place"):
            assert member.match is not None
            code = draft.shop.finds.location(member.match["place"])
            variant.record.stock[code] = max(line.parse(member.name, cells.quantity, cell), 0)
        if (cell := line.cell("variant_enabled")) and not line.read(
            "variant_enabled", cells.flag, cell
        ):
            variant.values["status"] = "draft"
        for address in cells.parts(line.cell("variant_assets"), MANY):
            draft.picture(line, address, "variant_assets", variant=variant)
        self._options(line, variant)
        self._facets(line, "variantFacets", variant)
        self._fields(line, "of_variant", variant)

    def _options(self, line: Line, variant: VariantDraft) -> None:
        groups = self.own(self.draft.first, "optionGroups")
        values = self.own(line, "optionValues")
        names = [part.strip() for part in groups.split(MANY)] if groups else []
        found = [part.strip() for part in values.split(MANY)] if values else []
        if len(names) != len(found) or not all(found):
            raise line.refused(
                "options-mismatch",
                f"There are {len(found)} values of {len(names)} options.",
                "Name a value of each option, between vertical bars.",
            )
        for name, value in zip(names, found, strict=True):
            self.draft.option(variant, name, value)
        self._translate_options(line, names, found)

    def _translate_options(self, line: Line, names: list[str], values: list[str]) -> None:
        """Under the pointer of what is translated: options/Color/Red."""
        draft = self.draft
        for locale, (_, cell) in self.texts(draft.first, "optionGroups").items():
            theirs = [part.strip() for part in cell.split(MANY)]
            if locale and len(theirs) == len(names):
                for name, text in zip(names, theirs, strict=True):
                    draft.translate_option(locale, name, "", text)
        for locale, (_, cell) in self.texts(line, "optionValues").items():
            theirs = [part.strip() for part in cell.split(MANY)]
            if locale and len(theirs) == len(values):
                for name, value, text in zip(names, values, theirs, strict=True):
                    draft.translate_option(locale, name, value, text)


def _recognise(bundle: Bundle) -> Evidence | None:
    names = names_in(bundle.main)
    signs = ("optionvalues", "optiongroups", "facets", "variantfacets", "variantassets")
    found = [sign for sign in signs if any(name.startswith(sign) for name in names)]
    found += sorted(names & {"taxcategory", "stockonhand", "trackinventory"})
    if not {"sku", "price"} <= names or len(found) < 2:
        return None
    return Evidence(95, f"It has Vendure's columns {', '.join(found)}.")


FORMAT = Format("vendure", "Vendure CSV", _recognise, VendureReader)
