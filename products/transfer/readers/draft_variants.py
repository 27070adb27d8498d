"""What lines say of single variants: numbers, prices, measures, options and stock."""

from datetime import datetime

from products.services.values import PriceValues
from products.transfer.readers import amounts, cells
from products.transfer.readers.amounts import Money
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.draft_base import DraftBase, VariantDraft
from products.transfer.readers.sheets import Line
from products.transfer.records import RecordRefused

SIDES = ("length", "width", "height")
Period = tuple[datetime | None, datetime | None]  # first instant, and the first one after it
ALWAYS: Period = (None, None)


class VariantsDraft(DraftBase):
    # -- money ------------------------------------------------------------------------------------

    def money(self, line: Line, key: str, currency: str = "") -> Money | None:
        return self.money_of(line, line.cell(key), currency, key=key)

    def money_of(
        self, line: Line, cell: str, currency: str = "", *, key: str = "", column: str = ""
    ) -> Money | None:
        if not cell:
            return None
        own, cell = currency or self.shop.options.currency, with_zero(cell)
        if column:
            return line.parse(column, amounts.money, cell, own, self.shop.mark)
        return line.read(key, amounts.money, cell, own, self.shop.mark)

    def sale(
        self,
        variant: VariantDraft,
        regular: Money | None,
        sale: Money | None,
        period: Period = ALWAYS,
        key: str = "sale_price",
    ) -> None:
        """A price and what it is reduced to, from and until an instant or for good."""
        starts, ends = period
        if regular is None or sale is None or sale.amount >= regular.amount:
            if sale is not None and regular is not None and sale.amount > regular.amount:
                variant.kept[key] = str(sale.amount)
                self.warn(
                    variant.line,
                    "sale-above-price",
                    f"The reduced price {sale.amount} is above the price {regular.amount};"
                    " it is kept in the metadata.",
                    "Give a lower price, or none.",
                    key,
                )
            if (asked := regular or sale) is not None:
                variant.price({"currency": asked.currency, "amount": asked.amount})
            return
        if starts and ends and ends <= starts:
            raise variant.line.refused(
                "invalid-period", "The sale ends before it begins.", "Correct the dates.", key
            )
        reduced: PriceValues = {
            "currency": sale.currency,
            "amount": sale.amount,
            "compare_at": regular.amount,
        }
        if starts or ends:
            variant.price({"currency": regular.currency, "amount": regular.amount})
            reduced["valid_from"], reduced["valid_until"] = starts, ends
        variant.price(reduced)

    def cost(self, variant: VariantDraft, key: str = "cost", currency: str = "") -> None:
        if (paid := self.money(variant.line, key, currency)) is not None:
            variant.record.cost = (paid.currency, paid.amount)

    # -- of variants ------------------------------------------------------------------------------

    def sku(self, variant: VariantDraft, key: str = "sku") -> None:
        if cell := variant.line.cell(key):
            variant.values["sku"] = variant.line.read(key, cells.text, "sku", cell)

    def gtin(self, variant: VariantDraft, *keys: str) -> None:
        for key in keys:
            if not (cell := variant.line.cell(key)):
                continue
            try:
                variant.values.setdefault("gtin", cells.gtin(cell))
            except CellRefused as error:
                variant.kept[key] = cell
                message = f"{error.message} It is kept in the variant's metadata."
                self.warn(variant.line, error.code, message, error.remedy, key)

    def weight(self, variant: VariantDraft, key: str, unit: str = "") -> None:
        if cell := variant.line.cell(key):
            self.weight_of(variant, cell, unit, key)

    def weight_of(
        self, variant: VariantDraft, cell: str, unit: str, key: str, *, column: str = ""
    ) -> None:
        """A weight whose unit nobody says is kept as it is."""
        unit = unit or self.shop.options.weight_unit
        if not unit:
            variant.kept[key] = cell
            self._unitless(variant.line, key, column)
            return
        name = column or key
        read = variant.line.parse if column else variant.line.read
        if weight := read(name, amounts.weight, with_zero(cell), unit.casefold(), self.shop.mark):
            variant.values["weight"] = weight

    def size(self, variant: VariantDraft, keys: tuple[str, str, str], unit: str = "") -> None:
        """Columns of the length, the width and the height."""
        named = {side: variant.line.cell(key) for side, key in zip(SIDES, keys, strict=True)}
        self.size_of(
            variant, {side: cell for side, cell in named.items() if cell}, unit, key=keys[0]
        )

    def size_of(
        self,
        variant: VariantDraft,
        named: dict[str, str],
        unit: str,
        *,
        key: str = "",
        column: str = "",
    ) -> None:
        """They make a size where all three and their unit are known; nothing is of no size."""
        named = {side: cell for side, cell in named.items() if cell.strip("0.,")}
        unit = unit or self.shop.options.length_unit
        known = amounts.LENGTH_UNITS.get(unit.casefold())
        if len(named) < len(SIDES) or known is None:
            variant.kept |= {side: f"{cell} {unit}".strip() for side, cell in named.items()}
            if named and not unit:
                self._unitless(variant.line, key, column)
            return
        read = variant.line.parse if column else variant.line.read
        sides = [
            read(column or key, amounts.number, with_zero(named[side]), self.shop.mark)
            for side in SIDES
        ]
        variant.values["dimensions"] = {
            "length": sides[0],
            "width": sides[1],
            "height": sides[2],
            "unit": known,
        }

    def _unitless(self, line: Line, key: str, column: str = "") -> None:
        if not any(each.code == "unit-missing" for each in self.record.warnings):
            self.warn(
                line,
                "unit-missing",
                "The file does not say in which unit: it is kept in the variant's metadata.",
                "Say the unit of weights and of lengths when you import.",
                key,
                column=column,
            )

    def stock(self, variant: VariantDraft, key: str, *, sells_on: bool = False) -> int | None:
        """How many there are. A shop may have sold more than it had; what is not sold on backorder
        cannot be fewer than none here."""
        line = variant.line
        if not (cell := line.cell(key)):
            return None
        counted = line.read(key, cells.quantity, cell)
        if counted < 0 and not sells_on:
            self.warn(
                line,
                "oversold",
                f"There are {counted}, and it is not sold when out of stock: 0 is imported.",
                "Let it be sold on, or count it again.",
                key,
            )
            counted = 0
        variant.record.quantity = counted
        return counted

    def backorders(self, variant: VariantDraft, sells_on: bool) -> None:
        variant.values["backorder_policy"] = "allow" if sells_on else "deny"
        variant.values["backorder_limit"] = 0

    def option(
        self, variant: VariantDraft, name: str, value: str, key: str = "", *, column: str = ""
    ) -> None:
        line, column = variant.line, column or variant.line.column(key)
        if name in variant.values.setdefault("options", {}):
            remark = line.remark(
                "option-name-twice",
                f"Two options are named {name[:40]!r}.",
                "Give each its own name.",
                column=column,
            )
            raise RecordRefused(remark)
        line.parse(column, cells.option, name, value)
        variant.values["options"][name] = value


def with_zero(cell: str) -> str:
    """.5 -> 0.5"""
    return f"0{cell}" if cell[0] in ".," and cell[1:2].isdigit() else cell
