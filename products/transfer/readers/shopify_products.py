"""The lines of one Shopify product -> one record."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from products.services.values import PriceValues, ProductValues, VariantValues, WeightValues
from products.transfer.readers import amounts, cells, shopify_cells
from products.transfer.readers.shopify_columns import Columns
from products.transfer.readers.shopify_inventory import add_inventory, quantity
from products.transfer.readers.shopify_lines import KEPT, Line
from products.transfer.readers.shopify_pictures import add_media, image
from products.transfer.readers.tables import Row
from products.transfer.records import (
    ProductRecord,
    VariantRecord,
)

# Any of these makes a line a variant; a weight or a flag alone does not.
VARIANT_CELLS = ("option1_value", "option2_value", "option3_value", "sku", "price", "gtin")


def build_product(
    handle: str, rows: Sequence[Row], columns: Columns, *, currency: str
) -> ProductRecord:
    """Raises RecordRefused."""
    lines = [Line(row, columns, handle) for row in rows]
    for line in lines:
        _ensure_whole(line, len(columns.header))
    first = lines[0]
    record = ProductRecord(
        slug=first.read("handle", cells.handle, handle),
        first_line=first.number,
        last_line=rows[-1].last_line,
        values=_product_values(first),
        brand=first.read("brand", cells.text, "brand", first.cell("brand")) or None,
        category=first.read(
            "product_category",
            shopify_cells.category,
            first.cell("product_category"),
            first.cell("type"),
        ),
        columns=columns.names(),
    )
    _add_metadata(record, first, columns)
    _add_variants(record, lines, columns, currency)
    add_media(record, lines)
    return record


def _ensure_whole(line: Line, width: int) -> None:
    """Fewer cells than columns mean a line cut short; more mean a comma too many."""
    filled = len(line.row.cells)
    if filled < width or any(cell.strip() for cell in line.row.cells[width:]):
        raise line.refused(
            "wrong-number-of-cells",
            f"The line has {filled} cells, the header {width}.",
            "Put cells that hold commas into quotes.",
            "handle",
        )


def _product_values(first: Line) -> ProductValues:
    values: ProductValues = {}
    if title := first.read("title", cells.text, "title", first.cell("title")):
        values["name"] = title
    if first.cell("description"):
        values["description"] = first.raw("description")
    if status := first.read(
        "status", shopify_cells.status, first.cell("status"), first.cell("published")
    ):
        values["status"] = status
    if tags := first.read("tags", cells.tags, first.cell("tags")):
        values["tags"] = tags
    if seo_title := first.read("seo_title", cells.text, "seo_title", first.cell("seo_title")):
        values["seo_title"] = seo_title
    key = "seo_description"
    if seo_description := first.read(key, cells.text, key, first.cell(key)):
        values["seo_description"] = seo_description
    return values


def _add_metadata(record: ProductRecord, first: Line, columns: Columns) -> None:
    kept: dict[str, Any] = first.extras(columns.product_extras)
    product_type = first.cell("type")
    if product_type and record.category != (product_type,):
        kept["type"] = product_type
    product_category = first.cell("product_category")
    if product_category and record.category in {(), (product_type,)}:
        kept["product_category"] = product_category
    if first.cell("status").casefold() == "unlisted":
        kept["status"] = "unlisted"
        record.warnings.append(
            first.remark(
                "unlisted", "It is imported as a draft.", "Publish it if you wish.", "status"
            )
        )
    if kept:
        record.values["metadata"] = {KEPT: kept}


def _add_variants(
    record: ProductRecord, lines: Sequence[Line], columns: Columns, currency: str
) -> None:
    names = _option_names(lines)
    variant_lines = [line for line in lines if any(line.cell(key) for key in VARIANT_CELLS)]
    is_default = len(variant_lines) == 1 and _is_default(variant_lines[0], names)
    seen: dict[frozenset[tuple[str, str]], int] = {}
    for line in variant_lines:
        options = {} if is_default else _options(line, names, record)
        if not options and not line.cell("sku") and len(variant_lines) > 1:
            raise line.refused(
                "variant-unnamed",
                "The line names neither an option's value nor a SKU.",
                "Say which variant it is.",
                "option1_value",
            )
        earlier = seen.setdefault(frozenset(options.items()), line.number)
        if options and earlier != line.number:
            raise line.refused(
                "options-taken",
                f"Line {earlier} has the same options.",
                "Give each variant options of its own.",
                "option1_value",
            )
        variant = _variant(line, record, columns, currency)
        if options or is_default:
            variant.values["options"] = options
        record.variants.append(variant)
    if any(names) and not is_default:
        record.values["option_names"] = [name for name in names if name]


def _option_names(lines: Sequence[Line]) -> list[str]:
    """Named on the product's first line; on later lines the names are blank, or repeated."""
    return [
        next((name for line in lines if (name := line.cell(f"option{n}_name"))), "")
        for n in (1, 2, 3)
    ]


