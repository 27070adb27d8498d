"""What a line of a Shopify file says of stock. A blank cell says nothing here either."""

import re

from products.services.values import VariantValues
from products.transfer.readers.cells import CellRefused
from products.transfer.readers.shopify_lines import Line
from products.transfer.records import Remark

QUANTITY = re.compile(r"-?[0-9]{1,9}", re.ASCII)
# The newer template asks "Continue selling when out of stock", and some answer with a flag.
POLICIES = {"deny": "deny", "false": "deny", "continue": "allow", "true": "allow"}


def add_inventory(line: Line, values: VariantValues) -> None:
    """Whoever counts, somebody does: any tracker means that stock decides.

    Raises RecordRefused.
    """
    if line.cell("tracker"):
        values["track_inventory"] = True
    if policy := line.read("policy", _policy, line.cell("policy")):
        values["backorder_policy"] = policy
        values["backorder_limit"] = 0


def quantity(line: Line, warnings: list[Remark]) -> int | None:
    """How many there are. A shop may have sold more than it had; what is not sold on backorder
    cannot be fewer than none here. Raises RecordRefused."""
    counted = line.read("quantity", _quantity, line.cell("quantity"))
    if counted is None or counted >= 0 or POLICIES.get(line.cell("policy").casefold()) == "allow":
        return counted
    warnings.append(
        line.remark(
            "oversold",
            f"There are {counted}, and it is not sold when out of stock: 0 is imported.",
            "Let it be sold on, or count it again.",
            "quantity",
        )
    )
    return 0


def _policy(cell: str) -> str | None:
    if not cell:
        return None
    if cell.casefold() not in POLICIES:
        raise CellRefused(
            "invalid-inventory-policy",
            f"{cell[:40]!r} is no inventory policy.",
            "Use deny or continue.",
        )
    return POLICIES[cell.casefold()]


def _quantity(cell: str) -> int | None:
    if not cell:
        return None
    if not QUANTITY.fullmatch(cell):
        raise CellRefused(
            "invalid-quantity",
            f"{cell[:40]!r} is no quantity.",
            "Write a whole number of at most nine digits.",
        )
    return int(cell)
