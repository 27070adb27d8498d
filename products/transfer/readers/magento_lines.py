"""What one line of a Magento file says, be it of a product or of a variant."""

from collections.abc import Iterator, Mapping

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import exact_code, label_of
from products.transfer.readers.magento_columns import DEFAULTS, DERIVED, KEPT, pairs
from products.transfer.readers.sheets import Line

SEVERAL = "|"


def keep(line: Line, kept: dict[str, object]) -> None:
    for key in KEPT:
        cell = line.cell(key)
        if cell and cell != DEFAULTS.get(key):
            kept[key] = cell


def _pictures(line: Line) -> Iterator[tuple[str, str, str]]:
    """Address, text and column of each picture, the main one first."""
    texts = {
        member.match["kind"].casefold(): cell
        for member, cell in line.family("image")
        if member.match and member.match["label"]
    }
    for member, cell in line.family("image"):
        if member.match and not member.match["label"] and cell != "no_selection":
            yield cell, texts.get(member.match["kind"].casefold(), ""), member.name
    more = line.cell("additional_image_labels").split(",")
    for n, address in enumerate(cells.parts(line.cell("additional_images"), ",")):
        alt = more[n].strip() if n < len(more) else ""
        yield address, alt, line.column("additional_images")


def add_pictures(draft: Draft, line: Line, variant: VariantDraft | None = None) -> None:
    for address, alt, column in _pictures(line):
        draft.picture(line, address, alt=alt, variant=variant, column=column)


def add_attributes(
    draft: Draft,
    line: Line,
    names: Mapping[str, str],
    variant: VariantDraft | None = None,
    said: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """All but those that are `said` already. Answers what the line says."""
    finds = draft.shop.finds
    column = line.column("additional_attributes")
    found = {
        exact_code(code): value
        for code, value in pairs(line.cell("additional_attributes"))
        if code not in DERIVED and value
    }
    for code, value in found.items():
        if (said or {}).get(code) == value:
            continue
        finds.attribute(names.get(code) or label_of(code), code=code)
        if SEVERAL in value:
            finds.several(code, SEVERAL)
        if draft.record.product_type is None:
            draft.record.product_type = finds.product_type("magento", "Magento")
        draft.attribute(line, code, value, column, variant=variant)
    return found
