"""The lines of one commercetools product -> one record."""

from collections.abc import Callable, Sequence

from products.transfer.readers import cells
from products.transfer.readers.axes import axes_of
from products.transfer.readers.commercetools_prices import price_of
from products.transfer.readers.commercetools_shape import MANY, Column, Shape
from products.transfer.readers.drafts import Draft
from products.transfer.readers.finds import exact_code
from products.transfer.readers.sheets import Columns, Line
from products.transfer.readers.shop import Shop
from products.transfer.records import AttributeCell, ProductRecord, Text

LOCALIZED = (
    *("name", "description", "slug", "metaTitle", "metaDescription", "metaDescriptions"),
    *("metaKeywords", "searchKeywords"),
)
FIELDS = {
    "name": "name",
    "description": "description",
    "slug": "slug",
    "metatitle": "seo_title",
    "metadescription": "seo_description",
    "metadescriptions": "seo_description",
}
LENGTHS = {"name": "title", "seo_title": "seo_title", "seo_description": "seo_description"}
# What shoppers choose by is called like this more often than not.
FAVOURITES = ("size", "color", "colour")


def build_product(
    shop: Shop,
    lines: Sequence[Line],
    columns: Columns,
    shape: Shape,
    stock_of: Callable[[str], list[tuple[str, str]]],
) -> ProductRecord:
    """Raises RecordRefused."""
    first = lines[0]
    if not first.cell("product_type"):
        raise first.refused(
            "product-missing",
            "The line is a further variant, and no product stands above it.",
            "Begin with a line that names its product type.",
            "product_type",
        )
    draft = Draft(shop, lines, columns)
    draft.named(first.cell("key") or first.cell("sku"))
    _add_product(draft, shape)
    said = [{member.name: cell for member, cell in line.family("other")} for line in lines]
    for line in lines:
        _add_variant(draft, line, shape, stock_of)
    _add_options(draft, shape, said)
    _add_attributes(draft, shape, said)
    return draft.finish()


def _add_product(draft: Draft, shape: Shape) -> None:
    first, record = draft.first, draft.record
    draft.external_id(first.cell("id") or first.cell("key"))
    record.product_type = shape.type_slug(first.cell("product_type"))
    _add_texts(draft, shape)
    draft.tax_class(first.cell("tax"))
    paths = [
        shape.paths.get(cell) or first.read("categories", cells.category_path, cell)
        for cell in cells.parts(first.cell("categories"), MANY)
    ]
    if paths:
        record.category, *record.categories = dict.fromkeys(paths)
    if published := draft.line_of("publish").cell("publish"):
        on = draft.first.read("publish", cells.flag, published)
        draft.values["status"] = "published" if on else "draft"
    draft.keep(first, "created_at")


def _add_texts(draft: Draft, shape: Shape) -> None:
    first, locales = draft.first, draft.shop.finds
    for member, cell in first.family("text"):
        assert member.match is not None
        given, name = member.match["locale"] or "", member.match["name"].casefold()
        field = FIELDS.get(name)
        if field is None:
            draft.kept[member.name] = cell
        elif given not in {"", shape.locale}:
            draft.translate(locales.locale(given), field, cell)
        elif field == "slug":
            draft.record.slug = first.parse(member.name, cells.handle, cell)
        elif field == "description":
            draft.description(cell)
        else:
            text = first.parse(member.name, cells.text, LENGTHS[field], cell)
            draft.values[field] = text  # type: ignore[literal-required]  # of FIELDS
    if "name" not in draft.values and (others := draft.values.get("translations")):
        named = next((texts["name"] for texts in others.values() if "name" in texts), "")
        if named:
            draft.values["name"] = named


def _add_variant(
    draft: Draft, line: Line, shape: Shape, stock_of: Callable[[str], list[tuple[str, str]]]
) -> None:
    variant = draft.variant(line)
    draft.sku(variant)
    draft.external_id(line.cell("variant_key"), variant)
    for cell in cells.parts(line.cell("prices"), MANY):
        variant.price(line.read("prices", price_of, cell, draft.shop.finds))
    for address in cells.parts(line.cell("images"), MANY):
        draft.picture(line, address, "images", variant=variant)
    for count, place in stock_of(variant.values.get("sku") or ""):
        counted = line.parse("quantityOnStock", cells.quantity, count)
        variant.values["track_inventory"] = True
        if place or shape.has_places:
            code = draft.shop.finds.location(place or "default")
            variant.record.stock[code] = max(counted, 0)
        else:
            variant.record.quantity = max(counted, 0)


def _add_options(draft: Draft, shape: Shape, said: Sequence[dict[str, str]]) -> None:
    """Attributes whose combination is unique; else the fewest that tell the variants apart."""
    if len(said) < 2:
        return
    kind = shape.type_names.get(draft.first.cell("product_type"), "")
    axes = shape.axes.get(kind, [])
    if not axes:
        plain = [each.name for each in shape.columns if _may_be_axis(each, shape, draft, said)]
        wanted = sorted(plain, key=_favour)
        axes = axes_of(said, wanted)
    names = []
    for code in axes:
        found = draft.shop.finds.attributes[exact_code(code)]
        names.append(found.fields["name"])
        for variant, own in zip(draft.variants, said, strict=True):
            if cell := own.get(code):
                option = found.options.get(cell)
                label = option["label"] if option else cell
                draft.option(variant, found.fields["name"], label, column=code)
    if not axes:
        names = ["Variant"]
        for variant in draft.variants:
            value = variant.values.get("sku") or variant.line.cell("variant_id")
            draft.option(variant, "Variant", value or "", "variant_id")
    draft.values["option_names"] = names


def _favour(name: str) -> int:
    return next((n for n, word in enumerate(FAVOURITES) if name.casefold() == word), 9)


def _may_be_axis(
    column: Column, shape: Shape, draft: Draft, said: Sequence[dict[str, str]]
) -> bool:
    """Numbers of the article are no options."""
    if column.locale or column.code in shape.shared | shape.unique | shape.lists:
        return False
    skus = [variant.values.get("sku") for variant in draft.variants]
    return [own.get(column.name) for own in said] != skus


def _add_attributes(draft: Draft, shape: Shape, said: Sequence[dict[str, str]]) -> None:
    for column in shape.columns:
        values = [own.get(column.name, "") for own in said]
        is_shared = column.code in shape.shared or (
            column.code not in shape.known and len({value for value in values if value}) == 1
        )
        for variant, value in zip(draft.variants, values, strict=True):
            if value:
                cell = _cell(draft, shape, column, variant.line, value)
                target = draft.record if is_shared else variant.record
                target.attributes.append(cell)
                if is_shared:
                    break


def _cell(draft: Draft, shape: Shape, column: Column, line: Line, value: str) -> AttributeCell:
    finds, code = draft.shop.finds, exact_code(column.code)
    locale = finds.locale(column.locale) if column.locale else None
    is_list = column.code in shape.lists and finds.attributes[code].fields["type"] == "json"
    meant = cells.parts(value, MANY) if is_list else Text(value)
    return AttributeCell(code, meant, locale, None, line.number, column.name)
