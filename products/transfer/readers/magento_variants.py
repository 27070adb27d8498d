"""The simple products of Magento that are variants of a configurable one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import exact_code, label_of
from products.transfer.readers.magento_columns import instant, labels, pairs
from products.transfer.readers.magento_lines import add_attributes, add_pictures, keep
from products.transfer.readers.sheets import Line

UNTAXED = {"none", "0"}
LONELY = "not visible individually"


def add_variants(
    draft: Draft,
    variants: Sequence[tuple[str, dict[str, str]]],
    children: Mapping[str, Line],
    names: Mapping[str, str],
) -> None:
    first = draft.first
    titles = {**names, **labels(first.cell("configurable_variation_labels"))}
    parents = {
        exact_code(code): value for code, value in pairs(first.cell("additional_attributes"))
    }
    options: dict[str, None] = {}
    for sku, axes in variants:
        line = children.get(sku)
        variant = add_variant(draft, line) if line else _missing(draft, sku)
        draft.external_id(sku, variant)
        for code, value in axes.items():
            name = titles.get(code) or label_of(code)
            draft.option(variant, name, value, "configurable_variations")
            options.setdefault(name)
        if line is None:
            continue
        add_attributes(draft, line, names, variant, {**parents, **axes})
        add_pictures(draft, line, variant)
        _add_child(draft, variant)
    draft.values["option_names"] = list(options)
    asked = {line.cell("price") for line in children.values()}
    if first.cell("price") not in asked:
        draft.keep(first, "price")


def _missing(draft: Draft, sku: str) -> VariantDraft:
    draft.warn(
        draft.first,
        "variant-missing",
        f"The file has no line of the variant {sku!r}: it has its options alone.",
        "Export its simple products as well.",
        "configurable_variations",
    )
    variant = draft.variant(draft.first)
    variant.values["sku"] = draft.first.read("configurable_variations", cells.text, "sku", sku)
    return variant


def _add_child(draft: Draft, variant: VariantDraft) -> None:
    """What a simple product says of itself, and a variant has no field for."""
    line, first = variant.line, draft.first
    keep(line, variant.kept)
    if (name := line.cell("name")) and not name.startswith(first.cell("name")):
        variant.kept["name"] = name
    for key in ("description", "short_description"):
        if line.cell(key) not in {"", first.cell(key)}:
            variant.kept[key] = line.raw(key)
    if line.cell("product_online") not in {"", "1"}:
        variant.values["status"] = "draft"
    visibility = line.cell("visibility")
    if visibility and visibility.casefold() != LONELY:
        variant.kept["visibility"] = visibility
        variant.kept["url_key"] = line.cell("url_key")
    for key in ("meta_title", "meta_description"):
        if line.cell(key) not in {"", first.cell(key)}:
            variant.kept[key] = line.cell(key)
    tax = line.cell("tax_class_name")
    if tax not in {"", first.cell("tax_class_name")} and tax.casefold() not in UNTAXED:
        draft.tax_class(tax, variant)
    others = [
        cell
        for cell in cells.parts(line.cell("categories"), ",")
        if cell not in cells.parts(first.cell("categories"), ",")
    ]
    if others:
        variant.kept["categories"] = others


def add_variant(draft: Draft, line: Line) -> VariantDraft:
    variant = draft.variant(line)
    draft.sku(variant)
    draft.sale(
        variant,
        draft.money(line, "price"),
        draft.money(line, "special_price"),
        (_day(line, "special_price_from_date"), _until(line, "special_price_to_date")),
        "special_price",
    )
    draft.cost(variant)
    draft.weight(variant, "weight")
    _add_stock(draft, variant)
    return variant


def _day(line: Line, key: str) -> datetime | None:
    cell = line.cell(key)
    return line.read(key, instant, cell) if cell else None


def _until(line: Line, key: str) -> datetime | None:
    """The last day of a sale belongs to it."""
    moment = _day(line, key)
    is_day = moment is not None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment + timedelta(days=1) if moment and is_day else moment


def _add_stock(draft: Draft, variant: VariantDraft) -> None:
    line = variant.line
    follows = line.cell("use_config_manage_stock") != "0"
    if line.cell("qty") or line.cell("is_in_stock"):
        variant.values["track_inventory"] = follows or line.cell("manage_stock") != "0"
    sells_on = line.cell("use_config_backorders") == "0" and line.cell("allow_backorders") in {
        "1",
        "2",
    }
    if line.cell("qty"):
        draft.backorders(variant, sells_on)
    counted = draft.stock(variant, "qty", sells_on=sells_on)
    if line.cell("is_in_stock") == "0" and counted:
        variant.record.quantity = 0
        draft.warn(
            line,
            "not-in-stock",
            f"There are {counted}, and it is not in stock: 0 is imported.",
            "Correct one of the two.",
            "qty",
        )
