"""A rule that said no, at the line and column that it is about."""

from collections.abc import Mapping
from uuid import UUID

from catalog_project.api.pointers import unescape
from catalog_project.errors import DomainError
from products.errors import SameProduct
from products.transfer.records import ProductRecord, Remark

# Last part of an error's pointer -> the reader's name of the column.
NAMES = {
    "name": "title",
    "slug": "handle",
    "options": "option1_value",
    "amount": "price",
    "category": "product_category",
}


def refusal_of(record: ProductRecord, error: DomainError, earlier: Mapping[UUID, int]) -> Remark:
    """`earlier`: products, and the lines of the records that were about them first."""
    if isinstance(error, SameProduct):
        return _same_product(record, earlier.get(error.product_id, 0))
    parts = [unescape(part) for part in (error.pointer or "").strip("/").split("/")]
    line, cells = record.first_line, record.attributes
    if len(parts) > 1 and parts[0] == "variants" and parts[1].isdigit():
        variant = record.variants[int(parts[1])]
        line, cells, parts = variant.line, variant.attributes, parts[2:]
        if parts == ["sku"] and "sku" not in variant.values:
            return _nameless_variant(record, line)
    elif len(parts) > 1 and parts[0] == "media" and parts[1].isdigit():
        line = record.media[int(parts[1])].line
    column = record.columns.get(NAMES.get(parts[-1], parts[-1]), "") if parts else ""
    if len(parts) > 1 and parts[0] == "attributes":
        for cell in cells:
            if cell.code == parts[1]:
                line, column = cell.line or line, cell.column
                break
    return Remark(error.code, line, str(error), "", column, record.slug or "")


def _same_product(record: ProductRecord, earlier: int) -> Remark:
    """Another handle, but by an old slug or an external id the same product."""
    return Remark(
        "same-product",
        record.first_line,
        f"Line {earlier} is about the same product of the catalog already.",
        "Bring the lines together under one handle.",
        record.columns.get("handle", ""),
        record.slug or "",
    )


def _nameless_variant(record: ProductRecord, line: int) -> Remark:
    """The catalog's product has variants to choose from, and the line does not choose."""
    return Remark(
        "nameless-variant",
        line,
        "The line does not say which variant of the product it is about.",
        "Give its SKU or its options.",
        record.columns.get("sku", ""),
        record.slug or "",
    )
