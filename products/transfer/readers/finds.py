"""What the products of a file refer to, found while reading: it is made before they are written.

The survey notes every product; then it is known which attributes vary among the variants of a
type, and which options a choice has.
"""

import re
from dataclasses import dataclass, field
from zlib import crc32

from django.utils.text import slugify

from products.models.product_types import MAX_OPTIONS
from products.services.values import (
    AttributeFields,
    ChannelValues,
    LocaleValues,
    OptionValues,
    PriceListValues,
    ProductTypeValues,
    RelationKindValues,
    TaxClassValues,
)
from products.transfer.readers.locales import locale_of
from products.transfer.records import (
    AttributeCell,
    CategoryRecord,
    Definitions,
    ProductRecord,
    Text,
)

LONGEST_CODE, LONGEST_OPTION = 100, 100
CHOICES = {"choice", "multi_choice"}
TEXTS = {"text", *CHOICES}  # what may turn out to be a choice, or to be none


def exact_code(code: str, longest: int = LONGEST_CODE) -> str:
    """A code as the file has it, where it can be one of ours."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", code) and len(code) <= longest:
        return code
    return code_of(code, longest)


def code_of(name: str, longest: int = LONGEST_CODE) -> str:
    """A code for a name of any alphabet, the same each time: Shoe size (EU) -> shoe-size-eu."""
    code = slugify(name).strip("-_")[:longest].strip("-_")
    if code and len(name) <= longest and name.isascii():
        return code
    return f"{code[: longest - 9]}-{crc32(name.encode()):08x}".lstrip("-")


def label_of(code: str) -> str:
    """A name for a code: style_general -> Style general."""
    words = re.sub(r"[_\s]+", " ", code).strip()
    return words[:1].upper() + words[1:]


def option_code(label: str) -> str:
    """Small letters without blanks, in the label's own alphabet."""
    return "-".join(label.casefold().split())[:LONGEST_OPTION]


def exact_option(code: str) -> str:
    """A code as the file has it, without blanks."""
    return "-".join(code.split())[:LONGEST_OPTION]


@dataclass(slots=True)
class Attribute:
    """An attribute as the file shows it. `separator` stands between the values of several."""

    fields: AttributeFields
    separator: str = ""
    options: dict[str, OptionValues] = field(default_factory=dict)  # code -> option
    is_exact: bool = False  # values are codes already
    has_many: bool = False  # more values than a choice has options
    used: set[str] = field(default_factory=set)  # codes of options that products have


