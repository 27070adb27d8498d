"""What a line of a mapped file says of a variant."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from products.services.values import WeightValues
from products.transfer.mapping_fields import Target
from products.transfer.readers import amounts, cells
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.mapped_cells import Line
from products.transfer.readers.mapped_prices import prices_of
from products.transfer.records import AttributeCell, Text, VariantRecord
from products.transfer.sources import ReadOptions

KEPT = "import"  # the key in metadata under which stands what could not be read
SIDES = ("length", "width", "height")
STATUSES = {"draft", "active", "discontinued"}


def build_variant(line: Line, targets: Sequence[Target], options: ReadOptions) -> VariantRecord:
    """Raises RecordRefused."""
    variant = VariantRecord(line.number, {})
    for target in targets:
        if (setter := SETTERS.get(target.field)) and line.cell(target):
            setter(line, target, variant)
    currency = next((line.cell(each) for each in targets if each.field == "currency"), "")
    currency = currency.upper() or options.currency
    if prices := prices_of(line, targets, currency):
        variant.values["prices"] = prices
    _add_costs(line, targets, variant, currency)
    _add_weight(line, targets, variant, options.weight_unit)
    _add_size(line, targets, variant, options.length_unit)
    return variant


def attribute_cell(line: Line, target: Target) -> AttributeCell:
    """Numbers are written with a point, whatever the column's mark is. Raises RecordRefused."""
    text, unit = line.plain(target), target.unit
    if target.type in {"long_text", "json"}:
        text = line.prose(target)
    elif target.type == "multi_choice":
        text = ",".join(line.several(target))
    elif target.type == "boolean":
        text = str(line.read(target, cells.flag, text)).lower()
    elif target.type in {"decimal", "integer"}:
        text = f"{line.read(target, amounts.number, text, target.decimal):f}"
    elif target.type == "measurement":
        value, named = line.read(target, amounts.number_and_unit, text, target.decimal)
        text, unit = f"{value:f}", named or unit
    return AttributeCell(
        target.code,
        Text(text, unit),
        target.locale or None,
        target.channel or None,
        line.number,
        target.column,
    )


def keep(variant: VariantRecord, key: str, text: str) -> None:
    """What could not be read stays in the metadata."""
    metadata = variant.values.setdefault("metadata", {})
    metadata.setdefault(KEPT, {})[key] = text


def _set_sku(line: Line, target: Target, variant: VariantRecord) -> None:
    variant.values["sku"] = line.read(target, cells.text, "sku", line.plain(target))


def _set_mpn(line: Line, target: Target, variant: VariantRecord) -> None:
    variant.values["mpn"] = line.read(target, cells.text, "mpn", line.plain(target))


def _set_gtin(line: Line, target: Target, variant: VariantRecord) -> None:
    text = line.cell(target)
    if target.restore_zeros:
        text = cells.with_zeros(text) or text
    try:
        variant.values["gtin"] = cells.gtin(text)
    except CellRefused as error:
        keep(variant, "gtin", text)
        line.warn(target, error.code, f"{error.message} It is kept in the metadata.", error.remedy)


def _set_option(line: Line, target: Target, variant: VariantRecord) -> None:
    value = line.plain(target)
    line.read(target, cells.option, target.name, value)
    variant.values.setdefault("options", {})[target.name] = value


def _set_quantity(line: Line, target: Target, variant: VariantRecord) -> None:
    counted = line.read(target, cells.quantity, line.cell(target))
    if counted < 0:
        line.warn(target, "oversold", f"There are {counted}: 0 is imported.", "Count it again.")
        counted = 0
    if target.location:
        variant.stock[target.location] = counted
    else:
        variant.quantity = counted


def _set_tracking(line: Line, target: Target, variant: VariantRecord) -> None:
    variant.values["track_inventory"] = line.read(target, cells.flag, line.cell(target))


def _set_status(line: Line, target: Target, variant: VariantRecord) -> None:
    variant.values["status"] = line.read(target, _status, line.cell(target).casefold())


def _status(text: str) -> str:
    if text not in STATUSES:
        raise CellRefused(
            "invalid-status", f"{text[:40]!r} is no status.", "Use draft, active or discontinued."
        )
    return text


def _set_external_id(line: Line, target: Target, variant: VariantRecord) -> None:
    ids = variant.values.setdefault("external_ids", [])
    ids.append({"system": target.system, "id": line.cell(target)})


def _set_attribute(line: Line, target: Target, variant: VariantRecord) -> None:
    variant.attributes.append(attribute_cell(line, target))


def _set_metadata(line: Line, target: Target, variant: VariantRecord) -> None:
    several = line.texts(target)
    metadata = variant.values.setdefault("metadata", {})
    metadata[target.key] = several if len(several) > 1 else line.plain(target)


SETTERS: Mapping[str, Callable[[Line, Target, VariantRecord], None]] = {
    "sku": _set_sku,
    "mpn": _set_mpn,
    "gtin": _set_gtin,
    "option": _set_option,
    "quantity": _set_quantity,
    "track_inventory": _set_tracking,
    "variant_status": _set_status,
    "variant_external_id": _set_external_id,
    "attribute": _set_attribute,
    "metadata": _set_metadata,
}


def _add_costs(
    line: Line, targets: Sequence[Target], variant: VariantRecord, currency: str
) -> None:
    for target in targets:
        if target.field == "cost" and (paid := line.money(target, target.currency or currency)):
            variant.costs[paid.currency] = paid.amount


def _add_weight(line: Line, targets: Sequence[Target], variant: VariantRecord, unit: str) -> None:
    target = next((each for each in targets if each.field == "weight"), None)
    if target is None or not (text := line.cell(target)):
        return
    try:
        weight: WeightValues | None = amounts.weight(text, target.unit or unit, target.decimal)
    except CellRefused as error:
        keep(variant, "weight", text)
        line.warn(target, error.code, f"{error.message} It is kept in the metadata.", error.remedy)
        return
    if weight:
        variant.values["weight"] = weight


def _add_size(line: Line, targets: Sequence[Target], variant: VariantRecord, unit: str) -> None:
    """All three sides in one unit; what is less is kept as it is written."""
    named = {each.field: each for each in targets if each.field in SIDES}
    said = {side: line.cell(target) for side, target in named.items() if line.cell(target)}
    sides: dict[str, tuple[Decimal, str]] = {}
    if len(said) == len(SIDES):
        for side, text in said.items():
            target = named[side]
            try:
                sides[side] = amounts.measure(
                    text, amounts.LENGTH_UNITS, target.unit or unit, target.decimal
                )
            except CellRefused as error:
                line.warn(target, error.code, f"{error.message} It is kept.", error.remedy)
    units = {each[1] for each in sides.values()}
    if len(sides) == len(SIDES) and len(units) == 1 and all(each[0] > 0 for each in sides.values()):
        variant.values["dimensions"] = {
            "length": sides["length"][0],
            "width": sides["width"][0],
            "height": sides["height"][0],
            "unit": units.pop(),
        }
    else:
        for side, text in said.items():
            keep(variant, side, text)
