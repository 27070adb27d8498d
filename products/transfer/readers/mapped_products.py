"""The entries of one product -> one record, as a mapping says."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.text import slugify

from products.models.shapes import SLUG_LENGTH
from products.transfer.mapping_fields import Target
from products.transfer.mappings import FileMapping
from products.transfer.readers import cells
from products.transfer.readers.entries import Entry
from products.transfer.readers.mapped_cells import Line
from products.transfer.readers.mapped_variants import attribute_cell, build_variant
from products.transfer.records import (
    MediaRecord,
    ProductRecord,
    RecordRefused,
    Remark,
    VariantRecord,
)
from products.transfer.sources import ReadOptions

# Our fields -> what reports call them.
CALLED = {"name": "title", "slug": "handle", "option": "option1_value", "image": "image_url"}
LONGEST = {"name": "title", "seo_title": "seo_title", "seo_description": "seo_description"}


def columns_of(mapping: FileMapping) -> dict[str, str]:
    """Our fields, as reports call them -> the file's columns."""
    return {CALLED.get(each.field, each.field): each.column for each in mapping.targets}


def build_product(
    entries: Sequence[Entry],
    mapping: FileMapping,
    options: ReadOptions,
    columns: Mapping[str, str],
) -> ProductRecord | Remark:
    """A Remark for a product that cannot be read."""
    if refusal := next((each.refusal for each in entries if each.refusal), None):
        return refusal
    record = ProductRecord(
        None,
        entries[0].line,
        max(entry.last_line for entry in entries),
        {},
        product_type=mapping.product_type.get("slug"),
        columns=columns,
    )
    lines = [Line(entry, record.warnings) for entry in entries]
    said = {name for entry in entries for name in entry.cells}
    targets = [each for each in mapping.targets if not each.column or each.column in said]
    try:
        _set_product(record, lines, [each for each in targets if not each.is_of_variant])
        _add_variants(record, lines, targets, options)
    except RecordRefused as error:
        return error.remark
    return record


def _set_product(record: ProductRecord, lines: Sequence[Line], targets: Sequence[Target]) -> None:
    """The first line that says something says it for the product."""
    for target in targets:
        if setter := SETTERS.get(target.field):
            line = next((each for each in lines if each.cell(target)), None)
            if line is not None:
                setter(line, target, record)


def _add_variants(
    record: ProductRecord, lines: Sequence[Line], mapped: Sequence[Target], options: ReadOptions
) -> None:
    pictures = _Pictures(record, mapped, options.media_base)
    targets = [each for each in mapped if each.is_of_variant]
    names: dict[str, None] = {}
    seen: dict[frozenset[tuple[str, str]], int] = {}
    for line in lines:
        pictures.add(line, "image")
        if not any(each.column and line.cell(each) for each in targets):
            continue  # A picture, or a text, alone.
        variant = build_variant(line, targets, options)
        shown = pictures.add(line, "variant_image")
        if shown:
            variant.values["media"] = [*shown]
        _ensure_named(line, variant, seen, targets, is_alone=len(lines) == 1)
        names |= dict.fromkeys(variant.values.get("options", {}))
        record.variants.append(variant)
    if names:
        record.values["option_names"] = list(names)


def _ensure_named(
    line: Line,
    variant: VariantRecord,
    seen: dict[frozenset[tuple[str, str]], int],
    targets: Sequence[Target],
    *,
    is_alone: bool,
) -> None:
    named = variant.values.get("options", {})
    target = next((each for each in targets if each.field in {"option", "sku"}), targets[0])
    if not is_alone and not named and not variant.values.get("sku"):
        message, remedy = "The line names neither an option's value nor a SKU.", "Say which it is."
        raise RecordRefused(line.remark(target, "variant-unnamed", message, remedy))
    earlier = seen.setdefault(frozenset(named.items()), line.number)
    if named and earlier != line.number:
        message = f"Line {earlier} has the same options."
        remedy = "Give each variant options of its own."
        raise RecordRefused(line.remark(target, "options-taken", message, remedy))