@dataclass(slots=True)
class Kind:
    """A product type; code of an attribute -> whether each variant has it for itself."""

    name: str
    attributes: dict[str, bool] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Finds:
    attributes: dict[str, Attribute] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    locales: dict[str, LocaleValues] = field(default_factory=dict)
    channels: dict[str, ChannelValues] = field(default_factory=dict)
    price_lists: dict[str, PriceListValues] = field(default_factory=dict)
    tax_classes: dict[str, TaxClassValues] = field(default_factory=dict)
    relation_kinds: dict[str, RelationKindValues] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    categories: dict[tuple[str, ...], CategoryRecord] = field(default_factory=dict)
    wants_all: bool = False  # attributes that no type has are made, too

    def attribute(
        self, name: str, *, code: str = "", kind: str = "text", separator: str = ""
    ) -> str:
        """The code of an attribute, which is made the first time."""
        code = code or code_of(name)
        if code not in self.attributes:
            values: AttributeFields = {"code": code, "name": name[:200] or code, "type": kind}
            if kind in CHOICES:
                values["is_filterable"] = True
            self.attributes[code] = Attribute(values, separator)
        return code

    def several(self, code: str, separator: str) -> None:
        """A value of the attribute names several things: it is a choice of many."""
        found = self.attributes[code]
        if found.fields["type"] == "text" and not found.has_many:
            found.fields["type"], found.separator = "multi_choice", separator
            found.fields["is_filterable"] = True

    def locale(self, name: str) -> str | None:
        """The code of a locale; None for what is none."""
        code = locale_of(name)
        if code is not None and code not in self.locales:
            self.locales[code] = {"code": code, "name": code}
        return code

    def tax_class(self, name: str) -> str:
        code = code_of(name)
        self.tax_classes.setdefault(code, {"code": code, "name": name[:200]})
        return code

    def relation_kind(self, code: str, name: str, *, is_bundle: bool = False) -> str:
        values: RelationKindValues = {"code": code, "name": name[:200], "is_bundle": is_bundle}
        self.relation_kinds.setdefault(code, values)
        return code

    def location(self, name: str) -> str:
        code = code_of(name, 64)
        code = re.sub(r"[_-]+", lambda found: found[0][0], code).strip("_-")
        self.locations.setdefault(code, name[:200])
        return code

    def channel(self, slug: str, name: str, currency: str) -> str:
        values: ChannelValues = {"slug": slug, "name": name[:200], "currency": currency}
        self.channels.setdefault(slug, values)
        return slug

    def price_list(
        self, code: str, name: str, currency: str, *, channel: str | None = None, group: str = ""
    ) -> str:
        values: PriceListValues = {"code": code, "name": name[:200], "currency": currency}
        if channel is not None:
            values["channel"] = channel
        if group:
            values["customer_group"] = group
        self.price_lists.setdefault(code, values)
        return code

    def product_type(self, slug: str, name: str) -> str:
        self.kinds.setdefault(slug, Kind(name[:200]))
        return slug

    # -- two passes -------------------------------------------------------------------------------

    def note(self, record: ProductRecord) -> None:
        """In the survey: which attributes the type has, and at which level."""
        if record.product_type is None:
            return
        of_type = self.kinds[record.product_type].attributes
        for cell in record.attributes:
            of_type.setdefault(cell.code, False)
            self._note_options(cell)
        for variant in record.variants:
            for cell in variant.attributes:
                of_type[cell.code] = True
                self._note_options(cell)

    def settle(self, record: ProductRecord) -> None:
        """After the survey: what varies in its type goes to each variant that says nothing else."""
        if record.product_type is None:
            return
        varying = self.kinds[record.product_type].attributes
        down = [cell for cell in record.attributes if varying.get(cell.code) and record.variants]
        record.attributes = [cell for cell in record.attributes if cell not in down]
        for cells in (record.attributes, *(each.attributes for each in record.variants)):
            if cells is not record.attributes:
                own = {(cell.code, cell.locale, cell.channel) for cell in cells}
                cells += [
                    AttributeCell(c.code, c.value, c.locale, c.channel, c.line, c.column)
                    for c in down
                    if (c.code, c.locale, c.channel) not in own
                ]
            for cell in cells:
                self._settle_options(cell)

    def _note_options(self, cell: AttributeCell) -> None:
        found = self.attributes[cell.code]
        if found.has_many or found.fields["type"] not in TEXTS:
            return
        if not isinstance(cell.value, Text):
            found.used |= {cell.value} if isinstance(cell.value, str) else set(cell.value)
            return
        for label in self._labels(found, cell.value):
            if not self._option(found, label):
                self._give_up(found)
                return

    def _give_up(self, found: Attribute) -> None:
        """Too many values, or too long ones, for a choice: it is a text."""
        found.has_many = True
        found.options.clear()
        if found.fields["type"] in CHOICES:
            found.fields["type"] = "text"
            found.fields["is_filterable"] = False

    def _settle_options(self, cell: AttributeCell) -> None:
        found = self.attributes[cell.code]
        if found.fields["type"] not in CHOICES or not isinstance(cell.value, Text):
            return
        codes = [self._option(found, label) for label in self._labels(found, cell.value)]
        several = found.fields["type"] == "multi_choice"
        cell.value = list(dict.fromkeys(codes)) if several else codes[0]

    def label(self, found: Attribute, code: str, label: str) -> None:
        """An option that is spoken of before a product has it."""
        if not found.has_many:
            found.options.setdefault(code, {"code": code, "label": label[:200]})

    @staticmethod
    def _option(found: Attribute, label: str) -> str:
        """The code of an option, which is made the first time; "" where it cannot be one."""
        code = exact_option(label) if found.is_exact else option_code(label)
        is_new = code not in found.used
        if len(label) > LONGEST_OPTION or (is_new and len(found.used) >= MAX_OPTIONS):
            return ""
        found.used.add(code)
        found.options.setdefault(code, {"code": code, "label": label})
        return code

    @staticmethod
    def _labels(found: Attribute, value: Text) -> list[str]:
        if not found.separator:
            return [value.text]
        return [part.strip() for part in value.text.split(found.separator) if part.strip()]

    def definitions(self) -> Definitions:
        used = {code for kind in self.kinds.values() for code in kind.attributes}
        return Definitions(
            locales=list(self.locales.values()),
            channels=list(self.channels.values()),
            price_lists=list(self.price_lists.values()),
            tax_classes=list(self.tax_classes.values()),
            attributes=[
                _fields(each)
                for code, each in self.attributes.items()
                if self.wants_all or code in used
            ],
            product_types=[_type(slug, kind) for slug, kind in self.kinds.items()],
            categories=sorted(self.categories.values(), key=lambda each: len(each.path)),
            relation_kinds=list(self.relation_kinds.values()),
            locations=dict(self.locations),
        )


def _fields(found: Attribute) -> AttributeFields:
    if found.fields["type"] not in CHOICES:
        return found.fields
    options = list(found.options.values())
    if len(options) > MAX_OPTIONS:
        options = [option for option in options if option["code"] in found.used]
    return {**found.fields, "options": options}


def _type(slug: str, kind: Kind) -> ProductTypeValues:
    values: ProductTypeValues = {
        "name": kind.name,
        "slug": slug,
        "attributes": [
            {"code": code, "is_required": False, "is_variant": varies}
            for code, varies in kind.attributes.items()
        ],
    }
    if kind.translations:
        values["translations"] = kind.translations
    return values
