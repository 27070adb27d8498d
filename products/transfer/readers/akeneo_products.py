"""One Akeneo product, or a product model with its variants -> one record."""

from collections.abc import Sequence

from products.transfer.readers import cells
from products.transfer.readers.akeneo_columns import Column
from products.transfer.readers.akeneo_values import GTINS, Catalog, Cells, Filler
from products.transfer.readers.axes import axes_of
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import exact_code, label_of
from products.transfer.readers.sheets import Columns, Line
from products.transfer.readers.shop import Shop
from products.transfer.records import ProductRecord


def build_product(
    shop: Shop, lines: Sequence[Line], columns: Columns, catalog: Catalog
) -> ProductRecord:
    """Raises RecordRefused."""
    first = lines[0]
    for line in lines:
        if not line.cell("sku") and not line.cell("uuid"):
            raise line.refused(
                "sku-missing", "The line names no product.", "Give it its identifier.", "sku"
            )
    draft = Draft(shop, lines, columns)
    parent = first.cell("parent")
    draft.named(parent or first.cell("sku"))
    if parent:
        _build_model(draft, catalog, parent)
    else:
        draft.external_id(first.cell("sku"))
        draft.external_id(first.cell("uuid"), system="akeneo-uuid")
        variant = draft.variant(first)
        Filler(draft, catalog, first, None).fill(_cells(first))
        _add_variant(draft, catalog, variant)
    return draft.finish()


def _cells(line: Line) -> dict[str, str]:
    found = {member.name: cell for member, cell in line.family("other")}
    named = {key: line.cell(key) for key in ("family", "categories", "groups", "enabled", "parent")}
    return found | {key: cell for key, cell in named.items() if cell}


def _build_model(draft: Draft, catalog: Catalog, parent: str) -> None:
    """What the models say is the product's; what the products add is of their variants."""
    chains = {line.cell("parent"): _chain(catalog, line.cell("parent")) for line in draft.lines}
    root = chains[parent][-1] if chains[parent] else _stand_in(draft, catalog, parent)
    draft.external_id(root["code"])
    common = {key: cell for key, cell in root.items() if cell}
    common.setdefault("family", draft.first.cell("family"))
    for key in ("categories", "groups"):
        said_by = [common.get(key, ""), *(line.cell(key) for line in draft.lines)]
        common[key] = ",".join(cells.parts(",".join(said_by), ","))
    if draft.first.cell("enabled"):
        on = any(line.cell("enabled") in {"1", "true"} for line in draft.lines)
        common["enabled"] = str(int(on))
    said = [
        (draft.variant(line), _own(chains[line.cell("parent")][:-1], line, common))
        for line in draft.lines
    ]
    for variant, _ in said:
        _add_variant(draft, catalog, variant)
    Filler(draft, catalog, draft.first, None).fill(common)
    axes = catalog.structure.axes.get(root.get("family_variant", ""), [])
    if not axes:
        wanted = [each.name for each in catalog.columns.values() if _may_be_axis(catalog, each)]
        axes = axes_of([own for _, own in said], wanted)
    _add_options(draft, axes, said)
    for variant, own in said:
        Filler(draft, catalog, variant.line, variant).fill(own)


def _stand_in(draft: Draft, catalog: Catalog, parent: str) -> dict[str, str]:
    """For a model that is in no file: what its first product says beside attributes."""
    draft.warn(
        draft.first,
        "model-missing",
        f"The product model {parent!r} is in no file: the product is made of its variants.",
        "Hand in the file of product models as well.",
        "parent",
    )
    plain = {catalog.name, catalog.description, "categories", "groups"}
    cells_of_first = _cells(draft.first)
    return {"code": parent} | {
        name: cell for name, cell in cells_of_first.items() if name.partition("-")[0] in plain
    }


def _own(models: Sequence[Cells], line: Line, common: Cells) -> dict[str, str]:
    """What a product, or a model between it and the root, says otherwise than the root."""
    own: dict[str, str] = {}
    for said in (*reversed(models), _cells(line)):
        own |= {name: cell for name, cell in said.items() if cell}
    return {name: cell for name, cell in own.items() if common.get(name) != cell}


def _may_be_axis(catalog: Catalog, column: Column) -> bool:
    return (
        column.part == "value"
        and not (column.is_association or column.locale or column.channel or column.currency)
        and column.code not in catalog.pictures | catalog.elsewhere | GTINS
    )


def _chain(catalog: Catalog, code: str) -> list[dict[str, str]]:
    """The model and those above it, up to the root."""
    found: list[dict[str, str]] = []
    while code and len(found) < 5:
        rows = catalog.model(code)
        if not rows:
            break
        found.append(rows[0])
        code = rows[0].get("parent", "")
    return found


def _add_options(
    draft: Draft,
    axes: Sequence[str],
    said: Sequence[tuple[VariantDraft, dict[str, str]]],
) -> None:
    finds, names = draft.shop.finds, []
    for code in axes:
        found = finds.attributes.get(exact_code(code))
        name = found.fields["name"] if found else label_of(code)
        names.append(name)
        for variant, own in said:
            if cell := own.get(code, ""):
                option = found.options.get(cell) if found else None
                unit = own.get(f"{code}-unit", "")
                value = option["label"] if option else f"{cell} {unit}".strip()
                draft.option(variant, name, value, column=code)
    if names:
        draft.values["option_names"] = names


def _add_variant(draft: Draft, catalog: Catalog, variant: VariantDraft) -> None:
    draft.sku(variant)
    for member, cell in variant.line.family("other"):
        column = catalog.columns[member.name]
        if column.code.casefold() in GTINS and cells.is_gtin(cell):
            variant.values.setdefault("gtin", cell)