class _Pictures:
    """Each address once, in the order of the lines."""

    def __init__(self, record: ProductRecord, targets: Sequence[Target], base: str) -> None:
        self._record = record
        self._targets = targets
        self._base = base
        self._known: dict[str, MediaRecord] = {}
        self._alt = next((each for each in targets if each.field == "image_alt"), None)

    def add(self, line: Line, field: str) -> list[str]:
        """The addresses that the line shows."""
        found: list[str] = []
        for target in self._targets:
            if target.field != field:
                continue
            for given in line.several(target):
                url = given if "://" in given else self._base + given
                if cells.is_url(url):
                    found.append(url)
                    self._keep(line, url)
                else:
                    said = f"{url[:80]!r} is no http or https address: the picture is left out."
                    remedy = 'Give its full address, or add a "prefix" to the mapping.'
                    line.warn(target, "invalid-image-url", said, remedy)
        return found

    def _keep(self, line: Line, url: str) -> None:
        if url in self._known:
            return
        alt = (
            line.read(self._alt, cells.text, "image_alt", line.cell(self._alt)) if self._alt else ""
        )
        self._known[url] = MediaRecord(line.number, url, alt or None)
        self._record.media.append(self._known[url])


def _set_text(line: Line, target: Target, record: ProductRecord) -> None:
    text = line.prose(target)
    if target.field in LONGEST:
        text = line.read(target, cells.text, LONGEST[target.field], text.strip())
    if target.locale:
        locale = record.values.setdefault("translations", {}).setdefault(target.locale, {})
        locale[target.field] = text
    else:
        record.values[target.field] = text  # type: ignore[literal-required]  # the names are ours


def _set_slug(line: Line, target: Target, record: ProductRecord) -> None:
    text = line.cell(target)
    if target.slugify:
        text = slugify(text, allow_unicode=True)[:SLUG_LENGTH].strip("-") or text
    record.slug = line.read(target, cells.handle, text)


def _set_status(line: Line, target: Target, record: ProductRecord) -> None:
    record.values["status"] = line.status(target)


def _set_brand(line: Line, target: Target, record: ProductRecord) -> None:
    record.brand = line.read(target, cells.text, "brand", line.cell(target))


def _set_tax_class(line: Line, target: Target, record: ProductRecord) -> None:
    record.values["tax_class"] = line.cell(target)


def _set_category(line: Line, target: Target, record: ProductRecord) -> None:
    """A list is a path as well."""
    names = line.texts(target)
    path = target.separator.join(names) if names else line.cell(target)
    record.category = line.read(target, cells.category_path, path, target.separator)


def _add_categories(line: Line, target: Target, record: ProductRecord) -> None:
    for each in line.several(target):
        path = line.read(target, cells.category_path, each, target.separator)
        if not record.category:
            record.category = path
        elif path != record.category:
            record.categories.append(path)


def _add_collections(line: Line, target: Target, record: ProductRecord) -> None:
    record.collections += line.several(target)


def _add_tags(line: Line, target: Target, record: ProductRecord) -> None:
    found = "\0".join(line.several(target))
    tags = line.read(target, cells.tags, found, "\0")
    record.values["tags"] = list(dict.fromkeys([*record.values.get("tags", []), *tags]))


def _add_external_id(line: Line, target: Target, record: ProductRecord) -> None:
    ids = record.values.setdefault("external_ids", [])
    ids.append({"system": target.system, "id": line.plain(target)})


def _set_publishing(line: Line, target: Target, record: ProductRecord) -> None:
    record.values[target.field] = line.instant(target)  # type: ignore[literal-required]


def _add_attribute(line: Line, target: Target, record: ProductRecord) -> None:
    record.attributes.append(attribute_cell(line, target))


def _add_metadata(line: Line, target: Target, record: ProductRecord) -> None:
    several = line.texts(target)
    metadata = record.values.setdefault("metadata", {})
    metadata[target.key] = several if len(several) > 1 else line.plain(target)


SETTERS: Mapping[str, Callable[[Line, Target, ProductRecord], None]] = {
    **dict.fromkeys(("name", "description", "seo_title", "seo_description"), _set_text),
    "slug": _set_slug,
    "status": _set_status,
    "brand": _set_brand,
    "tax_class": _set_tax_class,
    "category": _set_category,
    "categories": _add_categories,
    "collections": _add_collections,
    "tags": _add_tags,
    "external_id": _add_external_id,
    "publish_at": _set_publishing,
    "unpublish_at": _set_publishing,
    "attribute": _add_attribute,
    "metadata": _add_metadata,
}
