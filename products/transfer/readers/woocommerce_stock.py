"""What a line of a WooCommerce file says of stock."""

from products.transfer.readers.drafts import Draft, VariantDraft

SELLS_ON = {"1", "notify", "yes"}
OUT, BACKORDER = {"0", "outofstock", "no"}, {"backorder", "onbackorder"}


def add_stock(draft: Draft, variant: VariantDraft) -> None:
    """Who counts says how many; who does not says at most that nothing is left."""
    line = variant.line
    counted, state = line.cell("stock"), line.cell("in_stock").casefold()
    backorders = line.cell("backorders").casefold()
    sells_on = backorders in SELLS_ON or state in BACKORDER
    if backorders == "notify":
        variant.kept["backorders"] = backorders
    if counted and counted.casefold() != "parent":
        variant.values["track_inventory"] = True
        draft.backorders(variant, sells_on)
        left = draft.stock(variant, "stock", sells_on=sells_on)
        if state in OUT and left:
            variant.record.quantity = 0
            draft.warn(
                line,
                "not-in-stock",
                f"There are {left}, and it is not in stock: 0 is imported.",
                "Correct one of the two.",
                "stock",
            )
    elif state in OUT | BACKORDER:
        variant.values["track_inventory"] = True
        draft.backorders(variant, sells_on)
        variant.record.quantity = 0
    elif state:
        variant.values["track_inventory"] = False