def _is_default(line: Line, names: Sequence[str]) -> bool:
    """Shopify writes the single variant of a product without options as Title: Default Title."""
    values = [line.cell(f"option{n}_value") for n in (1, 2, 3)]
    return values == ["Default Title", "", ""] and names[0] in {"", "Title"}


def _options(line: Line, names: Sequence[str], record: ProductRecord) -> dict[str, str]:
    options: dict[str, str] = {}
    for n, name in enumerate(names, start=1):
        value, own_name = line.cell(f"option{n}_value"), line.cell(f"option{n}_name")
        if not value:
            continue
        if not name:
            raise line.refused(
                "option-name-missing",
                f"{value[:40]!r} is the value of an option without a name.",
                "Name the option on the product's first line.",
                f"option{n}_value",
            )
        if own_name and own_name != name:
            record.warnings.append(
                line.remark(
                    "option-name-differs",
                    f"The option is named {name!r} above and {own_name[:40]!r} here.",
                    "The first name is used for all lines.",
                    f"option{n}_name",
                )
            )
        if name in options:
            raise line.refused(
                "option-name-twice",
                f"Two options are named {name!r}.",
                "Give each its own name.",
                f"option{n}_name",
            )
        line.read(f"option{n}_value", cells.option, name, value)
        options[name] = value
    return options


def _variant(line: Line, record: ProductRecord, columns: Columns, currency: str) -> VariantRecord:
    kept: dict[str, Any] = line.extras(columns.variant_extras)
    if line.number != record.first_line:
        kept |= line.extras(columns.product_extras)
    values: VariantValues = {}
    if sku := line.read("sku", cells.text, "sku", line.cell("sku")):
        values["sku"] = sku
    if gtin := line.cell("gtin"):
        if cells.is_gtin(gtin):
            values["gtin"] = gtin
        else:
            kept["barcode"] = gtin
            record.warnings.append(
                line.remark(
                    "invalid-barcode",
                    f"{gtin[:40]!r} is no GTIN; it is kept in the variant's metadata.",
                    "Correct the digits.",
                    "gtin",
                )
            )
    if weight := _weight(line, record, kept):
        values["weight"] = weight
    if price := _price(line, record, kept, currency):
        values["prices"] = [price]
    if kept:
        values["metadata"] = {KEPT: kept}
    add_inventory(line, values)
    if picture := image(line, "variant_image", record):
        values["media"] = [picture]
    paid = line.read("cost", amounts.amount, cell) if (cell := line.cell("cost")) else None
    return VariantRecord(
        line.number,
        values,
        None if paid is None else (currency, paid),
        quantity=quantity(line, record.warnings),
    )


def _weight(line: Line, record: ProductRecord, kept: dict[str, Any]) -> WeightValues | None:
    """The file always counts in grams; zero stands for nothing."""
    cell, unit = line.cell("weight_grams"), line.cell("weight_unit").lower()
    if not cell:
        return None
    weight = shopify_cells.weight(cell, unit)
    if weight is None:
        kept["weight_grams"] = cell
        record.warnings.append(
            line.remark(
                "invalid-weight",
                f"{cell[:40]!r} is no weight in grams; it is kept in the variant's metadata.",
                "Give a number of grams.",
                "weight_grams",
            )
        )
    return weight if weight and weight["value"] else None


def _price(
    line: Line, record: ProductRecord, kept: dict[str, Any], currency: str
) -> PriceValues | None:
    """Price and former price belong together: a blank former price ends the sale."""
    cell, former = line.cell("price"), line.cell("compare_at")
    compare_at = line.read("compare_at", amounts.amount, former) if former else Decimal(0)
    if not cell:
        return None
    price: PriceValues = {"currency": currency, "amount": line.read("price", amounts.amount, cell)}
    if 0 < compare_at < price["amount"]:
        kept["compare_at_price"] = former
        record.warnings.append(
            line.remark(
                "compare-at-below-price",
                f"The former price {former} is below the price {cell}; it is kept in the metadata.",
                "Give the higher, former price, or none.",
                "compare_at",
            )
        )
        compare_at = Decimal(0)
    if line.has("compare_at"):
        price["compare_at"] = compare_at or None
    return price
